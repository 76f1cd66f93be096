"""Phrases and facts that say that something fails."""

from __future__ import annotations

from collections.abc import Iterable

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence

_HARMLESS = ("none", "inconvenience", "slow")
_RUNNING = ("works", "runs", "ability")
_WELL = ("works", "runs", "fine")
_RIGHT_BEHIND = 2  # "not in prod"


def fails(said: Said) -> bool:
    """Whether words tell that something fails, said or only supposed: "crashes", "works not"."""
    return (
        works_not(said)
        or said.cue("cannot")
        or any(meaning.value not in _HARMLESS for meaning in said.hit.phrase.impacts)
    )


def works_not(said: Said) -> bool:
    """Whether words deny that something works, or that somebody can do a thing."""
    return said.negation is not None and any(map(said.cue, _RUNNING))


def is_trouble(said: Said) -> bool:
    """Whether a phrase says that something fails, or that somebody can not do a thing."""
    if said.void or said.hit.quoted:
        return False
    if said.negation is not None:
        return said.hit.phrase.verb and not said.negation.cue("exclusion")
    return said.hit.phrase.trouble


def troubled_segments(sentence: Sentence, strikes: Iterable[Span]) -> set[int]:
    """Return the segments of a sentence in which something fails; `strikes` are its problems."""
    spans = tuple(strikes)
    return {
        said.segment
        for said in sentence.said
        if is_trouble(said)
        or any(
            span.first <= said.hit.last and said.hit.first <= span.last
            for span in spans
            if not said.void
        )
    }


def fails_elsewhere(place: Said, sentence: Sentence) -> bool:
    """Whether an environment is denied what another one has: "works here, but not in prod"."""
    if sentence.cues.isdisjoint(_WELL) or sentence.cues.isdisjoint(("negation", "limits")):
        return False
    if not any(fact.name == "environment" for fact in place.hit.phrase.facts):
        return False
    return any(
        0 < place.hit.first - denial.hit.last <= _RIGHT_BEHIND
        and denial.stands
        and (denial.cue("negation") or denial.cue("limits"))
        and any(
            other.stands and other.hit.last < denial.hit.first and any(map(other.cue, _WELL))
            for other in sentence.said
        )
        for denial in sentence.said
    )
