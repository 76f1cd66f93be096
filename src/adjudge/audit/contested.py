"""No downgrade on a fact that the ticket itself contests.

A stated fact outranks what the words say: that is how a ticket is decided. But where a field says
`staging` and the customer writes that it is production, lowering the ticket would rest on the field
alone. The audit takes such a fact as unknown, and asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adjudge.batch.classify import Decided, Wishes
from adjudge.decide import Decision, Ruleset
from adjudge.decide.decision import Disagreement
from adjudge.model.fact import Value


@dataclass(frozen=True, slots=True)
class _Read:
    fact: str
    value: Value
    field: str
    start: int
    end: int
    quote: str


def settled(
    decided: Decided, ruleset: Ruleset, wishes: Wishes
) -> tuple[Decided, tuple[Disagreement, ...]]:
    """Return a decided ticket as the audit goes by it, and the disagreements that kept it open.

    It is decided anew, with the contested facts unknown, where it would be lowered and they are
    what lowers it; otherwise it is returned as it is.
    """
    decision = decided.decision
    if decision.verdict != "overfiled" or not decision.disagreements:
        return decided, ()
    contested = {each.fact for each in decision.disagreements}
    ticket = decided.row.ticket
    facts = {name: value for name, value in ticket.facts.items() if name not in contested}
    again = ruleset.decide(
        replace(ticket, facts=facts),
        evidence=_read(decision, contested),
        when_uncertain=wishes.when_uncertain,
        as_of=wishes.as_of,
        language=wishes.language or decision.language,
    )
    if again.verdict == "overfiled":
        return decided, ()
    return replace(decided, decision=again), decision.disagreements


def _read(decision: Decision, contested: set[str]) -> Iterator[_Read]:
    for name, fact in decision.facts.items():
        if fact.origin == "text" and name not in contested:
            yield _Read(
                name,
                fact.value,
                fact.field or "description",
                fact.start or 0,
                fact.end or 0,
                fact.quote or "",
            )
