"""Rows of an export, whatever its format: the record as it is, and where it stands.

A format is a function from a text (and the export's path, for messages) to `Rows`;
`adjudge.tickets.export` says which one reads which ending.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from adjudge.findings import Finding

if TYPE_CHECKING:
    import pyarrow as pa

Record = dict[str, object]

BYTE_ORDER_MARK = "\ufeff"
"""What is left of the mark where an encoding is named that does not take it away."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record of an export.

    `row` is counted as a person counts: records of a table with the header as row 1, lines of JSON
    lines from 1, entries of a JSON list from 1. `problems` says why the record cannot be trusted;
    what is left of it is in `record` all the same. Where it was not `readable` at all, `record`
    has its text under `text`. `narrow` says that the row had fewer cells than the header; `wide`
    is what is suspicious about a row with more, whose other cells are in the record too.
    """

    row: int
    record: Record
    problems: tuple[str, ...] = ()
    readable: bool = True
    narrow: bool = False
    wide: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an export, to be read once. `columns` is a table's header, None for JSON.

    `schema` is that of a Parquet file. `remarks` is what the reader has to say about the file as a
    whole; it may grow until the last row is read. `last` is the number of the last row, where it
    is known before.
    """

    rows: Iterable[RawRow]
    columns: list[str] | None = None
    schema: pa.Schema | None = None
    remarks: list[Finding] = field(default_factory=list)
    last: int | None = None


def free_name(name: str, taken: Container[str]) -> str:
    """Return `name`, or where it is taken, `name (2)` or the first free number after that."""
    if name not in taken:
        return name
    return next(free for n in count(2) if (free := f"{name} ({n})") not in taken)


def cut(text: str, width: int = 60) -> str:
    """Return a text short enough to be quoted in a message."""
    shown = " ".join(text.split())
    return shown if len(shown) <= width else shown[: width - 1] + "…"
