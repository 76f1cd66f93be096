"""Facts that a phrase states by itself, after negation and scope are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adjudge.evidence.frames import follow_frames
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.model.fact import Value
from adjudge.model.lexicon import Frame

_TURNED: dict[tuple[str, Value], Value] = {
    ("workaround", "available"): "none",
    ("data_impact", "major"): "none",
    ("data_impact", "minor"): "none",
    ("security_impact", "confirmed"): "none",
    ("security_impact", "suspected"): "none",
    ("scheduled_maintenance", True): False,
    ("customer_can_resolve", True): False,
}
"""What a negated statement says; a negated statement that is not here says nothing."""

_SCOPELESS = frozenset(("request_type",))
"""Requests are made in questions and wishes, so these stand there too."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact and its value as one phrase states it, and in which sentence."""

    fact: str
    value: Value
    span: Span
    sentence: int
    beside_problem: bool = False
    hint: bool = False


def find_statements(
    sentence: Sentence, beside_problem: bool, frames: tuple[Frame, ...]
) -> Iterator[Statement]:
    """Yield the facts that a sentence's phrases and frames state."""
    for frame, whole in follow_frames(sentence, frames):
        stated = _stated(frame.fact, frame.value, whole, sentence)
        if stated is not None and (beside_problem or not frame.weak):
            yield Statement(*stated, sentence.number, beside_problem)
    for said in sentence.said:
        for meaning in said.hit.phrase.facts:
            if meaning.role != "fact" and not beside_problem:
                continue
            value: Value = meaning.value  # type: ignore[assignment]
            statement = _stated(meaning.name, value, said, sentence)
            if statement is not None:
                hint = meaning.role == "hint"
                yield Statement(*statement, sentence.number, beside_problem, hint)


def _stated(
    fact: str, value: Value, said: Said, sentence: Sentence
) -> tuple[str, Value, Span] | None:
    span = Span(said.hit.first, said.hit.last)
    if said.hit.quoted or said.void == "reported":
        return None
    if said.void and fact not in _SCOPELESS:
        return None
    if fact == "environment" and _spared(said, sentence):
        return None
    if value == "all" and said.cue("negation") and not _does(said, sentence):
        return None  # "nobody is affected", unlike "nobody can log in"
    if said.negation is None:
        return fact, value, span
    if (fact, value) not in _TURNED:
        return None
    negation = said.negation
    both = Span(min(negation.first, span.first), max(negation.last, span.last))
    return fact, _TURNED[fact, value], both


def _does(said: Said, sentence: Sentence) -> bool:
    """Whether something that could be done follows in the clause."""
    return any(
        other.clause == said.clause and any(map(other.cue, ("ability", "works", "runs", "act")))
        for other in sentence.said
    ) and not any(other.clause == said.clause and other.cue("affected") for other in sentence.said)


def _spared(said: Said, sentence: Sentence) -> bool:
    """Whether the clause says that this environment is well."""
    in_clause = [
        other for other in sentence.said if other.clause == said.clause and other is not said
    ]
    segments = {other.segment for other in in_clause if _is_bad(other)}
    for other in in_clause:
        well = (other.cue("works") and other.negation is None and not _hardly(in_clause)) or (
            other.cue("fine") and other.negation is None
        )
        unaffected = other.cue("affected") and other.negation is not None
        if (well or unaffected) and (other.segment == said.segment or said.segment not in segments):
            return True
    return False


def _hardly(clause: list[Said]) -> bool:
    return any(other.cue("hardly") for other in clause)


def _is_bad(said: Said) -> bool:
    if said.negation is not None:
        return said.cue("works") or said.cue("ability")
    return said.cue("cannot") or bool(said.hit.phrase.impacts)
