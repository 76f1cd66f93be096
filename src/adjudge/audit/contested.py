"""No downgrade on a fact that does not carry one.

A stated fact outranks what the words say: that is how a ticket is decided. But where a field says
`staging` and the customer writes that it is production, lowering the ticket would rest on the field
alone. Where words name a thing that is hit, its weight to this customer was read off its name. And
where words were read as a mere question, but a failure is told of beside it, the failure counts.
Such facts are taken as unknown where a downgrade would rest on them: the audit asks instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adjudge.audit.spoken import spoken_language
from adjudge.batch.classify import Wishes
from adjudge.decide import Decision, Ruleset
from adjudge.decide.decision import Packed
from adjudge.decide.results import Disagreement
from adjudge.decide.words import read_words
from adjudge.evidence.result import TextFacts
from adjudge.tickets.ticket import Ticket

WEIGHED = ("affected_function",)
"""Facts that weigh how much a thing matters to the customer, whose words only name the thing."""

FAILURES = ("incident", "defect")
_ANYHOW, _BY_FIELD = ("field", "text"), ("field",)
SIGNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "functional_impact": (
        ("unavailable", "severely_degraded", "degraded", "intermittent", "slow"),
        _ANYHOW,
    ),
    "workaround": (("none", "unacceptable"), _ANYHOW),
    "business_impact": (("critical",), _BY_FIELD),
    "data_impact": (("minor", "major"), _ANYHOW),
}
"""Facts that tell of a failure, by values and origins: a question that reports one is one."""


@dataclass(frozen=True, slots=True)
class _Without:
    """Gives what was read in a ticket's words, but for some facts."""

    read: TextFacts
    unread: frozenset[str]

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return what the text says about the other facts."""
        kept = {name: each for name, each in self.read.facts.items() if name not in self.unread}
        return replace(self.read, facts=kept)


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision as the audit goes by it, the disagreements that kept it open, and the language."""

    packed: Packed
    contested: tuple[Disagreement, ...]
    language: str | None


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles decisions where they are made, in whatever process."""

    ruleset: Ruleset
    wishes: Wishes

    def __call__(self, ticket: Ticket, decision: Decision) -> Settled:
        """Return a decision as the audit goes by it."""
        decision, contested = settled(ticket, decision, self.ruleset, self.wishes)
        language = spoken_language(ticket, words=self.wishes.text)
        return Settled(decision.packed(), contested, language)


def _weighed(decision: Decision) -> Iterator[str]:
    for name in WEIGHED:
        fact = decision.facts.get(name)
        if fact is not None and fact.origin == "text":
            yield name
    kind = decision.facts.get("request_type")
    is_read = kind is not None and kind.origin == "text" and kind.value not in FAILURES
    if is_read and any(_tells_of_failure(decision, name) for name in SIGNS):
        yield "request_type"


def _tells_of_failure(decision: Decision, name: str) -> bool:
    fact = decision.facts.get(name)
    values, origins = SIGNS[name]
    return fact is not None and fact.value in values and fact.origin in origins


def settled(
    ticket: Ticket, decision: Decision, ruleset: Ruleset, wishes: Wishes
) -> tuple[Decision, tuple[Disagreement, ...]]:
    """Return a decision as the audit goes by it, and the disagreements that kept it open.

    It is decided anew, with the contested and the weighed facts unknown, where it would be lowered
    and they are what lowers it; otherwise it is returned as it is.
    """
    if decision.verdict != "overfiled":
        return decision, ()
    contested = frozenset(each.fact for each in decision.disagreements) - set(WEIGHED)
    weighed = frozenset(_weighed(decision))
    if not contested and not weighed:
        return decision, ()
    facts = {name: value for name, value in ticket.facts.items() if name not in contested}
    bare = replace(ticket, facts=facts)
    usual = ruleset.in_force(ticket, wishes.as_of).extractor
    read = read_words(ticket, usual)
    if wishes.decide(ruleset, bare, _Without(read, weighed)).verdict == "overfiled":
        return decision, ()  # lower by what the words say, too
    again = wishes.decide(ruleset, bare, _Without(read, weighed | contested))
    return again, tuple(each for each in decision.disagreements if each.fact in contested)
