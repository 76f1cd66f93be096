"""Decides the rows of an export, one after the other, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from adjudge.batch.summary import Summary
from adjudge.decide import Decision, Ruleset
from adjudge.decide.results import WhenUncertain
from adjudge.findings import InputError
from adjudge.tickets.export import Reject, Row


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the caller wants tickets decided; see `Ruleset.decide`."""

    when_uncertain: WhenUncertain = "proven"
    as_of: date | None = None
    language: str | None = None
    text: bool = True


@dataclass(frozen=True, slots=True)
class Decided:
    """A row of the export with its decision."""

    row: Row
    decision: Decision


def classify(
    rows: Iterable[Row | Reject], ruleset: Ruleset, wishes: Wishes, summary: Summary
) -> Iterator[Decided | Reject]:
    """Yield a decision or a reject for every row, and count them in `summary`.

    A ticket that cannot be decided (a value outside its domain, facts that contradict each other,
    no version in force) is a reject with the reasons; the rest goes on. An internal disagreement
    of the two evaluators is not caught: it stops the run.
    """
    for row in rows:
        outcome = row if isinstance(row, Reject) else _decide(row, ruleset, wishes)
        if isinstance(outcome, Decided):
            summary.count(outcome.decision)
        else:
            summary.rejected += 1
        yield outcome


def _decide(row: Row, ruleset: Ruleset, wishes: Wishes) -> Decided | Reject:
    try:
        decision = ruleset.decide(
            row.ticket,
            when_uncertain=wishes.when_uncertain,
            as_of=wishes.as_of,
            language=wishes.language,
            text=wishes.text,
        )
    except InputError as error:
        reasons = tuple(_reason(finding.message, finding.help) for finding in error.findings)
        return Reject(row.row, row.ticket.id, reasons, row.record)
    return Decided(row, decision)


def _reason(message: str, help: str | None) -> str:
    return f"{message}; {help}" if help else message
