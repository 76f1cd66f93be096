"""Things: what a clause speaks of, and which of them a predicate is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adjudge.evidence.code_words import CODE
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.model.lexicon import RANKS, SUBJECTS, Meaning

_WEIGHT = {rank: weight for weight, rank in enumerate(reversed(RANKS), 1)}
UNCLEAR = Meaning("thing", "", "generic")
"""A word that the lexicon has under two ranks ("app"): something is hit, but its rank is open."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is hit: a rank of functions, or a subject that is no function."""

    name: str
    span: Span
    generic: bool = False

    @property
    def weight(self) -> float:
        """How much it matters that this is hit."""
        return 2.5 if self.generic else _WEIGHT.get(self.name, 0)


_WHOSE = 2
_NONE_OF = 2
"""How near "no" stands to what there is none of: "no (new) number"."""
Placed = tuple[Thing, Said, bool]
"""A thing, the phrase that names it, and whether a preposition governs it."""


def find_things(
    sentence: Sentence,
    words: list[str],
    prepositions: frozenset[str],
    closing: bool = False,
    genitives: frozenset[str] = frozenset(),
    auxiliaries: frozenset[str] = frozenset(),
) -> list[Placed]:
    """Return the things of a sentence.

    In a language that closes its sentences with verbs (`closing`), a thing with an article right
    after another says whose that is, or of what.
    """
    if not any(said.hit.phrase.things or said.hit.inside for said in sentence.said):
        return []
    found: list[Placed] = []
    since = {said.hit.last + 1 for said in sentence.said if said.cue("since")}
    taken = {
        at
        for said in sentence.said
        if said.cue("act") or said.cue("past") or is_neutral(said)
        for at in range(said.hit.first - said.cue("act"), said.hit.last + 1)
    }
    """Words of what is done, or when: nothing is governed in "unable | to get into | the app", nor
    in "in the morning stopped the app" (German order).
    """
    place = _opening_place(sentence)
    for said in sentence.said:
        if not said.hit.phrase.things and said.hit.inside is None:
            continue
        nouns = _nouns(said)
        if not nouns or said.hit.first in since:
            continue  # "after the deploy" tells when, and not what
        if found and _only_tells_whose(said, found[-1], words, closing, genitives):
            continue
        for meaning in nouns:
            if said.hit.quoted and meaning.name == "whole_service":
                continue  # the name of a command, more often than not
            # "On the tablet" may be one phrase.
            led = said.hit.first < said.hit.last and words[said.hit.first] in prepositions
            # "In the report is the total wrong": "in" governs the report, and not the total.
            named = found[-1][0].span.last + 1 if found else 0
            verbs = _verbs(sentence, words, prepositions) if closing else frozenset()
            begins = max(_part_begins(sentence, said, verbs), said.hit.first - 3, named)
            if closing:  # "with us | is | the whole portal unreachable"
                before = range(begins, said.hit.first)
                begins = max((at + 1 for at in before if words[at] in auxiliaries), default=begins)
            near = range(begins, said.hit.first)
            placed = said.hit.first - 1 == place  # what governs the place ends with it
            governed = led or (
                not placed and any(words[at] in prepositions and at not in taken for at in near)
            )
            name, generic = meaning.name, meaning.value == "generic"
            follows = bool(found) and found[-1][1].hit.last + 1 == said.hit.first and not placed
            if follows and words[said.hit.first - 1] in prepositions:
                follows, governed = False, True  # "icons in" may be one phrase, too
            if follows and not led:
                first, _, governed = found.pop()  # a compound: the last noun is its head
                if generic and not first.generic and first.name in RANKS:
                    name, generic = first.name, False  # "the database instance"
            span = Span(said.hit.first, said.hit.last)
            found.append((Thing(name, span, generic), said, governed))
    if any(not governed or _may_be_governed(thing) for thing, _, governed in found):
        return found
    return found + [
        (Thing(meaning.name, Span(said.hit.first, said.hit.last)), said, False)
        for said in sentence.said
        for meaning in said.hit.phrase.things
        if meaning.value == "verb"  # "exporting takes ages"
    ]


def is_neutral(said: Said) -> bool:
    """Whether words only look like evidence, and are none."""
    return any(meaning.role == "neutral" for meaning in said.hit.phrase.meanings)


def _opening_place(sentence: Sentence) -> int | None:
    """The last word of a place that a sentence opens with: "in our live system | calls fail"."""
    last = None
    for number, said in enumerate(sentence.said):
        beside = last is not None and said.hit.first == last + 1 and not said.apart
        if any(fact.name == "environment" for fact in said.hit.phrase.facts):
            last = said.hit.last
        elif beside and _is_generic(said):
            last = said.hit.last  # "production | environment"
        elif last is not None or number:
            break
    return last


def _is_generic(said: Said) -> bool:
    return any(meaning.value == "generic" for meaning in said.hit.phrase.things)


def _nouns(said: Said) -> list[Meaning]:
    """What a phrase names; one that is unclear where it may be a name, or names several things."""
    nouns = [meaning for meaning in _names(said) if meaning.value != "verb"]
    if nouns and (said.void == CODE or len({meaning.name for meaning in nouns}) > 1):
        return [UNCLEAR]
    return nouns


def _only_tells_whose(
    said: Said, before: Placed, words: list[str], closing: bool, genitives: frozenset[str]
) -> bool:
    """Whether a thing only says whose the one before it is, or of what: "cloning our system"."""
    thing, placed, governed = before
    between = said.hit.first - placed.hit.last
    if closing and said.apart and between == 1 and not governed:
        return True  # "the recording of the calls"
    owned = words[said.hit.first - 1] in genitives and between == _WHOSE
    return owned and thing.name in RANKS


def _verbs(sentence: Sentence, words: list[str], prepositions: frozenset[str]) -> frozenset[int]:
    """Behind which words of a sentence a preposition before them governs nothing.

    "In the list | are missing | the icons", "with us | starts | the app not" (German order), but
    not "at opening the app".
    """
    return frozenset(
        one.hit.last + 1
        for one in sentence.said
        if one.hit.phrase.impacts
        or (any(map(one.cue, _FINITE)) and words[one.hit.first - 1] not in prepositions)
    )


_FINITE = ("works", "runs", "ability")


def _part_begins(sentence: Sentence, said: Said, verbs: frozenset[int]) -> int:
    """Where the part of the sentence begins: a preposition before it ("on the node, so the whole
    site is down") governs nothing in it.
    """
    first = sentence.first
    for other in sentence.said:
        if other is said:
            break
        if other.segment == said.segment:
            first = max([first, *(at for at in verbs if at <= said.hit.first)])
            return max(first, other.hit.first) if other.cue("joins") else first
        first = other.hit.last + 1
    return first


def _names(said: Said) -> tuple[Meaning, ...]:
    """The things that a phrase is, or names beside a place: "live console"."""
    phrase, inside = said.hit.phrase, said.hit.inside
    if phrase.things or phrase.impacts or inside is None:
        return phrase.things
    return (Meaning("thing", inside[0], "noun"),)


def choose_thing(
    span: Span, clause: int, things: list[Placed], sentence: Sentence, closing: bool = False
) -> Thing | None:
    """Return what a predicate at `span` is about.

    That is its subject before it, in its part of the sentence if there is one there; else its
    object after it; else what another clause names, unless that is said to be well.
    """
    same = [entry for entry in things if entry[1].clause == clause]
    segment = _segment_at(span, sentence)
    part = _nearest(span, [entry for entry in same if entry[1].segment == segment])
    if part is not None and part.generic:
        part = _inverted(part, span, same, sentence) or part
    if part is not None and not part.generic:
        return part
    fine = _well(things, sentence, lambda said: said.segment) - {segment}
    # "It is not the database that fails, but the log view": what is denied elsewhere is not meant.
    elsewhere = [
        entry
        for entry in same
        if entry[1].segment not in fine
        and (entry[1].segment == segment or not _is_denied(entry[1]))
    ]
    whole = _nearest(span, elsewhere)
    if whole is not None or part is not None:
        return whole or part
    well = _well(things, sentence, lambda said: said.clause)
    other = _nearest(span, [entry for entry in things if entry[1].clause not in well])
    # "Texts go out, but do not arrive": all that there is to be meant.
    return other or (_nearest(span, things) if closing and len(things) == 1 else None)


def named_inside(span: Span, sentence: Sentence) -> Thing | None:
    """Return what the words of a predicate name themselves: "no deploy goes through"."""
    for said in sentence.said:
        inside = said.hit.inside
        if inside is not None and span.first <= inside[1].first and inside[1].last <= span.last:
            return Thing(*inside)
    return None


def is_elsewhere(thing: Thing, span: Span, things: list[Placed], sentence: Sentence) -> bool:
    """Whether a thing stands in another part of the sentence, which has a predicate of its own.

    "The search is slow, and no calls come through."
    """
    segment = _segment_at(span, sentence)
    own = next((said.segment for one, said, _ in things if one.span == thing.span), segment)
    return own != segment and any(
        said.segment == own and bool(said.hit.phrase.impacts) for said in sentence.said
    )


def _is_denied(said: Said) -> bool:
    return said.negation is not None and not said.negation.cue("exclusion")


def _inverted(whole: Thing, span: Span, same: list[Placed], sentence: Sentence) -> Thing | None:
    """The subject right after its verb, where the whole is only since when something is so.

    "Since you updated the platform answers not our ingress" is how some languages say it.
    """
    if not any(said.hit.last < whole.span.first and _tells_since(said) for said in sentence.said):
        return None
    after = [
        thing for thing, _, _ in same if span.first < thing.span.first <= span.last + _INVERTED
    ]
    return next((thing for thing in after if not thing.generic), None)


def _tells_since(said: Said) -> bool:
    return said.cue("since") or any(fact.name == "caused_by" for fact in said.hit.phrase.facts)


_INVERTED = 2


def _segment_at(span: Span, sentence: Sentence) -> int:
    return next((said.segment for said in sentence.said if said.hit.last >= span.last), -1)


def _nearest(span: Span, group: list[Placed]) -> Thing | None:
    before = [entry for entry in group if entry[0].span.last < span.first]
    inside = [entry for entry in group if span.first <= entry[0].span.last <= span.last]
    after = [entry for entry in group if entry[0].span.first > span.last]
    for side in (before, inside, after):
        free = _doers([entry for entry in side if not entry[2]])
        governed = [thing for thing, _, _ in side if _may_be_governed(thing)]
        inverted = [
            thing
            for thing, _, led in after
            if not led and governed and thing.span.first == span.last + 1
        ]
        chosen = free or inverted or governed  # "in the list are missing icons" (German order)
        if chosen:
            return max(chosen, key=importance)
    return None


def _doers(free: list[Placed]) -> list[Thing]:
    """The things that fail: of "the dialer dials no number" the dialer, and not the number."""
    doers = [thing for thing, said, _ in free if said.negation is None and not thing.generic]
    if not doers:
        return [thing for thing, _, _ in free]
    first = min(thing.span.first for thing in doers)
    return [
        thing
        for thing, said, _ in free
        if said.negation is None or thing.span.first < first or not _is_none(said)
    ]


def _is_none(said: Said) -> bool:
    """Whether what is denied is the thing itself: "no number", "not a single number"."""
    negation = said.negation
    return negation is not None and said.hit.first - negation.last <= _NONE_OF


def _well(things: list[Placed], sentence: Sentence, place: Callable[[Said], int]) -> set[int]:
    """The places (clauses, parts of them) of things that are said to work there."""
    if sentence.cues.isdisjoint(_WELL):
        return set()
    named = {place(said) for _, said, _ in things}
    return {
        place(other)
        for other in sentence.said
        if place(other) in named and other.stands and not _WELL.isdisjoint(other.hit.phrase.cues)
    }


_WELL = frozenset(("works", "fine"))


def _may_be_governed(thing: Thing) -> bool:
    # In "the widget in our test environment" neither the environment nor a tablet is what is hit.
    return thing.name not in SUBJECTS and thing.name != "whole_service"


def importance(thing: Thing) -> int:
    """Return how much a thing is what its sentence is about."""
    # A subject that is no function (an invoice, a tablet) is what the sentence is about.
    # A generic word ("site", "system") gives way to any other.
    return 9 if thing.name in SUBJECTS else 0 if thing.generic else _WEIGHT[thing.name]
