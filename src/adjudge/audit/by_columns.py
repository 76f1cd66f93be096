"""An audit by columns: each distinct case is judged once, and arrays are counted.

For large delimited tables whose words are not read. The numbers and the findings are those of the
audit row by row; what columns cannot say of a row, the row path says.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from adjudge.audit.again import ToldAgain
from adjudge.audit.books import Books
from adjudge.audit.cases import Cases, Tables, cases_for
from adjudge.audit.counted import Counted, CountedRows
from adjudge.audit.finding import Judged, Teller
from adjudge.audit.judge import Judge
from adjudge.audit.listed import BY_URGENCY
from adjudge.audit.told import Finding
from adjudge.batch.classify import Decided
from adjudge.batch.columnar.chunks import Chunk, chunks_of
from adjudge.batch.columnar.classifier import Classifier, Outcome, fits
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.columnar.regular import Irregular
from adjudge.batch.columnar.run import read_ahead
from adjudge.batch.columnar.texts import strings_of
from adjudge.tickets.export import Reject, Row
from adjudge.tickets.rows import RawRow
from adjudge.tickets.stream import PACKINGS
from adjudge.tickets.ticket import Ticket

_READ = tuple(f"{kind}{packing}" for kind in (".csv", ".tsv") for packing in ("", *PACKINGS))
_AHEAD, _BEHIND = 48, 8  # chunks that are read, and decided, before they are counted


class _Repeated(Exception):
    """Some ids may come twice; which, is known when the run is over."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        super().__init__()
        self.hashes = hashes


class _Changed(RuntimeError):
    """A row that was a ticket is none any more: the file changed between two readings."""


class ColumnAudit:
    """The audit of one table by columns."""

    def __init__(self, judge: Judge, teller: Teller) -> None:
        self._judge = judge
        self._teller = teller
        self._known: Tables | None = None
        self._layout = judge.layout

    def applies(self) -> bool:
        """Say whether the table can be audited by columns."""
        export, plan = self._judge.export, self._judge.plan
        return (
            export.columns is not None
            and export.size_bytes is not None
            and export.path.lower().endswith(_READ)
            and fits(export.profile)
            and "id" in self._layout.columns
            and not self._judge.reads_words()
            and not (plan.since or plan.until)
        )

    def run(self, advance: Callable[[int], object]) -> tuple[Books, ToldAgain, list[Reject]] | None:
        """Return the closed books, the listed tickets and the rejected rows.

        None where the table turns out to be one that only the row path reads rightly.
        """
        suspects = None
        while True:
            try:
                return self._attempt(Ids(suspects), advance)
            except Irregular:
                return None
            except _Repeated as found:
                # Only rows with these hashes have to be looked at: repetitions, or collisions.
                suspects = found.hashes

    def _attempt(
        self, ids: Ids, advance: Callable[[int], object]
    ) -> tuple[Books, ToldAgain, list[Reject]]:
        judge = self._judge
        self._known = None
        judge.columns.begin()
        listed = _Rows()
        books = Books(judge, self._teller, listed.add)
        classifier = Classifier(
            judge.ruleset,
            judge.wishes,
            judge.export.profile,
            judge.export.reader,
            list(judge.export.columns or ()),
            books.run,
            ids,
            cases_for(judge.plan.scope),
        )
        counted = Counted(judge, self._teller, books, self._layout, self._judged)
        rejects: list[Reject] = []
        with ExitStack() as stack:
            keyed = ((chunk, classifier.keyed(chunk)) for chunk in chunks_of(judge.export))
            read = stack.enter_context(read_ahead(keyed, _AHEAD))
            decided = ((chunk, classifier.decide_keyed(chunk, cases)) for chunk, cases in read)
            for chunk, outcome in stack.enter_context(read_ahead(decided, _BEHIND)):
                rejects += map(books.rejected, outcome.rejects)
                rows = self._plain(chunk, outcome, books)
                counted.count(rows)
                listed.extend(rows)
                advance(chunk.position)
        repeated = ids.repeated()
        if len(repeated):
            raise _Repeated(repeated)
        counted.close()
        books.close()
        return books, listed.told_again(judge, lambda raw: self._told(raw, books)), rejects

    def _plain(self, chunk: Chunk, outcome: Outcome, books: Books) -> CountedRows:
        """Return the rows that arrays can count; take in the others one by one."""
        numbers = outcome.numbers.astype(np.int64)
        kept = np.arange(len(chunk)) if outcome.kept is None else outcome.kept
        alone = dict(outcome.alone)
        recorded = [each.ticket for each in self._judge.plan.overrides]
        if recorded:
            ids = chunk.column(self._layout.columns["id"])
            found = pc.is_in(ids, strings_of(recorded)).to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(found).tolist():
                if row not in alone and row in kept:
                    alone[row] = self._decided(chunk.raw(row))
        for _, decided in sorted(alone.items()):
            books.decided(self._judge.seen(decided.row, decided.decision))
        if alone:
            plain = ~np.isin(kept, list(alone))
            kept, numbers = kept[plain], numbers[plain]
        return CountedRows(chunk, self._tables(outcome), kept, numbers, outcome.moments)

    def _tables(self, outcome: Outcome) -> Tables:
        cases = outcome.answers
        if not isinstance(cases, Cases):
            raise TypeError("the answers of an audit are its cases")
        if self._known is None or len(self._known.cases) < len(cases.cases):
            self._known = Tables(list(cases.cases), self._judge.is_listed)
        return self._known

    # -- one ticket

    def _decided(self, raw: RawRow) -> Decided:
        judge = self._judge
        read = judge.export.reader.read(raw.record)
        if not isinstance(read, Ticket):
            raise _Changed(f"row {raw.row} of {judge.export.path}")
        decision = judge.wishes.decide(judge.ruleset, read)
        return Decided(Row(raw.row, raw.record, read), decision)

    def _judged(self, raw: RawRow) -> Judged:
        decided = self._decided(raw)
        judged = self._judge.judged(self._judge.seen(decided.row, decided.decision))
        if judged is None:
            raise _Changed(f"row {raw.row} of {self._judge.export.path}")
        return judged

    def _told(self, raw: RawRow, books: Books) -> Finding:
        decided = self._decided(raw)
        seen = self._judge.seen(decided.row, decided.decision)
        override = books.override_of(decided.row.ticket.id)
        judged = (
            self._judge.judged(seen) if override is None else self._judge.overridden(seen, override)
        )
        if judged is None:
            raise _Changed(f"row {raw.row} of {self._judge.export.path}")
        return self._teller.tell(judged)


class _Rows:
    """The rows of listed tickets, with what says how serious each is."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.int64]] = []
        self._outcomes: list[NDArray[np.uint8]] = []
        self._apart: list[NDArray[np.uint8]] = []

    def add(self, finding: Finding, apart: int) -> None:
        """Take in one ticket."""
        self._rows.append(np.array([finding.row], dtype=np.int64))
        self._outcomes.append(np.array([BY_URGENCY.index(finding.outcome)], dtype=np.uint8))
        self._apart.append(np.array([apart], dtype=np.uint8))

    def extend(self, rows: CountedRows) -> None:
        """Take in the listed ones among rows."""
        rows = rows.where(rows.tables.listed[rows.numbers])
        self._rows.append(rows.chunk.first + rows.rows)
        self._outcomes.append(rows.tables.outcomes[rows.numbers])
        self._apart.append(rows.tables.apart[rows.numbers])

    def told_again(self, judge: Judge, tell: Callable[[RawRow], Finding]) -> ToldAgain:
        """Return the tickets, to be told when they are asked for."""
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *self._rows])
        outcomes = np.concatenate([np.zeros(0, dtype=np.uint8), *self._outcomes])
        apart = np.concatenate([np.zeros(0, dtype=np.uint8), *self._apart])
        return ToldAgain(judge.export, tell, rows, outcomes, apart)
