"""Writes results and rejects: whole files or none, in the format of the file's ending."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from adjudge.batch.classify import Decided
from adjudge.findings import InputError
from adjudge.tickets.export import Reject

RESULT_COLUMNS = (
    "adjudge_filed",
    "adjudge_level",
    "adjudge_possible",
    "adjudge_verdict",
    "adjudge_action",
    "adjudge_to",
    "adjudge_consent",
    "adjudge_entitled",
    "adjudge_response_within",
    "adjudge_response_clock",
    "adjudge_response_due",
    "adjudge_decided_by",
    "adjudge_why",
    "adjudge_ask",
    "adjudge_ruleset",
)


class Sink(Protocol):
    """Takes decisions one by one."""

    def write(self, decided: Decided) -> None:
        """Write one decision."""


class JsonLines:
    """One decision a line, as the contract's JSON."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, decided: Decided) -> None:
        """Write one decision."""
        self._stream.write(decided.decision.to_json() + "\n")


class Table:
    """The export's own columns, unchanged, and ours behind them."""

    def __init__(self, stream: IO[str], columns: Sequence[str], delimiter: str) -> None:
        self._columns = list(columns)
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow([*self._columns, *RESULT_COLUMNS])

    def write(self, decided: Decided) -> None:
        """Write one decision."""
        record = decided.row.record
        own = [_cell(record.get(column)) for column in self._columns]
        self._writer.writerow([*own, *result_cells(decided)])


def result_cells(decided: Decided) -> list[str]:
    """Return the values of `RESULT_COLUMNS` for one decision; what is unknown is empty."""
    decision = decided.decision
    recommendation, response = decision.recommendation, decision.response
    entitled = {True: "true", False: "false", None: ""}[decision.entitled]
    due = response.due.isoformat() if response and response.due else ""
    return [
        decision.filed or "",
        decision.level,
        " ".join(decision.possible),
        decision.verdict,
        recommendation.action,
        recommendation.to or "",
        recommendation.consent or "",
        entitled,
        response.within if response else "",
        response.clock if response else "",
        due,
        " ".join(decision.decided_by),
        recommendation.summary,
        " ".join(question.question for question in decision.questions[:3]),
        f"{decision.ruleset} {decision.ruleset_version}",
    ]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def result_format(path: str | None) -> str:
    """Return `jsonl`, `csv` or `tsv` for an output path; standard output is JSON lines.

    Raises `InputError` for an ending that is not written.
    """
    if path is None or path == "-":
        return "jsonl"
    name = Path(path).name.lower().removesuffix(".gz")
    for ending, kind in (
        (".jsonl", "jsonl"),
        (".ndjson", "jsonl"),
        (".csv", "csv"),
        (".tsv", "tsv"),
    ):
        if name.endswith(ending):
            return kind
    raise InputError.of(
        "unknown-format",
        f"`{path}` has no ending that results are written in",
        help="end it in .jsonl, .ndjson, .csv or .tsv, each also with .gz",
        where=path,
    )


@contextmanager
def whole_file(path: str | None) -> Iterator[IO[str]]:
    """Open a file for writing that appears under its name only when everything is written.

    None and `-` are standard output. An interrupted run leaves the old file, or none. Raises
    `InputError` where the file cannot be written.
    """
    if path is None or path == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=".part"
        )
    except OSError as error:
        raise _unwritable(path, error) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            yield from _text_stream(raw, compress=target.name.lower().endswith(".gz"))
            raw.flush()
            os.fsync(raw.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _text_stream(raw: IO[bytes], *, compress: bool) -> Iterator[IO[str]]:
    # No file name and no time in the header: the same input gives the same bytes.
    inner = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if compress else None
    text = io.TextIOWrapper(inner or raw, encoding="utf-8", newline="")
    try:
        yield text
        text.flush()
    finally:
        text.detach()
        if inner is not None:
            inner.close()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: str, error: OSError) -> InputError:
    reason = (error.strerror or type(error).__name__).lower()
    message = f"`{path}` cannot be written: {reason}"
    help = "choose a folder that exists, that you may write to, and that has room"
    return InputError.of("output-unwritable", message, help=help, where=path)


def reject_line(reject: Reject) -> str:
    """Return a reject as a line of JSON: row number, id, reasons, and the record as it was."""
    entry = {
        "row": reject.row,
        "id": reject.id,
        "reasons": list(reject.reasons),
        "record": reject.record,
    }
    return json.dumps(entry, ensure_ascii=False, default=str)
