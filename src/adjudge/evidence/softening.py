"""How hard something is hit: what "sometimes", "most calls" and "five of ten" make of a failure."""

from __future__ import annotations

from dataclasses import dataclass

from adjudge.evidence.failing import fails_elsewhere
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.shares import HALF, find_shares
from adjudge.evidence.things import Placed, Thing
from adjudge.model.lexicon import Lexicon

_PLACE_REACH = 4
_PEOPLE_REACH = 3
_SOFTENED = ("degraded", "unavailable")
"""What "sometimes" softens; "hardly ever" and "most of the time" say how hard it is themselves."""
_MOST = ("unavailable", "intermittent")
"""What is hardly usable where it is so "most of the time", or with "most calls"."""

_SHARES = frozenset(("partly", "mostly", "intermittent"))
"""What may say as well how many people there are: "every other store"."""


@dataclass(slots=True)
class Predicate:
    """An impact in a clause, before its thing is known."""

    impact: str
    span: Span
    clause: int
    thing: Thing | None = None
    weak: bool = False
    adjacent: bool = False
    faint: bool = False
    segment: int = -1
    denied: bool = False


def soften(predicates: list[Predicate], sentence: Sentence) -> None:
    """Let "in waves" and "most calls" speak of the whole sentence, up to a "but"."""
    if any(predicate.impact == "severely_degraded" for predicate in predicates):
        for predicate in predicates:
            if predicate.impact == "unavailable":
                predicate.impact = "severely_degraded"
    if (
        "intermittent" not in sentence.cues
        or "contrast" in sentence.cues
        or not any(
            said.cue("intermittent")
            and said.stands
            and not _counts_people(said, sentence.said[at:])
            for at, said in enumerate(sentence.said, 1)
        )
    ):
        return
    for predicate in predicates:
        if predicate.impact in _SOFTENED:
            predicate.impact = "intermittent"


def modified(found: list[Predicate], clause: list[Said]) -> list[Predicate]:
    """Let "sometimes", "partly" and "mostly" soften what the clause says."""
    for number, said in enumerate(clause if found else ()):
        if _SHARES.isdisjoint(said.hit.phrase.cues) or not said.stands:
            continue
        if _counts_people(said, clause[number + 1 :]):
            continue
        if said.cue("mostly") and _is_of_success(said, clause):
            continue
        for predicate in found:
            if said.cue("intermittent"):
                if predicate.impact in _SOFTENED:
                    predicate.impact = "intermittent"
            elif said.cue("partly") and predicate.impact == "unavailable":
                predicate.impact = "degraded"
            elif said.cue("mostly") and predicate.impact in _MOST:
                predicate.impact = "severely_degraded"
    return found


def divide(
    predicates: list[Predicate], sentence: Sentence, words: list[str], lexicon: Lexicon
) -> None:
    """Let "eight of ten deploys" and "5 % of the requests" say how hard something is hit."""
    if "partly" in sentence.cues:
        return
    for share in find_shares(sentence, words, lexicon):
        for predicate in predicates:
            if predicate.clause == share.clause and predicate.impact == "unavailable":
                predicate.impact = "severely_degraded" if share.part > HALF else "degraded"


def compare(
    predicates: list[Predicate], sentence: Sentence, words: list[str], lexicon: Lexicon
) -> None:
    """Let what works in one place fail in part: "runs go through on Linux, but fail on Windows".

    Where the places are environments or people, it is all of it that fails there.
    """
    if "people" in sentence.cues or sentence.cues.isdisjoint(_WELL):
        return
    if any(fact.name == "environment" for said in sentence.said for fact in said.hit.phrase.facts):
        return
    well = {
        place: said.segment
        for said in sentence.said
        if said.stands
        and not _WELL.isdisjoint(said.hit.phrase.cues)
        and (place := _place(said.hit.last + 1, words, lexicon))
    }
    for predicate in predicates if well else ():
        place = _place(predicate.span.last + 1, words, lexicon)
        apart = place in well and well[place] != _segment_of(predicate.span, sentence)
        if apart and predicate.impact == "unavailable":
            predicate.impact = "degraded"


def limited(sentence: Sentence) -> list[Predicate]:
    """What works, but not everywhere: "texts go to one network but not to the other"."""
    found = []
    for number, said in enumerate(sentence.said if "limits" in sentence.cues else ()):
        if not said.cue("limits") or not said.stands:
            continue
        for other in reversed(sentence.said[:number]):
            if other.stands and not _RUNNING.isdisjoint(other.hit.phrase.cues):
                span = Span(other.hit.first, said.hit.last)
                there = any(place > said.hit.last for place in fails_elsewhere(sentence))
                impact = "unavailable" if there else "degraded"
                found.append(Predicate(impact, span, other.clause, weak=not there))
                break
    return found


_WELL = frozenset(("works", "runs", "fine"))
_RUNNING = frozenset(("works", "runs", "ability"))


def otherwise_well(predicate: Predicate, things: list[Placed], sentence: Sentence) -> Thing | None:
    """What the clause before says to work: "deploys from Git work, but with a file it does not"."""
    well = {
        said.clause
        for said in sentence.said
        if said.stands and (said.cue("works") or said.cue("fine"))
    }
    before = [
        thing
        for thing, said, _ in things
        if said.clause == predicate.clause - 1 and said.clause in well and not said.void
    ]
    return before[-1] if before else None


def _is_of_success(said: Said, clause: list[Said]) -> bool:
    """Whether it is what succeeds: "the second attempt mostly works"."""
    own = [other for other in clause if other.segment == said.segment]
    return any(other.stands and other.cue("works") for other in own) and not any(
        other.stands and other.hit.phrase.impacts for other in own
    )


def _segment_of(span: Span, sentence: Sentence) -> int:
    return next((said.segment for said in sentence.said if said.hit.last >= span.first), -1)


def _place(at: int, words: list[str], lexicon: Lexicon) -> str:
    """The preposition after a predicate, unless it tells of time; empty for none."""
    following = words[at : at + _PLACE_REACH]
    if not following or following[0] not in lexicon.prepositions:
        return ""
    return "" if not lexicon.counting.units.isdisjoint(following) else following[0]


def _counts_people(said: Said, following: list[Said]) -> bool:
    """Whether "some" says how many people there are, and nothing of how badly they are hit."""
    if said.cue("adverb"):
        return False  # "sometimes managers can not"
    return any(
        other.cue("people") and other.hit.first - said.hit.last <= _PEOPLE_REACH
        for other in following[:_PEOPLE_REACH]
    )
