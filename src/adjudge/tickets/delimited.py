"""Rows of a delimited table (CSV, TSV), read for what it is rather than for what it should be."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import count
from typing import TextIO

from adjudge.findings import InputError
from adjudge.model.profile import fold
from adjudge.tickets.rows import BYTE_ORDER_MARK, RawRow, Record, Rows, free_name
from adjudge.tickets.stream import bare_name

MAX_CELL = 128 * 1024 * 1024
"""More characters than a cell really has; a quote that is never closed is found by it."""

DELIMITERS = (",", ";", "\t", "|")
"""What separates cells; of two that a header has equally often, the first one."""

_QUOTED = re.compile(r'"[^"]*("|$)')
_NOTHING = "".join(DELIMITERS) + '\r\n "'  # of a line of these every cell is empty
_SEP_LINE = re.compile(r"sep=(.)\r?\n?\Z", re.IGNORECASE)


def read_delimited(text: TextIO, path: str) -> Rows:
    """Read a table with a header; the header's line says which delimiter separates cells.

    Raises `InputError` for a table without a header. Blank lines are no rows; they count, so that
    numbers agree with what a spreadsheet shows.
    """
    # The limit belongs to the process, so it is raised and never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    lines = _Lines(text)
    first, skipped = _first_line(lines, path)
    declared = _SEP_LINE.match(first)  # a spreadsheet's own way to name the delimiter
    if declared is not None:
        delimiter = declared.group(1)
    else:
        delimiter = _delimiter(first, path)
        lines.put_back(first)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        cells = next(reader, None)
    except csv.Error:
        cells = None
    if not cells or lines.ended:
        help = "the first line names the columns; look for a quote that is not closed"
        raise InputError.of("no-header", f"`{path}` has no header line", help=help, where=path)
    columns = unique_names(cells)
    return Rows(_Table(columns).rows(reader, lines, skipped + 2), columns)


class _Lines:
    """The lines of a text; keeps those of the record that is being read."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._back: str | None = None
        self.record: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._back = self._back or self._text.readline(), None
        if not line:
            self.ended = True
            raise StopIteration
        self.record.append(line)
        return line

    def put_back(self, line: str) -> None:
        self._back = line


def _first_line(lines: _Lines, path: str) -> tuple[str, int]:
    """Return the first line that has a name, and how many lines were before it."""
    for skipped in count():
        line = next(lines, None)
        if line is None:
            break
        line = line.lstrip(BYTE_ORDER_MARK)
        if line.strip(_NOTHING):
            return line, skipped
    help = "a table starts with a line that names its columns"
    raise InputError.of("empty-file", f"`{path}` is empty", help=help, where=path)


def _delimiter(header: str, path: str) -> str:
    bare = _QUOTED.sub("", header)
    if bare_name(path).endswith(".tsv") and "\t" in bare:
        return "\t"
    return max(DELIMITERS, key=bare.count)


def unique_names(names: list[str]) -> list[str]:
    """Return the names of columns, each told apart from those before it."""
    columns: dict[str, None] = {}
    for index, name in enumerate(names, 1):
        columns[free_name(name.strip() or f"column {index}", columns)] = None
    return list(columns)


class _Table:
    """Rows under a header, which may come again in the middle of the file and say otherwise."""

    def __init__(self, columns: list[str]) -> None:
        self._columns = columns
        self._present = columns
        self._names = frozenset(map(fold, columns))

    def rows(self, reader: Iterator[list[str]], lines: _Lines, first: int) -> Iterator[RawRow]:
        for row in count(first):
            lines.record.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield _unreadable(row, lines)
                continue
            if cells:
                # Past the end inside a record: its last quote is open, and took in what followed.
                problems = [] if not lines.ended else [_open_quote(lines)]
                yield self._row(row, cells, problems)

    def _row(self, row: int, cells: list[str], problems: list[str]) -> RawRow:
        if self._is_header(cells):
            problems.append(self._new_header(cells))
        record: Record = dict(zip(self._present, cells, strict=False))
        width = len(self._present)
        for column in self._columns:
            record.setdefault(column, "")
        wide = _keep_extra(record, cells, width) if len(cells) > width else None
        return RawRow(row, record, tuple(problems), narrow=len(cells) < width, wide=wide)

    def _is_header(self, cells: list[str]) -> bool:
        if len(cells) < 2 or fold(cells[0]) not in self._names:
            return False
        return all(fold(cell) in self._names for cell in cells) and len(set(cells)) > 1

    def _new_header(self, cells: list[str]) -> str:
        present = unique_names(cells)
        gone = [column for column in self._columns if column not in present]
        self._present = present
        if not gone:
            return "the row is the header again"
        shown = ", ".join(f"`{column}`" for column in gone)
        return f"the row is a header again, without {shown}; what follows is read by it"


def _keep_extra(record: Record, cells: list[str], width: int) -> str | None:
    extra = cells[width:]
    for index, cell in enumerate(extra, width + 1):
        record[free_name(f"column {index}", record)] = cell
    if not any(cell.strip() for cell in extra):
        return None
    return (
        f"the row has {len(cells)} cells and the header {width}; "
        "look for a cell with a delimiter that is not in quotes"
    )


def _open_quote(lines: _Lines) -> str:
    swallowed = len(lines.record) - 1
    reason = "a quote is opened in the row and never closed"
    follow = "line that follows" if swallowed == 1 else f"{swallowed} lines that follow"
    return f"{reason}; the {follow} went into it" if swallowed else reason


def _unreadable(row: int, lines: _Lines) -> RawRow:
    reason = f"a cell has more than {MAX_CELL:,} characters; look for a quote that is not closed"
    return RawRow(row, {"text": "".join(lines.record)}, (reason,), readable=False)
