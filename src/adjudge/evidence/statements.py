"""Facts that a phrase states by itself, after negation and scope are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adjudge.evidence.problems import Span
from adjudge.evidence.scan import Hit
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


def find_statements(
    sentence: Sentence, beside_problem: bool, frames: tuple[Frame, ...]
) -> Iterator[Statement]:
    """Yield the facts that a sentence's phrases and frames state."""
    yield from _framed(sentence, beside_problem, frames)
    for said in sentence.said:
        for meaning in said.hit.meanings:
            if meaning.role != "fact" and not (meaning.role == "weak_fact" and beside_problem):
                continue
            value: Value = meaning.value  # type: ignore[assignment]
            statement = _stated(meaning.name, value, said, sentence)
            if statement is not None:
                yield Statement(*statement, sentence.number, beside_problem)


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
    if said.negation is None:
        return fact, value, span
    if (fact, value) not in _TURNED:
        return None
    negation = said.negation
    both = Span(min(negation.first, span.first), max(negation.last, span.last))
    return fact, _TURNED[fact, value], both


def _framed(
    sentence: Sentence, beside_problem: bool, frames: tuple[Frame, ...]
) -> Iterator[Statement]:
    """Follow each frame from part to part; one state per frame keeps this linear."""
    reached: dict[int, list[Said]] = {}
    for said in sentence.said:
        for meaning in said.hit.meanings:
            if meaning.role != "part":
                continue
            number = int(meaning.name)
            so_far = reached.get(number, [])
            if meaning.value == 0:
                reached[number] = [said]
            elif len(so_far) == meaning.value and _continues(so_far[-1], said, frames[number]):
                reached[number] = [*so_far, said]
                if len(reached[number]) == frames[number].parts:
                    statement = _frame_stated(reached.pop(number), frames[number], sentence)
                    if statement is not None and (beside_problem or not frames[number].weak):
                        yield Statement(*statement, sentence.number, beside_problem)


def _continues(last: Said, said: Said, frame: Frame) -> bool:
    return said.clause == last.clause and said.hit.first - last.hit.last - 1 <= frame.within


def _frame_stated(
    parts: list[Said], frame: Frame, sentence: Sentence
) -> tuple[str, Value, Span] | None:
    first, last = parts[0].hit, parts[-1].hit
    own = {id(said.hit) for said in parts}
    negation = next(
        (said.negation for said in parts if said.negation and id(said.negation) not in own), None
    )
    whole = Said(Hit((), first.first, last.last, any(said.hit.quoted for said in parts)),
                 parts[0].clause, parts[0].segment, negation,
                 next((said.void for said in parts if said.void), ""))  # fmt: skip
    return _stated(frame.fact, frame.value, whole, sentence)


def _spared(said: Said, sentence: Sentence) -> bool:
    """Whether the clause says that this environment is well."""
    in_clause = [other for other in sentence.said if other.clause == said.clause]
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
    return said.cue("cannot") or any(
        meaning.role in ("impact", "weak") for meaning in said.hit.meanings
    )
