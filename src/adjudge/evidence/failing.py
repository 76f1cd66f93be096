"""Phrases and facts that say that something fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence

_HARMLESS = ("none", "inconvenience", "slow")
_RUNNING = ("works", "runs", "ability")
_WELL = ("works", "runs", "fine")
_DENIALS = ("negation", "limits")
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


def fails_elsewhere(sentence: Sentence) -> frozenset[int]:
    """Return where environments stand that are denied what another one has.

    "It works in staging, but not | in prod": the environment is right behind the denial.
    """
    if sentence.elsewhere is None:
        known = not sentence.cues.isdisjoint(_WELL) and not sentence.cues.isdisjoint(_DENIALS)
        sentence.elsewhere = frozenset(_elsewhere(sentence) if known else ())
    return sentence.elsewhere


def _elsewhere(sentence: Sentence) -> Iterator[int]:
    well: Said | None = None
    denial: Said | None = None
    for said in sentence.said:
        if said.void or said.hit.quoted:
            continue
        behind = denial is not None and 0 < said.hit.first - denial.hit.last <= _RIGHT_BEHIND
        if behind and any(fact.name == "environment" for fact in said.hit.phrase.facts):
            yield said.hit.first
        if well and well.hit.last < said.hit.first and any(map(said.cue, _DENIALS)):
            denial = said
        if not well and said.stands and any(map(said.cue, _WELL)):
            well = said
