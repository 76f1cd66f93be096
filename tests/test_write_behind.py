"""Bytes that are written on a thread of their own."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adjudge.batch.columnar.behind import write_behind


def test_what_is_taken_is_written_in_order(tmp_path: Path) -> None:
    pieces = [[bytes([number]) * 3_000_000, b"\n"] for number in range(20)]
    with open(tmp_path / "out", "wb") as raw, write_behind(raw) as behind:
        for each in pieces:
            behind.write(map(memoryview, each))
    written = (tmp_path / "out").read_bytes()
    assert written == b"".join(piece for each in pieces for piece in each)


def test_an_error_of_writing_reaches_whoever_writes() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")

    def write() -> None:
        with open("/dev/full", "wb", buffering=0) as raw, write_behind(raw) as behind:  # type: ignore[arg-type]
            for _ in range(100):
                behind.write([memoryview(b"x" * 100_000)])

    with pytest.raises(OSError, match="No space"):
        write()


def test_an_error_of_what_makes_the_bytes_reaches_whoever_writes() -> None:
    def made() -> Iterator[memoryview]:
        yield memoryview(b"begun")
        raise ValueError("cannot be made")

    raw = io.BytesIO()
    with pytest.raises(ValueError, match="cannot be made"), write_behind(raw) as behind:
        behind.write(made())
    assert raw.getvalue() == b"begun"


def test_an_error_of_the_block_is_the_one_that_is_raised() -> None:
    raw = io.BytesIO()

    def write() -> None:
        with write_behind(raw) as behind:
            behind.write([memoryview(b"before")])
            raise KeyError("first")

    with pytest.raises(KeyError, match="first"):
        write()
    assert raw.getvalue() == b"before"
