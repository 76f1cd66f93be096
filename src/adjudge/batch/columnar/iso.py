"""Moments as texts in ISO 8601, many at once, as Python's `isoformat` writes them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.by_day import ByDay
from adjudge.batch.columnar.moments import DAY, SECOND, distinct, naive_of
from adjudge.batch.columnar.texts import strings, valid_bits

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_DATE, _TIME, _FRACTION = "2000-01-01", "T00:00:00", ".000000"


def iso_texts(
    local: NDArray[np.int64], offset: NDArray[np.int64], known: NDArray[np.bool_]
) -> pa.LargeStringArray:
    """Return wall times (microseconds since 1970) with their offsets (seconds); else null."""
    rows = np.flatnonzero(known)
    parts = _parts(local[rows], offset[rows])
    lengths = np.zeros(len(local), dtype=np.int64)
    width = sum(part.dtype.itemsize for part in parts)
    table = np.empty((len(rows), width), dtype=np.uint8)
    begin = 0
    for part in parts:
        size = part.dtype.itemsize
        table[:, begin : begin + size] = part.view(np.uint8).reshape(-1, size)
        begin += size
    # Shorter parts are filled up with zeros, and no such text has one.
    used = table != 0
    whole = bool(used.all())
    lengths[rows] = width if whole else used.sum(axis=1)
    data = table.ravel() if whole else table[used]
    return _with_nulls(data, np.append(0, np.cumsum(lengths)), known)


def _with_nulls(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], known: NDArray[np.bool_]
) -> pa.LargeStringArray:
    import pyarrow as pa

    if known.all():
        return strings(data, offsets)
    return pa.LargeStringArray.from_buffers(
        len(known), pa.py_buffer(offsets), pa.py_buffer(data), valid_bits(known)
    )


def _parts(local: NDArray[np.int64], offset: NDArray[np.int64]) -> list[NDArray[np.bytes_]]:
    """Return the date, the time of day, the fraction where there are any, and the offset."""
    offsets, offset_at = distinct(offset)
    tails = [_shown(int(each)) for each in offsets]
    # Ten characters of a date, as two numbers of eight bytes and two.
    days = local // DAY
    high, low = _dates().of(days)
    parts = [
        high.astype("<i8").view("S8"),
        low.astype("<i2").view("S2"),
        _times_of_day()[(local - days * DAY) // SECOND],
    ]
    micros = local % SECOND
    if micros.any():
        fractions = [f".{each:06}" if each else "" for each in micros.tolist()]
        parts.append(np.array(fractions, dtype=f"S{len(_FRACTION)}"))
    parts.append(np.array(tails, dtype=np.bytes_)[offset_at])
    return parts


@cache
def _dates() -> ByDay:
    def work(day: int) -> tuple[int, int]:
        text = naive_of(day * DAY).date().isoformat().encode()
        return int.from_bytes(text[:8], "little"), int.from_bytes(text[8:], "little")

    return ByDay(work, 2)


@cache
def _times_of_day() -> NDArray[np.bytes_]:
    hours, minutes, seconds = np.unravel_index(np.arange(86_400), (24, 60, 60))
    digits = np.full((86_400, len(_TIME)), ord("0"), dtype=np.uint8)
    for place, number in ((1, hours), (4, minutes), (7, seconds)):
        digits[:, place] += (number // 10).astype(np.uint8)
        digits[:, place + 1] += (number % 10).astype(np.uint8)
    digits[:, 0], digits[:, [3, 6]] = ord("T"), ord(":")
    return digits.view(f"S{len(_TIME)}").ravel()


def _shown(seconds: int) -> str:
    zone = timezone(timedelta(seconds=seconds))
    return datetime(2000, 1, 1, tzinfo=zone).isoformat()[len(_DATE + _TIME) :]
