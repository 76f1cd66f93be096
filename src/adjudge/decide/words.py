"""Facts read from a ticket's words: asked of an extractor, checked, put beside what is stated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from adjudge.decide.facts import KnownFact
from adjudge.evidence import Evidence, Extractor, TextFacts
from adjudge.findings import AdjudgeError, InputError
from adjudge.model.fact import PER_RULESET
from adjudge.model.policy import Policy
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    from adjudge.evidence import LexiconExtractor
    from adjudge.learned.weighed import WeighedExtractor

NOTHING_READ = TextFacts()


@dataclass(slots=True)
class WordsUsed:
    """What became of the evidence in a ticket's words.

    `disagreements` pairs a stated fact with words that say otherwise. `conflicts` are facts on
    which the words contradict each other, or what is stated; they stay unknown. `dropped` was
    read with quotes that do not occur in the ticket. `unread` characters at its end were not read.
    `foreign` is the language for which none of them was read.
    """

    disagreements: list[tuple[KnownFact, Evidence]] = field(default_factory=list)
    conflicts: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    dropped: tuple[Evidence, ...] = ()
    unread: int = 0
    foreign: str = ""


@cache
def lexicon_extractor() -> LexiconExtractor:
    """Return the reader with the lexicons that ship; they are loaded once, when first used."""
    from adjudge.evidence import LexiconExtractor
    from adjudge.reading.lexicon import load_lexicons

    return LexiconExtractor(load_lexicons())


@cache
def shipped_extractor() -> WeighedExtractor:
    """Return the extractor that ships: the lexicons, weighed by a classifier of words."""
    from adjudge.learned.weighed import WeighedExtractor

    return WeighedExtractor(lexicon_extractor())


def policy_extractor(policy: Policy) -> Extractor:
    """Return the extractor that ships, knowing the parts of a product as a policy names them."""
    return told_names(shipped_extractor(), policy)


def told_names(extractor: Extractor, policy: Policy) -> Extractor:
    """Return an extractor that knows the parts of a product, where it can be told them."""
    naming = getattr(extractor, "naming", None)
    if not policy.functions or not callable(naming):
        return extractor
    name = type(extractor).__name__
    try:
        named: Extractor = naming(policy.functions)
    except AdjudgeError:
        raise
    except Exception as error:  # whatever a foreign package raises, the caller gets one message
        message = f"the extractor `{name}` failed to be named: {type(error).__name__}: {error}"
        raise InputError.of("extractor-failed", message) from error
    if not hasattr(named, "extract"):
        message = f"`naming` of the extractor `{name}` returned no extractor"
        raise InputError.of("extractor-failed", message)
    return named


def read_words(ticket: Ticket, extractor: Extractor | None = None) -> TextFacts:
    """Return what a ticket's subject and description say.

    An extractor may be anybody's, and a fact without its words is not evidence: where a quote
    occurs in its field, but elsewhere than it claims, its place is put right; where it does not
    occur, the evidence is dropped, and listed in `dropped`. Raises `InputError` where the
    extractor fails, or returns something else than `TextFacts`.
    """
    if not ticket.subject and not ticket.description:
        return NOTHING_READ
    from adjudge.evidence import LexiconExtractor
    from adjudge.learned.weighed import WeighedExtractor

    if extractor is None or isinstance(extractor, LexiconExtractor | WeighedExtractor):
        chosen = extractor or shipped_extractor()
        return chosen.extract(ticket.subject, ticket.description, ticket.language)
    return _checked(ticket, _asked(ticket, extractor))


def _asked(ticket: Ticket, extractor: Extractor) -> TextFacts:
    name = type(extractor).__name__
    try:
        read = extractor.extract(ticket.subject, ticket.description, ticket.language)
    except AdjudgeError:
        raise
    except Exception as error:  # whatever a foreign package raises, the caller gets one message
        message = f"the extractor `{name}` failed: {type(error).__name__}: {error}"
        raise InputError.of("extractor-failed", message) from error
    if not isinstance(read, TextFacts) or not all(map(_is_evidence, _items(read))):
        message = f"the extractor `{name}` returned no `TextFacts` with `Evidence`"
        help = "`facts` and `conflicts` are mappings; facts and quotes are texts"
        raise InputError.of("extractor-failed", message, help=help)
    if type(read.unread) is not int or not isinstance(read.language, str):
        message = f"the extractor `{name}` returned `TextFacts` whose parts are of a wrong type"
        help = "`unread` is a number of characters, `language` a text"
        raise InputError.of("extractor-failed", message, help=help)
    return read


def _items(read: TextFacts) -> list[object]:
    """Return all that should be evidence; what cannot be gone through stands for itself."""
    try:
        if not all(isinstance(items, Collection) for items in read.conflicts.values()):
            return [read]  # one that can be gone through once would be empty then
        said = (*read.facts.values(), *chain(*read.conflicts.values()))
        return [*said, *read.also, *read.dropped]
    except (AttributeError, TypeError):
        return [read]


def _is_evidence(item: object) -> bool:
    return isinstance(item, Evidence) and isinstance(item.fact, str) and isinstance(item.quote, str)


def _checked(ticket: Ticket, read: TextFacts) -> TextFacts:
    dropped: list[Evidence] = []

    def kept(items: Iterable[Evidence]) -> tuple[Evidence, ...]:
        placed = [(item, _placed(ticket, item)) for item in items]
        dropped.extend(item for item, found in placed if found is None)
        return tuple(found for _, found in placed if found is not None)

    facts = {item.fact: item for item in kept(read.facts.values())}
    conflicts = {name: found for name, said in read.conflicts.items() if (found := kept(said))}
    also = kept(read.also)
    taken_out = (*read.dropped, *dropped)
    return TextFacts(facts, conflicts, read.language, also, taken_out, read.unread, read.foreign)


def _placed(ticket: Ticket, item: Evidence) -> Evidence | None:
    """Return the evidence where its quote stands in the ticket, or None where it does not."""
    texts: dict[object, str] = {"subject": ticket.subject, "description": ticket.description}
    text = texts.get(str(item.field), "")
    if not item.quote.strip():
        return None
    placed = isinstance(item.start, int) and isinstance(item.end, int) and item.start >= 0
    if placed and text[item.start : item.end] == item.quote:
        return item
    start = text.find(item.quote)
    return replace(item, start=start, end=start + len(item.quote)) if start >= 0 else None


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
    foreign = read.language if read.foreign else ""
    used = WordsUsed(dropped=read.dropped, unread=read.unread, foreign=foreign)
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
        # What is no value of the fact is not used, and leaves nothing that it contradicts alone.
        valid = tuple(item for item in items if item.fact == name and _valid(policy, item))
        if name not in known and name in policy.facts and valid:
            used.conflicts[name] = valid
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
