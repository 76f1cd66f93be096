"""Decides chunks of a table: by columns what columns can say, row by row what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.cells import COLUMNS, DUE
from adjudge.batch.classify import Decided, Wishes, classify
from adjudge.batch.columnar.answers import NEW, UNDECIDED, Answers
from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.due import Due, DueTimes
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.columnar.keys import Keyed, Keys
from adjudge.batch.columnar.moments import Moments, distinct
from adjudge.batch.columnar.regular import Irregular
from adjudge.batch.columnar.texts import as_arrow, buffers, strings_of, truths
from adjudge.batch.summary import Summary
from adjudge.decide import Decision, Ruleset
from adjudge.model.profile import Profile, fold
from adjudge.tickets.apply import Layout, TicketReader
from adjudge.tickets.export import Reject, Row
from adjudge.tickets.rows import RawRow
from adjudge.tickets.ticket import Ticket
from adjudge.tickets.values import cell_text

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_MOST_KEYS = 1 << 62
_KEPT_CASES = 50_000  # decisions that are kept to be asked about other filed levels


@dataclass(frozen=True, slots=True)
class Outcome:
    """A chunk decided: the answers of the rows in `kept` (None: all), and rejects for the others.

    `numbers` are those of the `answers`, row by row. `times` say when responses are due, and
    `moments` are the times of creation, for all rows of the chunk; `alone` are the decided rows
    that only the row reader could judge.
    """

    answers: Answers
    numbers: NDArray[np.int32]
    times: Due
    kept: NDArray[np.int64] | None
    rejects: list[Reject]
    moments: Moments
    alone: dict[int, Decided]

    @property
    def due(self) -> pa.LargeStringArray:
        """When responses are due, row by row, in ISO 8601; null where none is."""
        return self.times.texts(self.kept)

    def results(self) -> pa.Table:
        """Return the rows of results: `COLUMNS`, with null for what is empty."""
        table = self.answers.table().take(as_arrow(self.numbers.astype(np.int64)))
        return table.add_column(COLUMNS.index(DUE), DUE, self.due)


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
        answers: Callable[[Ruleset, Wishes], Answers] = Answers,
        *,
        headers: bool = True,
    ) -> None:
        """Prepare for rows of `columns`; raise `Irregular` where they make too many cases.

        `answers` makes what keeps the answers, for callers that tell more of them apart. Without
        `headers`, a row that has the names of columns is a row as any other.
        """
        facts = ruleset.policy.facts
        self._ruleset = ruleset
        self._wishes = wishes
        self._reader = reader
        self._summary = summary
        self._ids = ids
        self._layout = Layout(profile, facts, columns)
        self.id_column = self._layout.columns["id"]
        self._headers = headers
        self._empty = profile.empty
        iso = profile.dates[:1] == ("iso",)
        self._keys = Keys(ruleset, wishes, self._layout, reader, columns, iso=iso)
        if self._keys.size >= _MOST_KEYS:
            raise Irregular
        self._answers = answers(ruleset, wishes)
        self._cases: dict[int, tuple[Decision, int]] = {}
        self._filed_as: dict[
            tuple[str | None, int | None, int], tuple[str, str, int | None] | None
        ] = {}
        self._due = {policy.version: DueTimes(policy, profile.zone) for policy in ruleset.versions}

    def decide(self, chunk: Chunk) -> Outcome:
        """Return the outcome of a chunk's rows.

        Raises `Irregular` where the header stands in their middle again: the row reader knows
        what follows from that.
        """
        return self.decide_keyed(chunk, self.keyed(chunk))

    def keyed(self, chunk: Chunk) -> Keyed:
        """Return the cases of a chunk's rows: the first half of deciding them.

        May be done for the next chunk while one is decided. Raises as `decide` does.
        """
        keyed = self._keys.of(chunk)
        if self._headers and keyed.headers and self._has_header(chunk):
            raise Irregular
        return keyed

    def decide_keyed(self, chunk: Chunk, keyed: Keyed) -> Outcome:
        """Return the outcome of a chunk's rows by their cases: the second half."""
        ids = _id_texts(chunk.column(self.id_column))
        odd = keyed.odd | self._odd_ids(ids)
        numbers = self._numbers(chunk, keyed, odd)
        odd |= numbers < 0
        odd |= self._ids.look(ids, odd)
        rejects: list[Reject] = []
        singles: dict[int, datetime | None] = {}
        alone: dict[int, Decided] = {}
        refused = []
        for row in np.flatnonzero(odd).tolist():
            outcome = self._judge(chunk.raw(row))
            if isinstance(outcome, Reject):
                rejects.append(outcome)
                refused.append(row)
            else:
                response = outcome.decision.response
                numbers[row] = self._answers.add(outcome.decision)
                singles[row] = response.due if response else None
                alone[row] = outcome
        kept = np.delete(np.arange(len(chunk)), refused) if refused else None
        self._count(numbers, keyed, kept)
        for reject in rejects:
            self._summary.reject(reject)
        due = self._due_times(numbers, keyed.moments)
        due.put_asked(np.array(list(singles), dtype=np.int64), list(singles.values()))
        answers = numbers if kept is None else numbers[kept]
        return Outcome(self._answers, answers, due, kept, rejects, keyed.moments, alone)

    # -- answers by column

    def _odd_ids(self, ids: pa.LargeStringArray) -> NDArray[np.bool_]:
        """Return where ids are not what they seem: empty, spelled empty, or with space around."""
        import pyarrow.compute as pc

        data, offsets = buffers(ids)
        # A byte between space and DEL at both ends, and longer than any spelling of empty.
        longest = max((len(each.encode()) for each in self._empty), default=0)
        plain = np.diff(offsets) > longest
        rows = np.flatnonzero(plain)
        for ends in (offsets[rows], offsets[rows + 1] - 1):
            plain[rows] &= (data[ends] > 0x20) & (data[ends] < 0x7F)
        if any(" " in each for each in self._empty):
            plain &= ~truths(pc.match_substring_regex(ids, r"\s"))
        rows = np.flatnonzero(~plain)
        odd = np.zeros(len(ids), dtype=np.bool_)
        texts = ids.take(as_arrow(rows)).to_pylist()
        odd[rows] = [text != text.strip() or self._is_empty(text) for text in texts]
        return odd

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
            numbers[new] = self._answers.numbers(keyed.keys[new])
        return numbers

    def _decide_case(self, chunk: Chunk, row: int, key: int, keyed: Keyed) -> int:
        """Return the number of the answer to a new case, by a row that is one."""
        case, way = divmod(key, self._keys.ways)
        met = self._cases.get(case)
        if met is None:
            read = self._reader.read(chunk.raw(row).record)
            decision = self._answers.decide(read) if isinstance(read, Ticket) else None
            if decision is None:
                return UNDECIDED
            if len(self._cases) >= _KEPT_CASES:
                self._cases.clear()
            gist = self._answers.gist(decision)
            self._cases[case] = (decision, gist)
            return self._answers.add(decision, gist)
        version = self._ruleset.compiled_versions[int(keyed.versions[row])]
        way_filed = self._keys.way(way, version)
        if way_filed is None:
            return UNDECIDED
        decision, gist = met
        filed, by_default = way_filed
        if self._wishes.when_uncertain == "filed":  # the level follows what is filed
            return self._answers.add(decision.filed_under(filed, by_default=by_default))
        known = self._answers.known(gist, filed, by_default)
        if known is not None:
            return known
        return self._answers.add(decision.filed_under(filed, by_default=by_default), gist)

    def _due_times(self, numbers: NDArray[np.int32], moments: Moments) -> Due:
        """Return when responses are due; rows of one promise at a time."""
        due = Due(len(numbers))
        of_row = self._answers.promises()[numbers]
        for group in distinct(of_row)[0].tolist():
            if group >= 0:
                answer = self._answers.kept[group]
                assert answer.promise is not None
                times = self._due[answer.policy.version]
                times.put(answer.promise, moments, np.flatnonzero(of_row == group), due)
        return due

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

    def _has_header(self, chunk: Chunk) -> bool:
        names = set(map(fold, chunk.columns))
        first = chunk.column(chunk.columns[0]).to_pylist()
        likely = (row for row, cell in enumerate(first) if fold(str(cell)) in names)
        return any(
            all(fold(str(cell)) in names for cell in chunk.raw(row).record.values())
            for row in likely
        )

    def _count(
        self,
        numbers: NDArray[np.int32],
        keyed: Keyed,
        kept: NDArray[np.int64] | None,
    ) -> None:
        filed, versions = keyed.filed, keyed.versions
        if kept is not None:
            numbers, versions = numbers[kept], versions[kept]
            filed = None if filed is None else filed[kept]
        counts = np.bincount(numbers)
        for number in np.flatnonzero(counts).tolist():
            answer, count = self._answers.kept[number], int(counts[number])
            self._summary.by_level[answer.level] += count
            self._summary.by_verdict[answer.verdict] += count
        self._summary.decided += len(numbers)
        if filed is not None:
            several = len(self._ruleset.compiled_versions)
            counts = np.bincount(filed * several + versions)
            for each in np.flatnonzero(counts).tolist():
                place, version = divmod(each, several)
                written = self._written(keyed.spellings[place], version)
                if written is not None:
                    self._summary.by_filed[written] += int(counts[each])

    def _written(self, filed: object, version: int) -> tuple[str, str, int | None] | None:
        """Return how a spelling is counted; None where nothing is filed with it."""
        ticket = self._keys.spelled(filed)
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


def _id_texts(ids: pa.Array) -> pa.LargeStringArray:
    """Return ids of any type as the row reader reads them."""
    import pyarrow as pa

    if pa.types.is_large_string(ids.type):
        return ids
    return strings_of(cell_text(id) for id in ids.to_pylist())


_KNOWN = frozenset(
    {
        "name",
        "title",
        "recognise",
        "columns",
        "facts",
        "filed_values",
        "filed_ranks",
        "filed_by_cells",
        "absent",
        "dates",
        "zone",
        "day_order",
        "markup",
        "empty",
        "facts_by_name",
        "native_json",
        "named",
        "changed_by",
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
