"""Decides the rows of an export by case: each distinct case once, due times by columns.

For rows of any format whose words are not read. What is told of each row, and in which order, is
what `adjudge.batch.classify.tell` tells.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from adjudge.batch.classify import Shared, Told, Wishes, tell
from adjudge.batch.columnar.due import Due, DueTimes
from adjudge.batch.columnar.in_force import InForce
from adjudge.batch.columnar.moments import Moments, moments_of
from adjudge.batch.summary import Brief, Summary
from adjudge.batch.write import Sink
from adjudge.decide import Ruleset
from adjudge.findings import InputError
from adjudge.model.policy import Policy, Promise
from adjudge.tickets.apply import Layout
from adjudge.tickets.export import Export, Reject, Row
from adjudge.tickets.ticket import Ticket

Words = TypeVar("Words")

_ROWS = 4_000  # that are looked at together
_CHARACTERS = 8_000_000  # of their cells, from which on there are fewer
_CASES = 20_000  # that are kept; with more, they are forgotten and asked again


def reads_words(export: Export, ruleset: Ruleset, wishes: Wishes) -> bool:
    """Say whether facts are read from the words of an export: those are each ticket's own."""
    if not wishes.text or export.columns is None:
        return wishes.text
    columns = Layout(export.profile, ruleset.policy.facts, export.columns).columns
    return "subject" in columns or "description" in columns


@dataclass(frozen=True, slots=True)
class _Case(Generic[Words]):
    brief: Brief
    policy: Policy
    shared: Shared[Words]


class ByCase(Generic[Words]):
    """Tells rows as `tell` does what a file of results wants.

    `zone` is the place that times without an offset were in.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        wishes: Wishes,
        summary: Summary,
        sink: Sink[Words],
        zone: str | None,
    ) -> None:
        self._ruleset = ruleset
        self._wishes = wishes
        self._summary = summary
        self._sink = sink
        self._sharing = sink.sharing
        self._in_force = InForce(ruleset, wishes)
        self._due = {policy.version: DueTimes(policy, zone) for policy in ruleset.versions}
        self._spoken = ruleset.policy.spoken
        self._cases: dict[Hashable, _Case[Words]] = {}

    def tell(self, rows: Iterable[Row | Reject]) -> Iterator[Told[Words] | Reject]:
        """Yield what is told of each row, or a reject, and count them."""
        for batch in _batches(rows):
            tickets = [row.ticket for row in batch if isinstance(row, Row)]
            moments = moments_of([ticket.created_at for ticket in tickets])
            cases = self._cases_of(tickets, moments)
            dues = iter(zip(cases, self._dues(cases, moments), strict=True))
            for row in batch:
                yield from self._told(row, *(next(dues) if isinstance(row, Row) else (None, ())))

    def _told(
        self, row: Row | Reject, case: _Case[Words] | None, dues: Sequence[str]
    ) -> Iterator[Told[Words] | Reject]:
        if isinstance(row, Row) and case is not None:
            words = case.shared.told(row.ticket.id, dues)
            if words is not None:
                self._summary.count(case.brief)
                yield Told(row, words)
                return
        yield from tell([row], self._ruleset, self._wishes, self._summary, self._sink.telling)

    # -- cases

    def _cases_of(self, tickets: list[Ticket], moments: Moments) -> list[_Case[Words] | None]:
        """Return each ticket's case; None where it has to be decided by itself."""
        when, odd = self._when(moments)
        return [
            None if alone else self._case(ticket, each)
            for ticket, each, alone in zip(tickets, when, odd, strict=True)
        ]

    def _when(self, moments: Moments) -> tuple[list[int], list[bool]]:
        """Return a number for all that follows from each time but due times, and if it is odd."""
        versions, none = self._in_force.version(moments)
        numbers = versions * 2 + moments.known
        for inside in self._in_force.inside(moments):
            numbers = numbers * 2 + inside
        return numbers.tolist(), (moments.bad | none).tolist()

    def _case(self, ticket: Ticket, when: int) -> _Case[Words] | None:
        key = (
            when,
            ticket.filed,
            ticket.filed_rank,
            self._spoken(ticket.language),
            _frozen(ticket.facts),
            tuple(ticket.fields.items()),
        )
        case = self._cases.get(key)
        if case is None:
            try:
                decision = self._wishes.decide(self._ruleset, ticket)
            except InputError:
                return None
            if len(self._cases) >= _CASES:
                self._cases.clear()
                self._sharing = self._sink.sharing  # what the others shared is let go
            case = _Case(Brief.of(decision), decision.policy, self._sharing(decision))
            self._cases[key] = case
        return case

    # -- due times

    def _dues(
        self, cases: Sequence[_Case[Words] | None], moments: Moments
    ) -> Iterator[tuple[str, ...]]:
        """Yield each ticket's due times, as many as its case has promises."""
        wanted = max((len(case.shared.promises) for case in cases if case), default=0)
        columns = [self._due_column(cases, number, moments) for number in range(wanted)]
        return zip(*columns, strict=True) if columns else iter([()] * len(cases))

    def _due_column(
        self, cases: Sequence[_Case[Words] | None], number: int, moments: Moments
    ) -> list[str]:
        groups: dict[int, tuple[Policy, Promise, list[int]]] = {}
        for row, case in enumerate(cases):
            promise = case.shared.promises[number] if case else None
            if case and promise:
                groups.setdefault(id(promise), (case.policy, promise, []))[2].append(row)
        due = Due(len(cases))
        for policy, promise, rows in groups.values():
            chosen: NDArray[np.int64] = np.array(rows, dtype=np.int64)
            self._due[policy.version].put(promise, moments, chosen, due)
        return [text or "" for text in due.texts().to_pylist()]


def _batches(rows: Iterable[Row | Reject]) -> Iterator[list[Row | Reject]]:
    """Yield rows some at a time; what is raised is raised behind those before it."""
    remaining = iter(rows)
    while True:
        batch: list[Row | Reject] = []
        error: Exception | None = None
        characters = 0
        try:
            for row in remaining:
                batch.append(row)
                characters += _characters(row.record.values())
                if len(batch) >= _ROWS or characters >= _CHARACTERS:
                    break
        except Exception as caught:
            error = caught
        if batch:
            yield batch
        if error is not None:
            raise error
        if not batch:
            return


def _characters(cells: Iterable[object]) -> int:
    """Return how many characters the texts among some cells have, and those within them."""
    count = 0
    for cell in cells:
        if isinstance(cell, str):
            count += len(cell)
        elif isinstance(cell, dict):
            count += _characters(cell.values())
        elif isinstance(cell, list):
            count += _characters(cell)
    return count


def _frozen(value: object) -> Hashable:
    """Return a value as JSON has it as a key; what is written differently is another key."""
    if isinstance(value, Mapping):
        return tuple((name, _frozen(member)) for name, member in value.items())
    if isinstance(value, list | tuple):
        return (list, *map(_frozen, value))
    return value if isinstance(value, str) else (type(value), repr(value))
