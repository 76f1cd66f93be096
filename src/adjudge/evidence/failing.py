"""Phrases and facts that say that something fails."""

from __future__ import annotations

from collections.abc import Iterable

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence

TROUBLES = frozenset(
    [
        ("data_impact", "major"),
        ("data_impact", "minor"),
        ("development_workflow", "blocked"),
        ("development_workflow", "impaired"),
        ("request_type", "defect"),
    ]
)
"""Facts that are trouble themselves."""


def is_trouble(said: Said) -> bool:
    """Whether a phrase says that something fails, or that somebody can not do a thing."""
    if said.void or said.hit.quoted:
        return False
    if said.negation is not None:
        return said.hit.phrase.verb and not said.negation.cue("exclusion")
    phrase = said.hit.phrase
    return (
        bool(phrase.impacts)
        or any(map(said.cue, ("cannot", "hardly", "affected")))
        or any((fact.name, fact.value) in TROUBLES for fact in phrase.facts)
    )


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
