"""Runs an audit: one pass over the rows of an export, and an `Audit` at the end of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from adjudge.audit.books import Books
from adjudge.audit.columns import requester_in
from adjudge.audit.finding import Teller
from adjudge.audit.judge import Judge
from adjudge.audit.listed import Spool
from adjudge.audit.model import Audit, Comparison
from adjudge.audit.plan import Plan
from adjudge.audit.result import audit_of
from adjudge.audit.statistics import difference
from adjudge.audit.told import Finding
from adjudge.batch.classify import Wishes, tell
from adjudge.batch.summary import Summary
from adjudge.decide import Ruleset
from adjudge.findings import Finding as Warned
from adjudge.tickets.export import Export, Reject, Row

Advance = Callable[[int], object]
Rejects = Callable[[Reject], None]
_STEP = 200  # rows between two reports of progress


class Auditor:
    """One audit at work. `run` it once; then `sampled` has the drawn tickets."""

    def __init__(self, export: Export, ruleset: Ruleset, wishes: Wishes, plan: Plan) -> None:
        self._judge = Judge(export, ruleset, wishes, plan)
        self._teller = Teller(plan.telling)
        self._findings = Spool()
        self._books = Books(self._judge, self._teller, self._findings.add)

    def run(
        self, advance: Advance | None = None, rejects: Rejects | None = None, jobs: int = 1
    ) -> Audit:
        """Audit every row; `rejects` takes each rejected row, masked if that is asked for.

        Large tables are audited by columns where that gives the same; otherwise long exports are
        read and decided in `jobs` processes.
        """
        found = self._by_columns(advance, rejects)
        return self._by_rows(advance, rejects, jobs) if found is None else found

    def _by_columns(self, advance: Advance | None, rejects: Rejects | None) -> Audit | None:
        if self._judge.export.columns is None or self._judge.reads_words():
            return None
        from adjudge.audit.by_columns import ColumnAudit

        columns = ColumnAudit(self._judge, self._teller)
        found = columns.run(advance or (lambda _: None)) if columns.applies() else None
        if found is None:
            return None
        self._books, listed, refused = found
        if rejects is not None:
            for reject in refused:
                rejects(reject)
        return audit_of(self._books, listed)

    def _by_rows(self, advance: Advance | None, rejects: Rejects | None, jobs: int = 1) -> Audit:
        judge, books = self._judge, self._books
        judge.columns.begin()
        rows = tell(self._within(), judge.ruleset, judge.wishes, books.run, judge.settling(), jobs)
        for number, outcome in enumerate(rows):
            if isinstance(outcome, Reject):
                reject = books.rejected(outcome)
                if rejects is not None:
                    rejects(reject)
            else:
                books.decided(judge.unpacked(outcome.row, outcome.words))
            if advance is not None and number % _STEP == 0:
                advance(judge.export.position())
        books.close()
        return audit_of(books, self._findings.finished())

    def remarks(self) -> tuple[Warned, ...]:
        """Return warnings of columns that were named in vain."""
        return self._judge.columns.remarks()

    @property
    def columns_beside(self) -> frozenset[str]:
        """The columns of a table that are read beside the tickets."""
        return self._judge.columns.used

    @property
    def counts(self) -> Summary:
        """What the run came to, as a run over an export does."""
        return self._books.run

    @property
    def outside_days(self) -> tuple[date, date] | None:
        """The first and the last day of creation outside those asked for; None without any."""
        return self._books.outside_days

    @property
    def dropped(self) -> int:
        """How much an extractor read with quotes that do not occur in the ticket."""
        return self._books.run.dropped

    @property
    def cut(self) -> int:
        """How many tickets have texts of which the end was not read."""
        return self._books.run.cut

    @property
    def foreign(self) -> Counter[str]:
        """How many tickets are in which language that is not read."""
        return self._books.run.by_foreign

    def sampled(self) -> tuple[Finding, ...]:
        """Return the drawn tickets, told, in the order of the export."""
        return tuple(map(self._teller.tell, self._books.sampled()))

    def _within(self) -> Iterator[Row | Reject]:
        since, until = self._judge.plan.since, self._judge.plan.until
        for row in self._judge.export:
            if isinstance(row, Row) and (since or until):
                created = row.ticket.created_at
                if created is None:
                    reason = (
                        "the ticket has no time of creation to hold against the dates asked for"
                    )
                    yield Reject(row.row, row.ticket.id, (reason,), row.record)
                    continue
                day = created.date()
                if (since and day < since) or (until and day > until):
                    self._books.left_outside(row.ticket.id, day)
                    continue
            yield row


def compared(after: Audit, before: Audit) -> Audit:
    """Return an audit with what changed since another one by the same rules."""
    pairs = (
        ("overfiled", before.summary.overfiled, after.summary.overfiled),
        ("underfiled", before.summary.underfiled, after.summary.underfiled),
        ("unproven", before.summary.unproven, after.summary.unproven),
        ("exceptions", before.summary.exceptions, after.summary.exceptions),
    )
    comparison = Comparison(
        before.meta.export,
        before.summary.counts,
        before.summary.filed,
        tuple(difference(*each) for each in pairs),
    )
    return replace(after, comparison=comparison)


def requesters(export: Export) -> Iterator[str]:
    """Yield the requesters of an export, for masking their names wherever they are written."""
    for row in export:
        name = (
            row.ticket.requester
            if isinstance(row, Row)
            else requester_in(row.record, export.profile)
        )
        if name:
            yield name
