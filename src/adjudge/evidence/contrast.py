"""What fails beside what works: "deploys from GitHub are fine, those from GitLab fail".

A sentence leaves out what it has just said: "notifications arrive, those for forms don't".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adjudge.evidence.failing import fails_elsewhere
from adjudge.evidence.scan import Hit, Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.softening import Predicate
from adjudge.evidence.things import Placed, Thing
from adjudge.evidence.tokens import BREAK, COMMA, QUESTION
from adjudge.model.lexicon import Lexicon

_MARKS = frozenset((BREAK, QUESTION, COMMA, ";", ":", "(", ")", "-"))
_WELL = frozenset(("works", "runs", "fine", "act"))
_BACK = 8


def contrasted(
    predicates: list[Predicate],
    sentence: Sentence,
    words: list[str],
    things: list[Placed],
    near: Thing | None,
    lexicon: Lexicon,
) -> list[Predicate]:
    """Let what fails beside others that work fail in part; return what fails without a verb.

    `near` is what the text spoke of before.
    """
    spared = spares_others(sentence, words, lexicon)
    for predicate in predicates:
        if predicate.impact != "unavailable":
            continue
        others = speaks_of_others(predicate.span, sentence, words, lexicon)
        if others:
            predicate.thing = predicate.thing or _first(things)
        if others or spared:
            predicate.impact = "degraded"
    told = {predicate.segment for predicate in predicates}
    if any(predicate.impact == "intermittent" for predicate in predicates):
        return []  # "one plays, the next doesn't"
    return [
        _without_verb(one, things, near)
        for one in find_ellipses(sentence, words, lexicon)
        if one.segment not in told
    ]


def beside_its_like(
    thing: Thing, predicate: Predicate, things: list[Placed], sentence: Sentence, words: list[str]
) -> bool:
    """Whether the same kind of thing works in the sentence: "calls to mobiles work, those ..."."""
    if "people" in sentence.cues or predicate.impact != "unavailable":
        return False
    like = {
        said.segment
        for other, said, _ in things
        if other.span != thing.span and words[other.span.last] == words[thing.span.last]
    }
    own = next((said.segment for other, said, _ in things if other.span == thing.span), -1)
    return any(
        said.stands
        and said.segment in like
        and said.segment != own
        and any(map(said.cue, ("works", "runs", "fine")))
        for said in sentence.said
    )


def _without_verb(one: Ellipsis, things: list[Placed], near: Thing | None) -> Predicate:
    """What fails: another thing that is named there, else a part of what works."""
    own = [thing for thing, said, led in things if said.segment == one.segment and not led]
    if own and not one.elsewhere:
        return Predicate("unavailable", one.span, one.clause, own[-1], weak=True)
    same = [entry for entry in things if entry[1].segment == one.well.segment]
    if one.elsewhere:
        named = [entry for entry in same if not entry[0].generic]
        return Predicate("unavailable", one.span, one.clause, _first(named) or near)
    return Predicate("degraded", one.span, one.clause, near or _first(same or things), weak=True)


def _first(things: list[Placed]) -> Thing | None:
    free = [thing for thing, _, led in things if not led]
    return next(iter(free), None)


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """A denial without its verb, and the phrase that has the verb.

    `elsewhere` says that it is denied of another environment than the one that is well.
    """

    span: Span
    clause: int
    segment: int
    well: Said
    elsewhere: bool = False


def _leaves_undone(said: Said, sentence: Sentence, words: list[str], lexicon: Lexicon) -> bool:
    """Whether a bare verb closes the part behind a denial, of what can be done with a thing.

    What people can or may do ("they can see it, but not change it") may be as it should.
    """
    persons = lexicon.verbs.persons
    if not lexicon.verbs.closing:
        return False
    able = any(
        other.cue("ability")
        and other.stands
        and other.hit.first < other.hit.last < said.hit.first
        and persons.isdisjoint(words[other.hit.first : other.hit.last + 1])
        for other in sentence.said
    )
    return able and any(
        other.segment == said.segment
        and other.negation is said.hit
        and (other.cue("act") or any(one.value == "verb" for one in other.hit.phrase.things))
        and _ends(other.hit.last + 1, words)
        for other in sentence.said
    )


def _goes(said: Said) -> bool:
    """Whether words say that something runs: "works", "all is well"."""
    impacts = said.hit.phrase.impacts
    return said.cue("works") or said.cue("runs") or any(one.value == "none" for one in impacts)


def _is_place(hit: Hit, sentence: Sentence) -> bool:
    """Whether an environment stands right before a denial."""
    return any(
        said.hit.last == hit.first - 1
        and any(fact.name == "environment" for fact in said.hit.phrase.facts)
        for said in sentence.said
    )


def find_ellipses(sentence: Sentence, words: list[str], lexicon: Lexicon) -> Iterator[Ellipsis]:
    """Yield the denials of a sentence that leave out a verb which stands before them."""
    auxiliaries = lexicon.verbs.auxiliaries
    if "negation" not in sentence.cues:
        return
    contrasts = {said.hit.last for said in sentence.said if said.cue("contrast")}
    for said in sentence.said:
        hit = said.hit
        if not said.cue("negation") or not said.stands or hit.first == sentence.first:
            continue
        bare = _ends(hit.last + 1, words) and words[hit.first - 1] in auxiliaries
        # "Works for web services, but not for workers"
        placed = hit.first - 1 in contrasts and not lexicon.prepositions.isdisjoint(
            words[hit.last + 1 : hit.last + 2]
        )
        # "It works in staging, not in prod"
        there = any(place > hit.last for place in fails_elsewhere(sentence))
        # "Locally it runs, on prod not"
        elsewhere = there or (
            bool(lexicon.verbs.closing) and _ends(hit.last + 1, words) and _is_place(hit, sentence)
        )
        # "They can be uploaded, but not | downloaded"
        undone = hit.first - 1 in contrasts and _leaves_undone(said, sentence, words, lexicon)
        if not bare and not placed and not elsewhere and not undone:
            continue
        well = next(
            (
                other
                for other in sentence.said
                if other.stands
                and other.hit.last < hit.first
                and other.segment != said.segment
                and (
                    _goes(other) or other.cue("fine")
                    if elsewhere
                    else other.hit.phrase.verb or not _WELL.isdisjoint(other.hit.phrase.cues)
                )
            ),
            None,
        )
        if well is not None:
            yield Ellipsis(
                Span(hit.first - 1, hit.last), said.clause, said.segment, well, elsewhere
            )


def spares_others(sentence: Sentence, words: list[str], lexicon: Lexicon) -> bool:
    """Whether a sentence says of the others that they do: "the wildcard doesn't, the others do"."""
    verbs = lexicon.verbs
    if verbs.others.isdisjoint(words[sentence.first : sentence.last]):
        return False
    able = {said.hit.last for said in sentence.said if said.cue("ability") and said.stands}
    return any(
        (words[at] in verbs.auxiliaries or at in able)
        and words[at - 1] in verbs.others
        and _ends(at + 1, words)
        for at in range(sentence.first + 1, min(sentence.last, len(words)))
    )


def speaks_of_others(span: Span, sentence: Sentence, words: list[str], lexicon: Lexicon) -> bool:
    """Whether a predicate's subject is "those" or "the others", after something that is well."""
    if not lexicon.verbs.others:
        return False
    at = span.first - 1
    contrasts = {said.hit.last for said in sentence.said if said.cue("contrast")}
    named = False
    while at >= max(sentence.first, span.first - _BACK):
        if words[at] in _MARKS or at in contrasts:
            break
        named = words[at] in lexicon.verbs.others
        at -= 1
    return named and any(
        said.stands and said.hit.last < span.first and not _WELL.isdisjoint(said.hit.phrase.cues)
        for said in sentence.said
    )


def _ends(at: int, words: list[str]) -> bool:
    return at >= len(words) or words[at] in _MARKS
