"""Predicates: what a clause says of how something is, out of its frames, verbs and denials."""

from __future__ import annotations

from adjudge.evidence.frames import denied_failures, follow_frames
from adjudge.evidence.scan import Hit, Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.softening import Predicate, modified
from adjudge.evidence.things import Thing
from adjudge.model.lexicon import RANKS, Frame

_ACT_REACH = 9
_NONE_OF_IT = 2
_EXACT = ("intermittent",)
_RUNNING = frozenset(("works", "runs", "ability"))


def framed_predicates(sentence: Sentence, frames: tuple[Frame, ...]) -> list[Predicate]:
    """Return what the frames of a sentence say."""
    denied = denied_failures(sentence, frames)
    found = [
        Predicate(
            str(frame.value),
            Span(whole.hit.first, whole.hit.last),
            whole.clause,
            _named_by_verb(whole, sentence),
            weak=frame.weak,
            segment=whole.segment,
        )
        for frame, whole in follow_frames(sentence, frames)
        if frame.fact == "functional_impact"
        and whole.stands
        and not any(one.first <= whole.hit.first and whole.hit.last <= one.last for one in denied)
        and not (frame.value == "severely_degraded" and _has_people(whole, sentence))
    ]
    # "Freezes all the time" says how it freezes, and not "freezes" as well.
    exact = [predicate.span for predicate in found if predicate.impact in _EXACT]
    return [
        predicate
        for predicate in found
        if predicate.impact != "unavailable" or predicate.span not in exact
    ]


def _has_people(whole: Said, sentence: Sentence) -> bool:
    """Whether "most" says how many people there are: "eight in ten colleagues get a timeout".

    In "so slow that the staff give up" they stand behind what is wrong.
    """
    inside = [
        said
        for said in sentence.said
        if whole.hit.first <= said.hit.first and said.hit.last <= whole.hit.last
    ]
    told = next((said for said in inside if said.cue("people") or said.hit.phrase.impacts), None)
    return told is not None and told.cue("people")


def _named_by_verb(whole: Said, sentence: Sentence) -> Thing | None:
    """What a verb that is denied right there names: "no call any more | is recorded"."""
    for said in sentence.said:
        near = 0 <= said.hit.first - whole.hit.last <= 1 and said.segment == whole.segment
        if near and said.negation is not None and said.cue("runs"):
            return _verb_thing(said)
    return None


def predicates_of(clause: list[Said], framed: list[Predicate]) -> list[Predicate]:
    """Return what a clause says, with what its frames say (`framed`, of the whole sentence)."""
    found = [predicate for predicate in framed if predicate.clause == clause[0].clause]
    if any(predicate.impact == "severely_degraded" for predicate in found):
        # "Most requests fail" says what it says, and not "requests fail" as well.
        found = [predicate for predicate in found if predicate.impact != "unavailable"]
    firm = [predicate for predicate in found if predicate.impact != "unavailable"]
    told = {predicate.segment for predicate in found if not predicate.weak}
    hardly = next((said for said in clause if said.cue("hardly") and not said.void), None)
    for number, said in enumerate(clause):
        if not said.hit.phrase.tells or said.void or said.hit.quoted or said.segment in told:
            continue
        if said.is_good_news:
            continue
        stated = _stated(said)
        negation = said.negation
        running = (said.cue("works") or said.cue("runs")) and not said.hit.phrase.impacts
        if running and _denies(negation) and not _is_noun(said):
            span = _join(said.hit, negation) if negation else Span(said.hit.first, said.hit.last)
            # "Almost never works" does work at times.
            rarely = negation is not None and negation.cue("hardly")
            impact = "severely_degraded" if rarely else "unavailable"
            named = _verb_thing(said)  # "no call is recorded"
            found.append(Predicate(impact, span, said.clause, named, denied=True))
        elif said.cue("gets") and _denies(negation) and not _is_infinitive(said):
            assert negation is not None
            span = _join(said.hit, negation)
            found.append(Predicate("unavailable", span, said.clause, weak=True))
        elif said.cue("gets") and (none := _none_gotten(clause, number)) is not None:
            span = _join(said.hit, none.hit)
            found.append(Predicate("unavailable", span, said.clause, weak=True))
        elif (
            hardly is not None
            and hardly.segment == said.segment
            and not _RUNNING.isdisjoint(said.hit.phrase.cues)
        ):
            found.append(Predicate("severely_degraded", _join(said.hit, hardly.hit), said.clause))
        elif (said.cue("cannot") and not _denies(negation)) or (
            said.cue("ability") and (_denies(negation) or said.cue("negation"))
        ):
            done = _deed(clause, number)
            if done is not None:
                # "Refuses" by itself says less than "refuses to deploy".
                stated = [predicate for predicate in stated if not predicate.weak]
                parts = [said.hit, done.hit] + ([said.negation] if said.negation else [])
                thing = _verb_thing(done)
                found.append(Predicate("unavailable", _join(*parts), said.clause, thing))
        found.extend(stated)
    return firm + modified([each for each in found if each not in firm], clause)


def _none_gotten(clause: list[Said], number: int) -> Said | None:
    """The part of the product of which none is got: "get | no | notifications"."""
    following = clause[number + 1 : number + 3]
    if len(following) < _NONE_OF_IT:
        return None
    none, thing = following
    beside = none.cue("none_of") and none.hit.first == clause[number].hit.last + 1
    named = any(one.value == "noun" and one.name in RANKS for one in thing.hit.phrase.things)
    return thing if beside and named and thing.hit.first == none.hit.last + 1 else None


def _denies(negation: Hit | None) -> bool:
    """Whether it says that something is not so; "instead of loading" only leaves it out."""
    return negation is not None and not negation.cue("exclusion")


def _is_noun(said: Said) -> bool:
    """Whether a verb's word is a noun here: "no launch", unlike "no call comes in"."""
    negation = said.negation
    return (
        negation is not None
        and negation.cue("none_of")
        and negation.first == negation.last == said.hit.first - 1
    )


def _is_infinitive(said: Said) -> bool:
    """Whether a verb stands behind its denial as a noun or an infinitive: "may not see"."""
    negation = said.negation
    behind = said.cue("act") and negation is not None and negation.last < said.hit.first
    return behind or _is_noun(said)


def _stated(said: Said) -> list[Predicate]:
    if not said.hit.phrase.impacts:
        return []
    if said.negation is not None:
        behind = said.negation.first > said.hit.last
        if behind and any(meaning.value == "intermittent" for meaning in said.hit.phrase.impacts):
            # "Loads at times | not": what is denied at times works at others.
            span = _join(said.hit, said.negation)
            return [Predicate("intermittent", span, said.clause)]
        return []
    span = Span(said.hit.first, said.hit.last)
    return [
        Predicate(
            str(meaning.value),
            span,
            said.clause,
            weak=meaning.role == "weak",
            adjacent=meaning.name == "adjacent",
        )
        for meaning in said.hit.phrase.impacts
    ]


def _deed(clause: list[Said], number: int) -> Said | None:
    """The verb that a missing ability is about: after it, or before it (German word order)."""
    said = clause[number]
    if _verb_thing(said) is not None:
        return said
    for other in clause[number + 1 :]:
        if other.hit.first - said.hit.last > _ACT_REACH:
            break
        if _is_deed(other):
            return other
    for other in reversed(clause[:number]):
        if other.segment != said.segment or said.hit.first - other.hit.last > _ACT_REACH:
            break
        if _is_deed(other) and (said.cue("cannot") or said.hit.first - other.hit.last <= 3):
            return other
    return None


def _is_deed(said: Said) -> bool:
    return any(said.cue(cue) for cue in ("act", "works", "runs")) or _verb_thing(said) is not None


def _verb_thing(said: Said) -> Thing | None:
    for meaning in said.hit.phrase.things:
        if meaning.value == "verb":
            return Thing(meaning.name, Span(said.hit.first, said.hit.last))
    return None


def _join(*hits: Hit) -> Span:
    return Span(min(hit.first for hit in hits), max(hit.last for hit in hits))
