"""No downgrade on a fact that the ticket itself contests.

A stated fact outranks what the words say: that is how a ticket is decided. But where a field says
`staging` and the customer writes that it is production, lowering the ticket would rest on the field
alone. The audit takes such a fact as unknown, and asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from adjudge.batch.classify import Decided, Wishes
from adjudge.decide import Ruleset
from adjudge.decide.results import Disagreement
from adjudge.decide.words import default_extractor
from adjudge.evidence import TextFacts


@dataclass(frozen=True, slots=True)
class _Without:
    """Reads what the ticket's words say, but for the facts that are contested."""

    contested: frozenset[str]

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return what the words say of all other facts."""
        read = default_extractor().extract(subject, description, language)
        kept = {name: item for name, item in read.facts.items() if name not in self.contested}
        return replace(read, facts=kept)


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
        extractor=_Without(frozenset(contested)),
        when_uncertain=wishes.when_uncertain,
        as_of=wishes.as_of,
        language=wishes.language or decision.language,
    )
    if again.verdict == "overfiled":
        return decided, ()
    return replace(decided, decision=again), decision.disagreements

