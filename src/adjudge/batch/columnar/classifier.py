"""Decides chunks of a table: by columns what columns can say, row by row what is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.classify import Decided, Wishes, classify
from adjudge.batch.columnar.answers import COLUMNS, DUE, NEW, UNDECIDED, Answers
from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.due import DueTimes
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.columnar.keys import Keyed, Keys
from adjudge.batch.columnar.regular import Irregular
from adjudge.batch.columnar.scatter import Scatter
from adjudge.batch.summary import Summary
from adjudge.decide import Ruleset
from adjudge.model.profile import Profile, fold
from adjudge.tickets.apply import Layout, TicketReader
from adjudge.tickets.export import Reject, Row
from adjudge.tickets.rows import RawRow
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_MOST_KEYS = 1 << 62
SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What Python takes away from both ends of a text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A chunk decided: results for the rows in `kept` (None: all), and rejects for the others."""

    results: pl.DataFrame
    kept: NDArray[np.int64] | None
    rejects: list[Reject]


class Classifier:
    """Decides the rows of one table, chunk by chunk, in their order."""

    def __init__(
        self,
        ruleset: Ruleset,
        wishes: Wishes,
        profile: Profile,
        reader: TicketReader,
        columns: list[str],
        summary: Summary,
        ids: Ids,
    ) -> None:
        """Prepare for rows of `columns`; raise `Irregular` where they make too many cases."""
        facts = ruleset.policy.facts
        self._ruleset = ruleset
        self._wishes = wishes
        self._reader = reader
        self._summary = summary
        self._ids = ids
        self._layout = Layout(profile, facts, columns)
        self.id_column = self._layout.columns["id"]
        self._empty = profile.empty
        iso = profile.dates[:1] == ("iso",)
        self._keys = Keys(ruleset, wishes, self._layout, reader, columns, iso=iso)
        if self._keys.size >= _MOST_KEYS:
            raise Irregular
        self._answers = Answers(ruleset, wishes, self._keys.size)
        self._due = {policy.version: DueTimes(policy, profile.zone) for policy in ruleset.versions}

    def decide(self, chunk: Chunk) -> Outcome:
        """Return the outcome of a chunk's rows.

        Raises `Irregular` where the header stands in their middle again: the row reader knows
        what follows from that.
        """
        import polars as pl

        keyed = self._keys.of(chunk.frame)
        if keyed.headers and self._has_header(chunk.frame):
            raise Irregular
        ids, odd_ids = self._plain_ids(chunk.frame[self.id_column])
        odd = keyed.odd | odd_ids
        numbers = self._numbers(chunk, keyed, odd)
        odd |= numbers == UNDECIDED
        odd |= self._ids.look(ids.set(pl.Series(odd), None))
        rejects: list[Reject] = []
        singles: dict[int, str | None] = {}
        refused = []
        for row in np.flatnonzero(odd).tolist():
            outcome = self._judge(chunk.raw(row))
            if isinstance(outcome, Reject):
                rejects.append(outcome)
                refused.append(row)
            else:
                response = outcome.decision.response
                due = response.due if response else None
                numbers[row] = self._answers.add(outcome.decision)
                singles[row] = due.isoformat() if due else None
        kept = None
        if refused:
            kept = np.delete(np.arange(len(chunk.frame)), refused)
        self._count(numbers if kept is None else numbers[kept], len(rejects))
        return Outcome(self._results(numbers, keyed, kept, singles), kept, rejects)

    # -- answers by column

    def _plain_ids(self, cells: pl.Series) -> tuple[pl.Series, NDArray[np.bool_]]:
        """Return the ids that are what they seem (null: look at the row), and where they are not."""
        import polars as pl

        cells = cells.cast(pl.String) if cells.dtype != pl.String else cells
        longest = max(map(len, self._empty), default=0)
        short = cells.str.len_chars() <= longest
        odd = cells.is_null() | (cells.str.strip_chars(SPACE) != cells)
        if any(" " in each for each in self._empty):
            odd |= cells.str.contains(r"\s")
        empty = [
            text for text in cells.filter(short).unique() if text is None or self._is_empty(text)
        ]
        odd |= cells.is_in(empty)
        odd = odd.fill_null(True)
        return cells.set(odd, None), odd.to_numpy().copy()

    def _is_empty(self, text: str) -> bool:
        return not text.strip() or fold(text) in self._empty

    def _numbers(self, chunk: Chunk, keyed: Keyed, odd: NDArray[np.bool_]) -> NDArray[np.int32]:
        numbers = self._answers.numbers(keyed.keys).copy()
        new = np.flatnonzero((numbers == NEW) & ~odd)
        if len(new):
            keys, first = np.unique(keyed.keys[new], return_index=True)
            for key, place in zip(keys.tolist(), first.tolist(), strict=True):
                read = self._reader.read(chunk.raw(int(new[place])).record)
                if isinstance(read, Ticket):
                    self._answers.decide(key, read)
                else:
                    self._answers.keep(key, UNDECIDED)
            numbers = self._answers.numbers(keyed.keys).copy()
        return numbers

    def _results(
        self,
        numbers: NDArray[np.int32],
        keyed: Keyed,
        kept: NDArray[np.int64] | None,
        singles: dict[int, str | None],
    ) -> pl.DataFrame:
        import polars as pl

        due = self._due_texts(numbers, keyed)
        if singles:
            due = due.scatter(list(singles), list(singles.values()))
        if kept is not None:
            numbers, due = numbers[kept], due.gather(kept)
        frame = self._answers.frame()[pl.Series(numbers)]
        return frame.with_columns(due.alias(DUE)).select(COLUMNS)

    def _due_texts(self, numbers: NDArray[np.int32], keyed: Keyed) -> pl.Series:
        """Return when responses are due; rows of one promise at a time."""
        promises: dict[int, int] = {}
        groups: dict[int, int] = {}
        for number, answer in enumerate(self._answers.kept):
            if answer.promise is not None:
                groups[number] = promises.setdefault(id(answer.promise), number)
        table = np.full(len(self._answers.kept) + 2, -1, dtype=np.int64)
        for number, group in groups.items():
            table[number] = group
        of_row = table[numbers]  # those that are not decided have the last two places
        column = Scatter(len(numbers))
        for group in promises.values():
            rows = np.flatnonzero(of_row == group)
            answer = self._answers.kept[group]
            if len(rows) and answer.promise is not None:
                times = self._due[answer.policy.version]
                column.put(rows, times.texts(answer.promise, keyed.moments, rows))
        return column.column()

    # -- row by row

    def _judge(self, raw: RawRow) -> Decided | Reject:
        """Judge one row as the row path does."""
        read = self._reader.read(raw.record)
        id = read.id if isinstance(read, Ticket) else self._reader.id_of(raw.record)
        if id is not None:
            first = self._ids.first_row(id, raw.row)
            if first != raw.row:
                again = f"the id `{id}` is that of row {first} too"
                read = (again,) if isinstance(read, Ticket) else (*read, again)
        if not isinstance(read, Ticket):
            return Reject(raw.row, id, tuple(read), raw.record)
        unused = Summary(self._summary.levels)
        return next(classify([Row(raw.row, raw.record, read)], self._ruleset, self._wishes, unused))

    def _has_header(self, frame: pl.DataFrame) -> bool:
        names = set(map(fold, frame.columns))
        first = frame.to_series(0).str.strip_chars(SPACE).str.to_lowercase()
        likely = frame.filter(first.is_in(sorted({name.lower() for name in names} | names)))
        return any(all(fold(cell) in names for cell in row) for row in likely.iter_rows())

    def _count(self, numbers: NDArray[np.int32], rejected: int) -> None:
        counts = np.bincount(numbers, minlength=len(self._answers.kept)).tolist()
        levels: Counter[str] = Counter()
        verdicts: Counter[str] = Counter()
        for answer, count in zip(self._answers.kept, counts, strict=True):
            if count:
                levels[answer.level] += count
                verdicts[answer.verdict] += count
        self._summary.decided += len(numbers)
        self._summary.by_level.update(levels)
        self._summary.by_verdict.update(verdicts)
        self._summary.rejected += rejected


_KNOWN = frozenset(
    {
        "name",
        "title",
        "recognise",
        "columns",
        "facts",
        "filed_values",
        "filed_ranks",
        "dates",
        "zone",
        "day_order",
        "markup",
        "empty",
        "facts_by_name",
        "native_json",
    }
)


def fits(profile: Profile) -> bool:
    """Say whether all that a profile uses can be decided cell by cell."""
    plain = Profile("")
    used = [
        each.name
        for each in fields(profile)
        if getattr(profile, each.name) != getattr(plain, each.name)
    ]
    return _KNOWN.issuperset(used) and not any(
        getattr(each, "tags", False) for each in profile.facts.values()
    )
