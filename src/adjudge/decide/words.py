"""Facts read from a ticket's words: asked of an extractor, checked, put beside what is stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from adjudge.decide.facts import KnownFact
from adjudge.evidence import Evidence, Extractor, LexiconExtractor, TextFacts
from adjudge.model.fact import PER_RULESET
from adjudge.model.policy import Policy
from adjudge.reading.lexicon import load_lexicons
from adjudge.tickets.ticket import Ticket

NOTHING_READ = TextFacts()


@dataclass(slots=True)
class WordsUsed:
    """What became of the evidence in a ticket's words.

    `disagreements` pairs a stated fact with words that say otherwise. `conflicts` are facts on
    which the words contradict each other, or what is stated; they stay unknown.
    """

    disagreements: list[tuple[KnownFact, Evidence]] = field(default_factory=list)
    conflicts: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


@cache
def default_extractor() -> LexiconExtractor:
    """Return the extractor with the lexicons that ship; they are loaded once, when first used."""
    return LexiconExtractor(load_lexicons())


def policy_extractor(policy: Policy) -> Extractor:
    """Return the extractor that ships, knowing the parts of a product as a policy names them."""
    plain = default_extractor()
    return plain.naming(policy.functions) if policy.functions else plain


def read_words(ticket: Ticket, extractor: Extractor | None = None) -> TextFacts:
    """Return what a ticket's subject and description say.

    Evidence whose quote does not stand in the ticket at its place is dropped: an extractor may be
    anybody's, and a fact without its words is not evidence.
    """
    if not ticket.subject and not ticket.description:
        return NOTHING_READ
    chosen = extractor or default_extractor()
    read = chosen.extract(ticket.subject, ticket.description, ticket.language)
    texts = {"subject": ticket.subject, "description": ticket.description}
    kept = {name: item for name, item in read.facts.items() if _stands(item, texts)}
    return read if len(kept) == len(read.facts) else TextFacts(kept, read.conflicts, read.language)


def _stands(item: Evidence, texts: dict[str, str]) -> bool:
    text = texts.get(item.field, "")
    return bool(item.quote) and text[item.start : item.end] == item.quote


def add_words(
    policy: Policy,
    known: dict[str, KnownFact],
    read: TextFacts,
    consistent: Callable[[dict[str, KnownFact]], bool],
) -> WordsUsed:
    """Add what the words say to the stated facts, which outrank them.

    `consistent` says whether facts can be true together. Evidence that cannot be true with the
    rest is left out and reported as a conflict: words never make a ticket undecidable.
    """
    used = WordsUsed()
    added: list[Evidence] = []
    for item in read.facts.values():
        value = _valid(policy, item)
        if value is None:
            continue
        stated = known.get(item.fact)
        if stated is None:
            added.append(item)
            known[item.fact] = KnownFact(
                value.value, "text", item.field, item.start, item.end, item.quote
            )
        elif stated.value != value.value:
            used.disagreements.append((stated, item))
    for name, items in read.conflicts.items():
        if name not in known and name in policy.facts:
            used.conflicts[name] = items
    if added and not consistent(known):
        _drop_contradicting(known, added, consistent, used)
    return used


def _valid(policy: Policy, item: Evidence) -> Evidence | None:
    fact = policy.facts.get(item.fact)
    if fact is None or (item.fact in PER_RULESET and item.value not in fact.values):
        return None
    try:
        value = fact.normalise(
            list(item.value) if isinstance(item.value, frozenset) else item.value
        )
    except ValueError:
        return None
    return Evidence(item.fact, value, item.field, item.start, item.end, item.quote)


def _drop_contradicting(
    known: dict[str, KnownFact],
    added: Iterable[Evidence],
    consistent: Callable[[dict[str, KnownFact]], bool],
    used: WordsUsed,
) -> None:
    items = list(added)
    suspects = [
        item
        for item in items
        if consistent({name: fact for name, fact in known.items() if name != item.fact})
    ]
    for item in suspects or items:
        used.conflicts[item.fact] = (item,)
        del known[item.fact]
