"""Counts rows of a table by arrays: outcomes, groups, weeks, failing conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from adjudge.audit.books import Books
from adjudge.audit.by_cell import ByCell, ByCells
from adjudge.audit.cases import Tables
from adjudge.audit.finding import Judged, Teller, week_of
from adjudge.audit.judge import Judge
from adjudge.audit.spoken import spoken_language
from adjudge.audit.standing import Standing
from adjudge.audit.tally import packed
from adjudge.audit.told import OUTCOMES
from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.moments import DAY, Moments, distinct, naive_of
from adjudge.batch.columnar.texts import as_arrow
from adjudge.tickets.apply import Layout
from adjudge.tickets.rows import RawRow, Record
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    import pyarrow as pa

_PROBE = "1"
_SLOTS = 2 * len(OUTCOMES)
_MONDAY = 3  # days from the first of 1970, a Thursday, back to its Monday
_NEVER = -(2**40)  # stands for a week that is not known

Judging = Callable[[RawRow], Judged]
ReadCell = Callable[[str], str | None]


class CountedRows:
    """Decided rows of a chunk: `rows` are their places in it, `numbers` those of their cases."""

    def __init__(
        self,
        chunk: Chunk,
        tables: Tables,
        rows: NDArray[np.int64],
        numbers: NDArray[np.int64],
        moments: Moments,
    ) -> None:
        self.chunk = chunk
        self.tables = tables
        self.rows = rows
        self.numbers = numbers
        self.moments = moments

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, chosen: NDArray[np.bool_]) -> CountedRows:
        """Return some of the rows."""
        rows, numbers = self.rows[chosen], self.numbers[chosen]
        return CountedRows(self.chunk, self.tables, rows, numbers, self.moments)

    def cells(self, column: str) -> pa.LargeStringArray:
        """Return the cells of a column for these rows."""
        cells = self.chunk.column(column)
        return cells if len(self.rows) == len(cells) else cells.take(as_arrow(self.rows))

    def raw(self, place: int) -> RawRow:
        """Return one of the rows as the row reader has it."""
        return self.chunk.raw(int(self.rows[place]))


class Counted:
    """The counts of a table's rows, on their way into books."""

    def __init__(
        self, judge: Judge, teller: Teller, books: Books, layout: Layout, judging: Judging
    ) -> None:
        self._judge = judge
        self._teller = teller
        self._books = books
        self._layout = layout
        self._judging = judging
        self._blank = dict.fromkeys(judge.export.columns or (), "")
        self._tables: Tables | None = None
        self._totals = np.zeros(0, dtype=np.int64)
        self._columns = self._grouping_columns()
        self._groups = {name: ByCell() for name in books.tallies.groups}
        self._weeks: Counter[tuple[int, int]] = Counter()
        self._failing = ByCells(layout.fact_columns.values(), judge.export.columns or ())
        self._standing = Standing(judge, books.tallies, self._count_kept)

    def _grouping_columns(self) -> dict[str, tuple[str, ReadCell]]:
        """Return the columns that group tickets, and how each reads a cell, by dimension."""
        found: dict[str, tuple[str, ReadCell]] = {}
        for part in ("organization", "requester", "language"):
            column = self._layout.columns.get(part)
            if column is not None:
                read = self._language if part == "language" else partial(self._short, part)
                found[part] = (column, read)
        own = {name: f"own.{name}" for name in self._judge.plan.group_by}
        for name, part in {"product": "product", "channel": "channel", **own}.items():
            column = self._judge.columns.column_of(part)
            if column is not None:
                found[name] = (column, self._judge.columns.text)
        return found

    def _short(self, part: str, cell: str) -> str | None:
        return self._layout.short({**self._blank, self._layout.columns[part]: cell}, part)

    def _language(self, cell: str) -> str | None:
        said = self._short("language", cell)
        return spoken_language(Ticket(_PROBE, language=said), words=False)

    # -- chunk by chunk

    def count(self, rows: CountedRows) -> None:
        """Count rows."""
        self._tables = rows.tables
        more = np.bincount(rows.numbers, minlength=len(rows.tables.slots))
        more[: len(self._totals)] += self._totals
        self._totals = more
        self._count_times(rows)
        rows = rows.where(rows.tables.slots[rows.numbers] >= 0)
        slots = rows.tables.slots[rows.numbers]
        for name, (column, _) in self._columns.items():
            self._groups[name].count(rows.cells(column), slots)
        self._look_at_times(rows)
        self._count_weeks(rows, slots)
        self._count_failing(rows)
        self._standing.count(rows.where(rows.tables.wrong[rows.numbers]))
        if self._judge.plan.sample:
            self._draw(rows)

    def _count_times(self, rows: CountedRows) -> None:
        known = np.flatnonzero(rows.moments.known[rows.rows])
        if len(known):
            utc = rows.moments.utc[rows.rows[known]]
            for place in (utc.argmin(), utc.argmax()):
                # The row reader says in which zone a moment is written.
                raw = rows.raw(int(known[place]))
                read = self._judge.export.reader.read(raw.record)
                if isinstance(read, Ticket) and read.created_at is not None:
                    self._books.created(read.created_at, raw.row)

    def _look_at_times(self, rows: CountedRows) -> None:
        """Look for a cell that can be read in each column that somebody named for a time."""
        columns = self._judge.columns
        for part, column in columns.doubted():
            for cell in rows.cells(column).unique().to_pylist():
                columns.look_at(part, columns.text(cell))

    def _count_weeks(self, rows: CountedRows, slots: NDArray[np.int64]) -> None:
        known = rows.moments.known[rows.rows]
        days = rows.moments.day()[rows.rows[known]]
        pairs, places = distinct((days + _MONDAY) // 7 * _SLOTS + slots[known])
        for pair, count in zip(pairs.tolist(), np.bincount(places).tolist(), strict=True):
            self._weeks[divmod(pair, _SLOTS)] += count
        for slot, count in enumerate(np.bincount(slots[~known]).tolist()):
            self._weeks[_NEVER, slot] += count

    def _count_failing(self, rows: CountedRows) -> None:
        rows = rows.where(rows.tables.own[rows.numbers])
        self._failing.count(rows.chunk, rows.rows, rows.numbers)

    def _count_kept(self, rows: CountedRows, place: int) -> None:
        judged = self._judging(rows.raw(place))
        finding = self._teller.tell(judged)
        before, after = finding.response_before, finding.response_after
        self._books.tallies.count_kept(
            None if before is None else before.outcome, None if after is None else after.outcome
        )

    def _draw(self, rows: CountedRows) -> None:
        ids = rows.cells(self._layout.columns["id"]).to_pylist()
        for place, id in enumerate(ids):
            if self._books.is_drawn(id, rows.chunk.first + int(rows.rows[place])):
                self._books.draw(self._judging(rows.raw(place)))

    # -- the end

    def close(self) -> None:
        """Put the counts into the books."""
        tables, tallies = self._tables, self._books.tallies
        if tables is None:
            return
        for case, times in zip(tables.cases, self._totals.tolist(), strict=False):
            if not times:
                continue
            tallies.count(case.decision, times)
            if case.outcome is not None:
                tallies.count_case(case.decision, case.outcome, times)
            for each in case.failing:
                if each.actual is not None:
                    tallies.count_failing(each.fact, each.actual, each.expected, times)
        for name, counts in self._groups.items():
            self._close_group(name, counts)
        for (week, slot), times in self._weeks.items():
            monday = naive_of((week * 7 - _MONDAY) * DAY) if week != _NEVER else None
            if times:
                tallies.weeks.count(week_of(monday), OUTCOMES[slot // 2], bool(slot % 2), times)
        self._close_failing(tables)

    def _close_group(self, name: str, counts: ByCell) -> None:
        groups = self._books.tallies.groups[name]
        if name not in self._columns:
            return
        read = self._columns[name][1]
        for cell, slot, times in counts:
            told = self._judge.masked(name, read(cell))
            groups.count(told, OUTCOMES[slot // 2], bool(slot % 2), times)

    def _close_failing(self, tables: Tables) -> None:
        values: dict[tuple[str, str], str] = {}
        for column, cell, number, times in self._failing:
            for each in tables.cases[number].own:
                if self._layout.fact_columns[each.fact] == column:
                    key = (each.fact, cell)
                    if key not in values:
                        values[key] = self._value(each.fact, column, cell)
                    self._books.tallies.count_failing(each.fact, values[key], each.expected, times)

    def _value(self, fact: str, column: str, cell: str) -> str:
        """Return the value that a cell states, packed, as the row reader reads it."""
        id_column = self._layout.columns["id"]
        record: Record = {**self._blank, id_column: _PROBE, column: cell}
        read = self._judge.export.reader.read(record)
        return packed(read.facts.get(fact) if isinstance(read, Ticket) else None)
