"""An export of tickets: opened once, read row by row, nothing dropped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import PurePath
from types import TracebackType
from typing import BinaryIO, TextIO

from adjudge.findings import Finding, InputError
from adjudge.model.fact import Fact
from adjudge.model.profile import DayOrder, Profile
from adjudge.tickets.apply import Layout, Reasons, TicketReader
from adjudge.tickets.claims import HEAD_BYTES, STDIN, check_binary
from adjudge.tickets.delimited import read_delimited
from adjudge.tickets.filed_column import Levels, told_by_cells
from adjudge.tickets.first_rows import FirstRows
from adjudge.tickets.json_records import read_json_document, read_json_lines
from adjudge.tickets.known_columns import check_columns, columns_of, keys_of, recognised
from adjudge.tickets.parquet import read_parquet
from adjudge.tickets.recognise import fitting, misfit
from adjudge.tickets.rows import RawRow, Rows
from adjudge.tickets.stream import (
    Counted,
    bare_name,
    is_directory,
    open_bytes,
    open_text,
    translated,
)
from adjudge.tickets.ticket import Ticket
from adjudge.tickets.times import day_order
from adjudge.tickets.unread import left_out
from adjudge.tickets.workbook import read_workbook

_HELD = 10_000  # rows of a pipe that are held until a date tells the order of day and month

TEXT: dict[str, Callable[[TextIO, str], Rows]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json_document,
}
BINARY: dict[str, Callable[[BinaryIO, str], Rows]] = {
    ".xlsx": read_workbook,
    ".parquet": read_parquet,
}
FORMATS = (*TEXT, *BINARY)
"""The endings that are read; those of text may be followed by `.gz` or `.zst`."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is no ticket, with every reason; `record` is the row as the export has it.

    `row` is counted as a person counts: records of a table with the header as row 1, lines of JSON
    lines, entries of a JSON list. Where the row could not be taken apart, its text is in
    `record["text"]`.
    """

    row: int
    id: str | None
    reasons: tuple[str, ...]
    record: dict[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is a ticket; `row` and `record` are as in `Reject`."""

    row: int
    record: dict[str, object]
    ticket: Ticket


class Export:
    """The rows of an export in their order, each a `Row` or a `Reject`; iterated once.

    `columns` is a table's header (None for JSON), `size_bytes` the size of the file (None for
    standard input), `schema` that of a Parquet file. Where it `may_be_wide`, rows may have more
    cells than the header. `warnings` is what is to be known before: what probably is a slip in the
    names of columns or facts, and how dates were taken where they can be taken two ways.
    `filed_by_cells` is the column that is read as the filed level for what its cells say;
    `order` says which number of its dates is the day; None is the profile's.
    `not_read` are the columns of a table that nothing is read from, unless it is the layout of a
    system, whose other columns are known to be no matter. Reading on may raise `InputError` where
    the rest of the file is damaged or in another encoding, or where the file changed meanwhile.
    """

    def __init__(
        self,
        path: str,
        profile: Profile,
        rows: Rows,
        facts: Mapping[str, Fact],
        counted: Counted,
        warnings: tuple[Finding, ...] = (),
        order: DayOrder | None = None,
        filed_by_cells: str | None = None,
        *,
        known_layout: bool,
    ) -> None:
        self.path = path
        self.profile = profile
        self.columns = rows.columns
        self.schema = rows.schema
        self.size_bytes = counted.size_bytes
        self.warnings = warnings
        self.filed_by_cells = filed_by_cells
        used = Layout(profile, facts, rows.columns or ()).used
        others = () if known_layout else (rows.columns or ())
        self.not_read = tuple(column for column in others if column not in used)
        self._remarks = rows.remarks
        self._narrow: list[int] = []
        # More cells than names are more of the last column, where that is one of several alike.
        last = rows.columns[-1] if rows.columns else ""
        self.may_be_wide = profile.wide_rows and last.endswith(")") and last[-2].isdigit()
        self._rows = iter(rows.rows)
        self.order = order
        self._reader = TicketReader(profile, facts, rows.columns, order)
        self._counted = counted
        self._begun = False

    def position(self) -> int:
        """Return how many bytes have been read, out of `size_bytes`; packed ones where packed."""
        return self._counted.count

    def remarks(self) -> tuple[Finding, ...]:
        """Return what there is to say about the file as a whole; complete after the last row."""
        if not self._narrow:
            return tuple(self._remarks)
        first, more = self._narrow[0], len(self._narrow) - 1
        whose = f"row {first} and {more:,} more have" if more else f"row {first} has"
        message = f"{whose} fewer cells than the header; those at the end were read as empty"
        help = "where a column is missing in the middle, export again or take these rows out"
        found = Finding("narrow-rows", message, help=help, severity="warning", where=self.path)
        return (*self._remarks, found)

    def close(self) -> None:
        """Close the file; reading to the end does it too."""
        self._counted.close()

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def reader(self) -> TicketReader:
        """What reads a record as a ticket."""
        return self._reader

    def check_unchanged(self) -> None:
        """Raise `InputError` where the file changed since it was opened."""
        self._counted.check_unchanged(self.path)

    def __iter__(self) -> Iterator[Row | Reject]:
        if self._begun:
            raise RuntimeError("an export is read once; open it again")
        self._begun = True
        return self._judged()

    def _judged(self) -> Iterator[Row | Reject]:
        first_rows = FirstRows()
        try:
            while (raw := self._next()) is not None:
                yield self._judge(raw, first_rows)
            self.check_unchanged()
        finally:
            self.close()

    def _next(self) -> RawRow | None:
        with translated(self.path):
            return next(self._rows, None)

    def _id(self, raw: RawRow, read: Ticket | Reasons) -> str | None:
        if isinstance(read, Ticket):
            return read.id
        return self._reader.id_of(raw.record) if raw.readable else None

    def _judge(self, raw: RawRow, first_rows: FirstRows) -> Row | Reject:
        problems = raw.problems
        if raw.wide is not None and not self.may_be_wide:
            problems = (*problems, raw.wide)
        read = problems or self._reader.read(raw.record)
        id = self._id(raw, read)
        if id is not None:
            first = first_rows.first(id, raw.row)
            if first != raw.row:
                again = f"the id `{id}` is that of row {first} too"
                read = (again,) if isinstance(read, Ticket) else (*read, again)
        if isinstance(read, Ticket):
            if raw.narrow:
                self._narrow.append(raw.row)
            return Row(raw.row, raw.record, read)
        return Reject(raw.row, id, read, raw.record)


def open_export(
    path: str,
    profile: Profile | None,
    profiles: Sequence[Profile],
    facts: Mapping[str, Fact],
    encoding: str | None = None,
    levels: Levels | None = None,
) -> Export:
    """Open an export by path, or JSON lines on standard input for `-`.

    Without `profile`, the one of `profiles` that fits the columns is taken; with it, that of its
    layouts among `profiles` (`freshdesk-api` is one of `freshdesk`) which fits, or else itself.
    `facts` are those of the ruleset; cells are read by their domains. Without `encoding`, it is
    recognised. `levels` are those of the ruleset too, for a table that does not say which column
    has the filed ones; None where they are no matter. Raises `InputError` for what cannot be read
    at all; what is wrong with a row is a `Reject`.
    """
    counted, rows = _raw(path, encoding)
    warnings: tuple[Finding, ...] = ()
    try:
        with translated(path):
            rows, columns = columns_of(rows)
        if profile is None:
            profile = recognised(path, columns, rows, profiles, facts)
        elif profile in profiles:
            family = [each for each in profiles if each.name.startswith(f"{profile.name}-")]
            profile = fitting(columns or [], [profile, *family], facts, json=rows.columns is None)
            if columns is not None:
                warnings = misfit(
                    path, columns, profile, profiles, facts, json=rows.columns is None
                )
        shipped = profile.name if profile in profiles else None
        known_layout = profile.of_a_system and not warnings
        filed_by_cells = None
        records = 1 if rows.columns is None else None
        doubts: dict[str, str] | None = None if levels is None else {}
        if rows.columns is not None:
            check_columns(path, profile, facts, rows, warnings)
            if levels is not None:
                with translated(path):
                    rows, filed_by_cells, doubts = told_by_cells(rows, profile, facts, levels)
            if filed_by_cells is not None:
                named = {**profile.columns, "filed": (filed_by_cells,)}
                profile = replace(profile, columns=named)
        elif shipped is None and columns is not None and counted.size_bytes is not None:
            with translated(path):
                rows, columns, records = keys_of(rows)
        if rows.columns is not None or (shipped is None and columns is not None):
            warnings += left_out(
                path,
                columns or [],
                profile,
                facts,
                doubts,
                shipped,
                known_layout=known_layout,
                records=records,
            )
        order = None
        if "local" in profile.dates:
            reader = TicketReader(profile, facts, rows.columns)
            with translated(path):
                rows, texts = _creation_times(path, encoding, rows, reader)
                order, doubt = _order(path, profile, texts, shipped=shipped is not None)
            warnings += doubt
        return Export(
            path,
            profile,
            rows,
            facts,
            counted,
            warnings,
            order,
            filed_by_cells,
            known_layout=known_layout,
        )
    except BaseException:
        counted.close()
        raise


def _raw(path: str, encoding: str | None) -> tuple[Counted, Rows]:
    """Open an export; return its bytes, which the caller closes, and its rows."""
    ending = _ending(path)
    counted = open_bytes(path)
    try:
        if ending in BINARY:
            with translated(path):
                check_binary(path, ending, counted.file.read(HEAD_BYTES))
                counted.file.seek(0)
                rows = BINARY[ending](counted.file, path)
            rows = replace(rows, rows=_advancing(rows, counted))
        else:
            text = open_text(path, counted, encoding)
            # A text that nobody holds closes its file, and whether that changed is still asked.
            counted.text = text
            with translated(path):
                rows = TEXT[ending](text, path)
    except BaseException:
        counted.close()
        raise
    return counted, rows


def _advancing(rows: Rows, counted: Counted) -> Iterator[RawRow]:
    """Yield rows of a file that is not read from start to end: the position goes by them."""
    size, last = counted.size_bytes or 0, max(rows.last or 0, 1)
    for raw in rows.rows:
        counted.count = min(size, size * raw.row // last)
        yield raw
    counted.count = size


def _ending(path: str) -> str:
    if path == STDIN:
        return ".jsonl"
    name = PurePath(path).name.lower()
    ending = PurePath(name).suffix
    if ending in BINARY:
        return ending
    ending = PurePath(bare_name(name)).suffix
    if ending in TEXT:
        return ending
    if os.path.isdir(path):
        raise is_directory(path)
    raise InputError.of(
        "unknown-format",
        f"`{path}` ends in `{PurePath(name).suffix}`, which is not read"
        if ending
        else f"`{path}` has no ending that says what it is",
        help=f"read are {', '.join(TEXT)}, each also with .gz or .zst, {', '.join(BINARY)}, "
        "and `-` for JSON lines on standard input"
        + ("" if ending else ": let its name have the ending that fits"),
        where=path,
    )


def _creation_times(
    path: str, encoding: str | None, rows: Rows, reader: TicketReader
) -> tuple[Rows, Iterator[str]]:
    """Return the rows and, for the order of day and month, the texts of their creation times.

    A file is read a second time, as far as is needed; of a pipe the first rows are held back.
    """
    if path != STDIN and os.path.isfile(path):
        return rows, _times_again(path, encoding, reader)
    remaining = iter(rows.rows)
    ahead = list(islice(remaining, _HELD))
    whole = replace(rows, rows=chain(ahead, remaining))
    return whole, (text for raw in ahead for text in _creation_time(raw, reader))


def _times_again(path: str, encoding: str | None, reader: TicketReader) -> Iterator[str]:
    counted, rows = _raw(path, encoding)
    with counted:
        for raw in rows.rows:
            yield from _creation_time(raw, reader)


def _creation_time(raw: RawRow, reader: TicketReader) -> list[str]:
    text = None if raw.problems else reader.created_at(raw.record)
    return [] if text is None else [text]


def _order(
    path: str, profile: Profile, texts: Iterator[str], *, shipped: bool
) -> tuple[DayOrder, tuple[Finding, ...]]:
    found = day_order(texts, profile.day_order)
    if found.proof is not None or found.doubtful is None:
        return found.order, ()
    first, second = ("day", "month") if found.order == "day_first" else ("month", "day")
    message = (
        f"no date of `{path}` says whether the day or the month comes first: `{found.doubtful}` "
        f"is read as {first}, then {second}"
    )
    other = "month_first" if found.order == "day_first" else "day_first"
    where = f"pass a map with `extends: {profile.name}` and" if shipped else "give the map"
    help = f"if that is wrong, {where} `day_order: {other}`"
    return found.order, (
        Finding("ambiguous-dates", message, help=help, severity="warning", where=path),
    )
