"""Facts that a phrase states by itself, after negation and scope are looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from adjudge.evidence.failing import fails_elsewhere
from adjudge.evidence.frames import POSSIBLE, denied_failures, denied_subject, follow_frames
from adjudge.evidence.passage import Passage
from adjudge.evidence.scan import NO_PHRASE, Hit, Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.tokens import QUESTION
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


_TROUBLES = ("defect", "incident")
"""Kinds of request that are no wish but tell of something, and so do not stand in a question."""

_RIGHT_AFTER = 2
_FAILS_REACH = 3
_VERB_REACH = 3
_DOING = ("ability", "works", "runs", "gets")

_LASTING = frozenset(
    (
        "caused_by",
        "environment",
        "technology",
        "data_impact",
        "scheduled_maintenance",
        "security_impact",
    )
)
"""What happened, and where, goes on to be so: "three compilers in production, fast last month"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact and its value as one phrase states it, and in which sentence.

    A `bare` number of people says how many at the least.
    """

    fact: str
    value: Value
    span: Span
    sentence: int
    beside_problem: bool = False
    hint: bool = False
    bare: bool = False


def find_statements(
    sentence: Sentence, beside_problem: bool, frames: tuple[Frame, ...]
) -> Iterator[Statement]:
    """Yield the facts that a sentence's phrases and frames state."""
    denied = denied_failures(sentence, frames)
    for frame, whole in follow_frames(sentence, frames):
        if any(one.first <= whole.hit.last and whole.hit.first <= one.last for one in denied):
            continue
        stated = _stated(frame.fact, frame.value, whole, sentence)
        if stated is not None and (beside_problem or not frame.weak):
            yield Statement(*stated, sentence.number, beside_problem)
    for said in sentence.said:
        for meaning in said.hit.phrase.facts:
            judged = meaning.role == "hint" and meaning.name == "workaround"
            apart = not beside_problem and meaning.role != "fact"
            # The one system that a ticket names is where its trouble is, wherever it stands.
            judged = judged or meaning.name == "technology"
            if apart and not judged:
                continue
            value: Value = meaning.value  # type: ignore[assignment]
            if (meaning.name, value) in (POSSIBLE, _USED) and _denied_after(
                Span(said.hit.first, said.hit.last), sentence
            ):
                continue
            statement = _stated(meaning.name, value, said, sentence)
            if statement is not None:
                hint = meaning.role == "hint" or (apart and meaning.name == "technology")
                yield Statement(*statement, sentence.number, beside_problem, hint)


def find_told(passage: Passage, hit: set[int]) -> Iterator[Statement]:
    """Yield the facts that a field's sequences state; `hit` are the sentences with trouble."""
    words, ends = passage.tokens.words, passage.ends
    for sequence, span in passage.told:
        sentence = passage.sentence_at(span.first)
        if sentence is None:
            # A sentence without any phrase of the lexicon: only its mark can make it void.
            end = ends[bisect_left(ends, span.last)]
            asked = end < len(words) and words[end] == QUESTION
            if not asked and sequence.role == "fact":
                yield Statement(sequence.fact, sequence.value, span, -1)
            continue
        beside = sentence.number in hit
        apart = sequence.role != "fact" and not beside
        judged = sequence.role == "hint" and sequence.fact == "workaround"
        if apart and sequence.fact != "technology" and not judged:
            continue
        stated_as = sequence.fact, sequence.value
        if stated_as in (POSSIBLE, _USED) and _fails_after(sentence, span):
            continue
        if stated_as == _ALL and _nobody_fails(sentence, span.first, span.last):
            continue
        whole = _whole(sentence, span, stated_as == POSSIBLE, stated_as == _USED)
        stated = _stated(sequence.fact, sequence.value, whole, sentence)
        if stated is not None:
            yield Statement(*stated, sentence.number, beside, apart or sequence.role == "hint")


_USED = ("workaround", "in_use")
_ALL = ("users_affected", "all")
_MODAL_REACH = 2


def _whole(sentence: Sentence, span: Span, possible: bool, used: bool) -> Said:
    """A sequence as one hit: what stands before it denies or voids it, and not its own words."""
    inside = [
        said
        for said in sentence.said
        if said.hit.first <= span.last and span.first <= said.hit.last
    ]
    before = [said for said in sentence.said if said.hit.last < span.first]
    place = inside[0] if inside else before[-1] if before else sentence.said[0]
    negation = next(
        (
            said.negation
            for said in inside
            if said.negation is not None and said.negation.last < span.first
        ),
        None,
    )
    if negation is None and possible:
        negation = next(
            (said.hit for said in inside if said.hit.first < span.first and said.cue("negation")),
            None,
        )
    if negation is None:
        negation = denied_subject(sentence, span.first, place.segment)
    own = any(said.opens and said.hit.first >= span.first for said in inside)
    if used and any(
        0 < said.hit.first - span.first <= _MODAL_REACH for said in inside if said.opens
    ):
        own = False  # "we could use the export instead" uses nothing yet
    void = next((said.void for said in inside if said.void and not own), "")
    if not inside or own:
        void = before[-1].void if before and before[-1].clause == place.clause else ""
    quoted = bool(inside) and inside[0].hit.quoted
    hit = Hit(NO_PHRASE, span.first, span.last, quoted)
    return Said(hit, place.clause, place.segment, negation, void)


def _denied_after(span: Span, sentence: Sentence) -> bool:
    """Whether a denial right behind some words takes them back: "a restart helps us | not"."""
    at = bisect_right(sentence.said, span.last, key=lambda said: said.hit.first)
    segment = sentence.said[at - 1].segment if at else 0
    return any(
        said.hit.first - span.last <= _RIGHT_AFTER
        and said.segment == segment
        and (said.cue("negation") or said.cue("hardly"))
        and not said.cue("exclusion")
        for said in sentence.said[at : at + _RIGHT_AFTER]
    )


_SILENT = ("neutral", "impact", "weak")


def _fails_after(sentence: Sentence, span: Span) -> bool:
    """Whether a way round is denied behind it: "in the app works it | not"."""
    for said in sentence.said:
        if said.hit.last < span.first:
            continue
        if said.hit.first > span.last:
            break
        verb = said.hit.phrase.verb or said.hit.last > span.last  # "a restart | helps not"
        if verb and said.negation is not None and said.negation.first > span.last:
            return True
        if said.hit.last > span.last and (
            any(one.value == "unavailable" for one in said.hit.phrase.impacts)
            or all(meaning.role in _SILENT for meaning in said.hit.phrase.meanings)
        ):
            return True  # "helps not" is a phrase that says nothing, "works not" one of trouble
    return _denied_after(span, sentence)


def _stated(
    fact: str, value: Value, said: Said, sentence: Sentence
) -> tuple[str, Value, Span] | None:
    span = Span(said.hit.first, said.hit.last)
    if said.hit.quoted or said.void == "reported":
        return None
    scoped = fact not in _SCOPELESS or value in _TROUBLES
    lasts = said.void == "past" and fact in _LASTING and not _is_long_ago(said, sentence)
    asked = said.void == "question" and fact == "environment"  # a question about production
    if said.void and scoped and not lasts and not asked:
        return None
    if fact == "environment" and said.hit.first in fails_elsewhere(sentence):
        return fact, value, span
    if fact in ("environment", "technology") and _spared(said, sentence):
        return None
    if value == "all" and said.cue("negation") and not _does(said, sentence):
        return None  # "nobody is affected", unlike "nobody can log in"
    if value == "all" and _spared(said, sentence):
        return None  # "everyone else is fine"
    if said.negation is None or (fact == "environment" and _is_placed(said, sentence)):
        return fact, value, span
    if (fact, value) not in _TURNED:
        return None
    negation = said.negation
    both = Span(min(negation.first, span.first), max(negation.last, span.last))
    return fact, _TURNED[fact, value], both


def _is_long_ago(said: Said, sentence: Sentence) -> bool:
    """Whether its part of the sentence tells of what no longer matters: "two years ago"."""
    return "long_ago" in sentence.cues and any(
        other.cue("long_ago") and other.segment == said.segment for other in sentence.said
    )


def _is_placed(said: Said, sentence: Sentence) -> bool:
    """Whether what is denied is not the place, but what is there: "no agent in production".

    So it is in "no shopper can", "no live node gets" and "nobody in production can", but not in
    "there is no live system".
    """
    negation = said.negation
    if negation is None:
        return False
    hint = any(meaning.role == "hint" for meaning in said.hit.phrase.facts)
    if hint and said.hit.first - negation.last <= _RIGHT_AFTER:
        return True
    none = "none_of" in negation.phrase.cues
    if not none and (_ALL not in ((fact.name, fact.value) for fact in negation.phrase.facts)):
        return False
    return (none and said.hit.first - negation.last > 1) or any(
        0 < other.hit.first - said.hit.last <= _VERB_REACH and any(map(other.cue, _DOING))
        for other in sentence.said
        if other.segment == said.segment
    )


def _does(said: Said, sentence: Sentence) -> bool:
    """Whether something that could be done follows in the clause."""
    own = [other for other in sentence.said if other.clause == said.clause]
    if _nobody_fails(sentence, said.hit.first, own[-1].hit.last):
        return False
    return any(
        any(map(other.cue, ("ability", "works", "runs", "act"))) for other in own
    ) and not any(other.cue("affected") for other in own)


def _nobody_fails(sentence: Sentence, first: int, last: int) -> bool:
    """Whether words deny that somebody fails: "nobody | fails | to log in"."""
    return any(
        (said.cue("cannot") or _befalls(said, sentence))
        and not said.cue("ability")
        and said.negation is not None
        and first <= said.negation.first
        and said.hit.last <= last
        for said in sentence.said
    )


def _befalls(said: Said, sentence: Sentence) -> bool:
    """Whether a failure is denied right there: "no caller | is turned away"."""
    negation = said.negation
    if (
        negation is None
        or not said.hit.phrase.verb
        or said.hit.first - negation.last > _FAILS_REACH
    ):
        return False
    able = any(
        other.cue("ability") and negation.first <= other.hit.first < said.hit.first
        for other in sentence.said
    )
    return not able and any(one.value == "unavailable" for one in said.hit.phrase.impacts)


def _spared(said: Said, sentence: Sentence) -> bool:
    """Whether the clause says that this environment is well."""
    in_clause = [
        other for other in sentence.said if other.clause == said.clause and other is not said
    ]
    if _fails_there(said, in_clause):
        return False
    bad = [abs(other.segment - said.segment) for other in in_clause if _is_bad(other)]
    # "In production | go | neither calls in nor out" (German order): that is trouble as a whole.
    turned = {other.hit.first - 1 for other in in_clause if _is_bad(other)}
    # "Only on staging, production is fine": it is another one that is well.
    taken = {other.segment for other in in_clause if _names_place(other)} - {said.segment}
    for other in in_clause:
        well = other.negation is None and (
            (other.cue("works") and other.hit.last not in turned and not _hardly(in_clause))
            or other.cue("fine")
            or any(meaning.value == "none" for meaning in other.hit.phrase.impacts)
        )
        unaffected = other.cue("affected") and other.negation is not None
        apart = abs(other.segment - said.segment)
        if other.segment in taken:
            continue
        if (well or unaffected) and (not apart or not bad or apart < min(bad)):
            return True
    return False


def _fails_there(said: Said, clause: list[Said]) -> bool:
    """Whether a bare denial follows a place: "locally it runs, on prod | not"."""
    return any(
        other.cue("negation")
        and other.segment == said.segment
        and other.hit.first == said.hit.last + 1
        and not any(
            following.segment == said.segment and following.hit.first > other.hit.last
            for following in clause
        )
        for other in clause
    )


def _names_place(said: Said) -> bool:
    return any(fact.name in ("environment", "technology") for fact in said.hit.phrase.facts)


def _hardly(clause: list[Said]) -> bool:
    return any(other.cue("hardly") or other.cue("intermittent") for other in clause)


def _is_bad(said: Said) -> bool:
    if said.negation is not None:
        return any(map(said.cue, ("works", "runs", "ability")))
    return said.cue("cannot") or bool(said.hit.phrase.impacts)
