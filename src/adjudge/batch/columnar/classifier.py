"""Decides chunks of a table: by columns what columns can say, row by row what is left."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.cells import COLUMNS, DUE
from adjudge.batch.classify import Decided, Wishes, classify
from adjudge.batch.columnar.answers import NEW, UNDECIDED, Answers
from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.due import DueTimes
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.columnar.keys import Keyed, Keys
from adjudge.batch.columnar.regular import Irregular
from adjudge.batch.columnar.scatter import Scatter
from adjudge.batch.summary import Summary
from adjudge.decide import Decision, Ruleset
from adjudge.model.profile import Profile, fold
from adjudge.tickets.apply import Layout, TicketReader
from adjudge.tickets.export import Reject, Row
from adjudge.tickets.rows import RawRow
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_MOST_KEYS = 1 << 62
_KEPT_CASES = 50_000  # decisions that are kept to be asked about other filed levels
SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What Python takes away from both ends of a text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A chunk decided: the answers of the rows in `kept` (None: all), and rejects for the others.

    `numbers` are those of the `answers`, and `due` is when responses are due, row by row.
    """

    answers: Answers
    numbers: pl.Series
    due: pl.Series
    kept: NDArray[np.int64] | None
    rejects: list[Reject]

    def results(self) -> pl.DataFrame:
        """Return the rows of results."""
        frame = self.answers.frame()[self.numbers]
        return frame.with_columns(self.due.alias(DUE)).select(COLUMNS)


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
        self._cases: dict[int, Decision] = {}
        self._filed_as: dict[
            tuple[str | None, int | None, int], tuple[str, str, int | None] | None
        ] = {}
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
        odd |= numbers < 0
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
        self._count(numbers, keyed, kept, len(rejects))
        answers, due_texts = self._results(numbers, keyed, kept, singles)
        return Outcome(self._answers, answers, due_texts, kept, rejects)

    # -- answers by column

    def _plain_ids(self, cells: pl.Series) -> tuple[pl.Series, NDArray[np.bool_]]:
        """Return the ids that are what they seem, null for the others, and where those are."""
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
        numbers = self._answers.numbers(keyed.keys)
        new = np.flatnonzero((numbers == NEW) & ~odd)
        if len(new):
            keys, first = np.unique(keyed.keys[new], return_index=True)
            for key, place in zip(keys.tolist(), first.tolist(), strict=True):
                row = int(new[place])
                self._answers.keep(key, self._decide_case(chunk, row, key, keyed))
            numbers = self._answers.numbers(keyed.keys)
        return numbers.copy()

    def _decide_case(self, chunk: Chunk, row: int, key: int, keyed: Keyed) -> int:
        """Return the number of the answer to a new case, by a row that is one."""
        case, way = divmod(key, self._keys.ways)
        decision = self._cases.get(case)
        if decision is None:
            read = self._reader.read(chunk.raw(row).record)
            decision = self._answers.decide(read) if isinstance(read, Ticket) else None
            if decision is None:
                return UNDECIDED
            if len(self._cases) >= _KEPT_CASES:
                self._cases.clear()
            self._cases[case] = decision
            return self._answers.add(decision)
        version = self._ruleset.compiled_versions[int(keyed.versions[row])]
        filed = self._keys.way(way, version)
        if filed is None:
            return UNDECIDED
        return self._answers.add(decision.filed_under(filed[0], by_default=filed[1]))

    def _results(
        self,
        numbers: NDArray[np.int32],
        keyed: Keyed,
        kept: NDArray[np.int64] | None,
        singles: dict[int, str | None],
    ) -> tuple[pl.Series, pl.Series]:
        """Return the numbers of the answers and the due times of the rows that are kept."""
        import polars as pl

        due = self._due_texts(numbers, keyed)
        if singles:
            due = due.scatter(list(singles), list(singles.values()))
        if kept is not None:
            numbers, due = numbers[kept], due.gather(kept)
        return pl.Series(numbers), due

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

    def _count(
        self,
        numbers: NDArray[np.int32],
        keyed: Keyed,
        kept: NDArray[np.int64] | None,
        rejected: int,
    ) -> None:
        filed, versions = keyed.filed, keyed.versions
        if kept is not None:
            numbers, versions = numbers[kept], versions[kept]
            filed = None if filed is None else filed[kept]
        counts = np.bincount(numbers, minlength=len(self._answers.kept)).tolist()
        for answer, count in zip(self._answers.kept, counts, strict=True):
            if count:
                self._summary.by_level[answer.level] += count
                self._summary.by_verdict[answer.verdict] += count
        self._summary.decided += len(numbers)
        self._summary.rejected += rejected
        if filed is not None:
            several = len(self._ruleset.compiled_versions)
            spelled, how_often = np.unique(filed * several + versions, return_counts=True)
            for each, count in zip(spelled.tolist(), how_often.tolist(), strict=True):
                written = self._written(*divmod(each, several))
                if written is not None:
                    self._summary.by_filed[written] += count

    def _written(self, place: int, version: int) -> tuple[str, str, int | None] | None:
        """Return how a spelling is counted; None where nothing is filed with it."""
        ticket = self._keys.spelling(place)
        if ticket is None:
            return None
        key = (ticket.filed, ticket.filed_rank, version)
        if key not in self._filed_as:
            policy = self._ruleset.compiled_versions[version].policy
            decision = self._ruleset.decide(
                Ticket("", filed=ticket.filed, filed_rank=ticket.filed_rank),
                text=False,
                as_of=policy.effective_from or date.min,
            )
            written, level = decision.filed_as, decision.filed
            counted = None
            if written is not None and level is not None:
                counted = (written.written, level, written.rank)
            self._filed_as[key] = counted
        return self._filed_as[key]


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
