"""Decides the rows of an export in their order, one after the other or in several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from adjudge.batch.pool import in_order
from adjudge.batch.summary import Brief, Summary
from adjudge.decide import Decision, Ruleset
from adjudge.decide.decision import Packed
from adjudge.decide.results import WhenUncertain
from adjudge.evidence import Extractor
from adjudge.findings import InputError
from adjudge.model.policy import Promise
from adjudge.tickets.export import Reject, Row
from adjudge.tickets.ticket import Ticket

Words = TypeVar("Words")
Words_co = TypeVar("Words_co", covariant=True)
Telling = Callable[[Ticket, Decision], Words]
"""What is wanted of a decision. Where it is worked out in another process, it travels by pickle."""


class Shared(Protocol[Words_co]):
    """What is told of all tickets of a case, but for what is each one's own.

    `promises` say when responses are due: one for each of the due times that it wants.
    """

    @property
    def promises(self) -> Sequence[Promise | None]: ...

    def told(self, id: str, dues: Sequence[str]) -> Words_co | None:
        """Return what is told of a ticket: its id, and its due times in ISO 8601, empty for none.

        None where it has to be told by itself.
        """


Sharing = Callable[[Decision], Shared[Words]]
"""What is wanted of a decision that stands for many tickets."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the caller wants tickets decided; see `Ruleset.decide`."""

    when_uncertain: WhenUncertain = "proven"
    as_of: date | None = None
    language: str | None = None
    text: bool = True

    def decide(
        self, ruleset: Ruleset, ticket: Ticket, extractor: Extractor | None = None
    ) -> Decision:
        """Decide a ticket as it is wanted; see `Ruleset.decide`."""
        return ruleset.decide(
            ticket,
            text=self.text,
            extractor=extractor,
            when_uncertain=self.when_uncertain,
            as_of=self.as_of,
            language=self.language,
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """A row of the export with its decision."""

    row: Row
    decision: Decision


@dataclass(frozen=True, slots=True)
class Told(Generic[Words]):
    """A row of the export with what was wanted of its decision."""

    row: Row
    words: Words


def classify(
    rows: Iterable[Row | Reject],
    ruleset: Ruleset,
    wishes: Wishes,
    summary: Summary,
    jobs: int = 1,
) -> Iterator[Decided | Reject]:
    """Yield a decision or a reject for every row, and count them in `summary`; see `tell`."""
    for outcome in tell(rows, ruleset, wishes, summary, _packed, jobs):
        if isinstance(outcome, Reject):
            yield outcome
        else:
            yield Decided(outcome.row, ruleset.unpacked(outcome.words))


def tell(
    rows: Iterable[Row | Reject],
    ruleset: Ruleset,
    wishes: Wishes,
    summary: Summary,
    telling: Telling[Words],
    jobs: int = 1,
) -> Iterator[Told[Words] | Reject]:
    """Yield what is told of the decision on each row, or a reject, and count them in `summary`.

    A ticket that cannot be decided (a value outside its domain, facts that contradict each other,
    no version in force) is a reject with the reasons; the rest goes on. An internal disagreement
    of the two evaluators is not caught: it stops the run. With `jobs`, long exports are decided in
    so many processes; what is told is the same.
    """
    work = _Deciding(ruleset, wishes, telling)
    for row, outcome in in_order(work, rows, ticket_of, weight_of, jobs):
        if isinstance(row, Reject):
            summary.reject(row)
            yield row
        elif isinstance(outcome, _Refused):
            reject = Reject(row.row, row.ticket.id, outcome.reasons, row.record)
            summary.reject(reject)
            yield reject
        elif outcome is not None:
            brief, words = outcome
            summary.count(brief)
            yield Told(row, words)


@dataclass(frozen=True, slots=True)
class _Refused:
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Deciding(Generic[Words]):
    """Decides a ticket, in whatever process."""

    ruleset: Ruleset
    wishes: Wishes
    telling: Telling[Words]

    def __call__(self, ticket: Ticket) -> tuple[Brief, Words] | _Refused:
        try:
            decision = self.wishes.decide(self.ruleset, ticket)
        except InputError as error:
            return _Refused(tuple(_reason(each.message, each.help) for each in error.findings))
        return Brief.of(decision), self.telling(ticket, decision)


def _packed(ticket: Ticket, decision: Decision) -> Packed:
    return decision.packed()


def ticket_of(row: Row | Reject) -> Ticket | None:
    """Return the ticket of a row, if it is one."""
    return row.ticket if isinstance(row, Row) else None


def weight_of(ticket: Ticket) -> int:
    """Return about how many bytes a ticket takes."""
    return len(ticket.subject) + len(ticket.description)


def _reason(message: str, help: str | None) -> str:
    return f"{message}; {help}" if help else message
