"""Problems: what is hit and how hard, composed out of neighbours in a clause.

A predicate ("is down", "can not" + "log in", "works" + "not") is tied to the thing it speaks of:
its subject before it, else its object after it, else what the text spoke of last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from adjudge.evidence.contrast import beside_its_like, contrasted
from adjudge.evidence.denied import find_denials
from adjudge.evidence.frames import follow_frames
from adjudge.evidence.predicates import framed_predicates, predicates_of
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Sentence
from adjudge.evidence.softening import (
    Predicate,
    compare,
    divide,
    limited,
    modified,
    otherwise_well,
    soften,
)
from adjudge.evidence.things import (
    Placed,
    Thing,
    choose_thing,
    find_things,
    importance,
    is_elsewhere,
    named_inside,
)
from adjudge.model.lexicon import Lexicon, Verbs

IMPACTS = (
    "none", "inconvenience", "slow", "intermittent", "degraded", "severely_degraded", "unavailable",
)  # fmt: skip
_SUBJECT_REACH = 2
_SPOKEN_OF = ("", "untrue")
"""What is said of a thing may be untrue; it is what the text speaks of all the same."""
_BESIDE_WELL = frozenset(("slow", "intermittent", "severely_degraded"))
"""What something can be that is said to be up."""
_ERROR_CODES = frozenset(
    map(
        str,
        (*range(400, 430), 431, 440, 444, 451, 495, 496, 499, *range(500, 512), *range(520, 531)),
    )
)
"""Of HTTP, and of the proxies in front of it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An impact and, where the text says it, the thing that is hit.

    A `weak` one is told by a word that says something else of other things; a `faint` one by the
    denial of a verb that no phrase lists. `entering` says that it is a log-in that somebody cannot
    do, `alone` that the words name one person as the one who cannot: "I", "she".
    """

    impact: str
    span: Span
    sentence: int
    thing: Thing | None = None
    weak: bool = False
    faint: bool = False
    entering: bool = False
    alone: bool = False

    @property
    def weight(self) -> float:
        """How bad it is, for choosing among the problems of a ticket."""
        function = self.thing.weight if self.thing else 2
        return IMPACTS.index(self.impact) + 2 * function


def find_problems(
    sentences: list[Sentence],
    words: list[str],
    lexicon: Lexicon,
) -> list[Problem]:
    """Return the problems that a field's sentences state, in order."""
    found: list[Problem] = []
    near: Thing | None = None
    verbs = lexicon.verbs
    closing, genitives = bool(verbs.closing), verbs.genitives
    for sentence in sentences:
        things = find_things(
            sentence, words, lexicon.prepositions, closing, genitives, verbs.auxiliaries
        )
        predicates = _predicates(sentence, words, things, lexicon, near)
        for predicate in predicates:
            if _belittles(predicate, predicates, things):
                continue
            thing = _hit(predicate, sentence, words, things, lexicon, near)
            if predicate.weak and thing is None:
                continue
            if predicate.adjacent and thing and thing.span.last + 1 != predicate.span.first:
                continue
            if thing is not None and beside_its_like(thing, predicate, things, sentence, words):
                predicate.impact = "degraded"
            small = thing is not None and thing.name == "minor_function"
            if small and predicate.impact not in ("slow", "intermittent", "none"):
                # A flaw in something that one can do without costs next to nothing.
                predicate.impact = "inconvenience"
            found.append(
                Problem(
                    predicate.impact,
                    predicate.span,
                    sentence.number,
                    thing or _judged(predicate, found, near),
                    predicate.weak,
                    predicate.faint,
                    _is_entering(predicate, words, lexicon.verbs),
                    _is_alone(predicate.span, sentence, words, lexicon.verbs),
                )
            )
        standing = [
            thing
            for thing, said, _ in things
            if said.void in _SPOKEN_OF and not said.hit.quoted and not thing.generic
        ]
        if standing:
            near = max(standing, key=importance)
    return _parted(found, sentences)


def _predicates(
    sentence: Sentence,
    words: list[str],
    things: list[Placed],
    lexicon: Lexicon,
    near: Thing | None,
) -> list[Predicate]:
    """What a sentence says of how something is; `near` is what the text spoke of before."""
    verbs = lexicon.verbs
    framed = framed_predicates(sentence, lexicon.frames)
    stated = [
        predicate
        for clause in sentence.clauses()
        for predicate in predicates_of(clause, framed)
        if _may_fail(predicate, words)
        and not (predicate.denied and words[predicate.span.last - 1] in verbs.determiners)
    ]
    stated = _shown(stated, framed, sentence)
    found = [predicate for predicate in stated if not _chosen(predicate, words, verbs)]
    _weaken(found, words, verbs)
    if "surpassed" in sentence.cues:
        _surpass(found, sentence)
    found += limited(sentence)
    found += _denied(sentence, words, things, lexicon, found, near)
    soften(found, sentence)
    if found:
        divide(found, sentence, words, lexicon)
        compare(found, sentence, words, lexicon)
    return found + contrasted(found, sentence, words, things, near, lexicon)


def _belittles(predicate: Predicate, predicates: list[Predicate], things: list[Placed]) -> bool:
    """Whether a verdict that names nothing only leads up to trouble: "nothing serious, but ..."."""
    return (
        predicate.impact == "inconvenience"
        and not any(said.clause == predicate.clause for _, said, _ in things)
        and any(
            other.clause > predicate.clause and other.impact not in ("none", "inconvenience")
            for other in predicates
        )
    )


def _hit(
    predicate: Predicate,
    sentence: Sentence,
    words: list[str],
    things: list[Placed],
    lexicon: Lexicon,
    near: Thing | None,
) -> Thing | None:
    """Of what a predicate is told in its sentence, or by a pronoun, if that is said.

    Where most of something is well, the predicate comes to tell of a part of it.
    """
    closing = bool(lexicon.verbs.closing)
    thing = predicate.thing or choose_thing(
        predicate.span, predicate.clause, things, sentence, closing
    )
    if thing is None or thing.generic or is_elsewhere(thing, predicate.span, things, sentence):
        thing = named_inside(predicate.span, sentence) or thing
    if thing is not None and predicate.impact == "degraded":
        thing = _shown_in(thing, predicate, things, sentence, lexicon) or thing
    if thing is None and _of_pronoun(predicate.span, words, lexicon.verbs):
        relative = _is_relative(predicate.span, sentence)
        thing = near if relative else _meant(predicate.span, things, near)
    if thing is None and predicate.impact in _BESIDE_WELL:
        free = [one for one, _, governed in things if not governed]
        thing = free[0] if len(free) == len(things) == 1 else None  # "the site is up, but slow"
    if predicate.weak and thing is None and predicate.impact == "unavailable":
        thing = otherwise_well(predicate, things, sentence)
        if thing is not None:
            predicate.impact, predicate.weak = "degraded", False
    return thing


def _judged(predicate: Predicate, found: list[Problem], near: Thing | None) -> Thing | None:
    """What words without a thing are about: a verdict ("a trifle") is on the problem before it."""
    if predicate.impact == "inconvenience" and found and found[-1].thing is not None:
        return found[-1].thing
    return near


def _is_entering(predicate: Predicate, words: list[str], verbs: Verbs) -> bool:
    spans = [predicate.span] if predicate.thing is None else [predicate.thing.span]
    return any(not verbs.entering.isdisjoint(words[span.first : span.last + 1]) for span in spans)


def _is_alone(span: Span, sentence: Sentence, words: list[str], verbs: Verbs) -> bool:
    around = words[max(sentence.first, span.first - _SUBJECT_REACH) : span.last + 1]
    return not verbs.alone.isdisjoint(around)


def _shown_in(
    thing: Thing,
    predicate: Predicate,
    things: list[Placed],
    sentence: Sentence,
    lexicon: Lexicon,
) -> Thing | None:
    """What shows something wrongly: "calls are listed twice in the statistics"."""
    if thing.name != "critical_function" or not any(
        frame.fact == "data_impact" for frame, _ in follow_frames(sentence, lexicon.frames)
    ):
        return None
    shown = [
        other
        for other, said, governed in things
        if governed
        and other.name == "important_function"
        and said.clause == predicate.clause
        and other.span.first > predicate.span.last
    ]
    return shown[0] if shown else None


def _parted(found: list[Problem], sentences: list[Sentence]) -> list[Problem]:
    """Where other parts of the same thing are well, it fails in part: "other networks are fine"."""
    well = {
        near
        for sentence in sentences
        if _spares(sentence)
        for near in (sentence.number - 1, sentence.number, sentence.number + 1)
    }
    return [
        replace(problem, impact="degraded")
        if problem.impact == "unavailable" and problem.sentence in well
        else problem
        for problem in found
    ]


def _spares(sentence: Sentence) -> bool:
    """Whether a sentence says that other parts are well; "in all other offices" are people."""
    people = {said.hit.first for said in sentence.said if said.cue("people")}
    return "other_parts" in sentence.cues and any(
        said.cue("other_parts") and said.stands and said.hit.last + 1 not in people
        for said in sentence.said
    )


def _of_pronoun(span: Span, words: list[str], verbs: Verbs) -> bool:
    """Whether a pronoun is the subject right before a predicate: "it is wrong"."""
    at = _before_verb(span.first - 1, words, verbs)
    return at >= 0 and words[at] in verbs.pronouns


def _before_verb(at: int, words: list[str], verbs: Verbs) -> int:
    """Step back from a place over auxiliaries and what stands between them and their verb."""
    while at >= 0 and (words[at] in verbs.auxiliaries or words[at] in verbs.between):
        at -= 1
    return at


def _is_relative(span: Span, sentence: Sentence) -> bool:
    """Whether what stands right before a predicate joins a clause to another: "which were"."""
    return any(
        said.cue("joins") and said.hit.last in (span.first - 1, span.first - 2)
        for said in sentence.said
    )


def _shown(
    predicates: list[Predicate], framed: list[Predicate], sentence: Sentence
) -> list[Predicate]:
    """Leave out what something is really like that is shown otherwise.

    "It shows them as healthy while they are crashing" tells of what is shown.
    """
    shown = [one.span for one in framed if one.impact == "degraded"]
    if not shown:
        return predicates
    turns = [said.hit.first for said in sentence.said if said.cue("contrast")]
    return [
        predicate
        for predicate in predicates
        if predicate.impact != "unavailable"
        or not any(
            span.first < turn < predicate.span.first and span.last < predicate.span.first
            for span in shown
            for turn in turns
        )
    ]


def _weaken(predicates: list[Predicate], words: list[str], verbs: Verbs) -> None:
    """Let what people do not do tell something only beside a thing: "I do not move"."""
    for predicate in predicates:
        at = predicate.span.first - 1
        while predicate.denied and at >= 0:
            if words[at] in verbs.persons:
                predicate.weak = True
            if words[at] not in verbs.auxiliaries and words[at] not in verbs.between:
                break
            at -= 1


def _surpass(predicates: list[Predicate], sentence: Sentence) -> None:
    """Let what is "not only" so count less than what is said beside it: "not only slow, but"."""
    marks = [said for said in sentence.said if said.cue("surpassed") and said.stands]
    for predicate in predicates:
        for mark in marks:
            following = [other for other in sentence.said if other.segment == mark.segment]
            if mark.hit.last < predicate.span.first <= following[-1].hit.last:
                predicate.weak = True


def _chosen(predicate: Predicate, words: list[str], verbs: Verbs) -> bool:
    """Whether people only do not do something: "we don't scale yet", unlike "we get no calls"."""
    if not verbs.perceives:
        return False
    if predicate.weak and predicate.impact == "degraded":
        return done_by_people(predicate.span, words, verbs)
    if not predicate.denied:
        return False
    at = _before_verb(predicate.span.first, words, verbs)
    if at == predicate.span.first:
        at = _before_verb(at - 1, words, verbs)
    told = words[predicate.span.first : predicate.span.last + 1]
    return at >= 0 and words[at] in verbs.persons and verbs.perceives.isdisjoint(told)


def done_by_people(span: Span, words: list[str], verbs: Verbs) -> bool:
    """Whether somebody did what the words say: "I mixed them up", "we have swapped the disk"."""
    at = span.first - 1
    while at >= 0 and (
        words[at] in verbs.between
        or (words[at] in verbs.auxiliaries and words[at] not in verbs.copulas)
    ):
        at -= 1
    return bool(verbs.perceives) and at >= 0 and words[at] in verbs.persons


def _may_fail(predicate: Predicate, words: list[str]) -> bool:
    """Whether a number at the end can be that of an error: "gives 502", unlike "gives 80".

    Nothing is slow that takes no time: "took 0 seconds".
    """
    if predicate.impact == "slow":
        return "0" not in words[predicate.span.first : predicate.span.last + 1]
    last = words[predicate.span.last]
    if predicate.impact != "unavailable" or not last[0].isdigit():
        return True
    return last in _ERROR_CODES


def _denied(
    sentence: Sentence,
    words: list[str],
    things: list[Placed],
    lexicon: Lexicon,
    known: list[Predicate],
    near: Thing | None,
) -> list[Predicate]:
    """What is denied of things by verbs that no phrase lists, where none of it is read already."""
    told = {predicate.clause for predicate in known if predicate.impact != "none"}
    found = [
        Predicate(
            "unavailable",
            denial.span,
            denial.clause,
            _meant(denial.span, things, near) if denial.pronoun else denial.thing,
            weak=True,
            faint=True,
        )
        for denial in find_denials(sentence, words, things, lexicon.verbs)
        if denial.clause not in told
        and not (denial.pronoun and _meant(denial.span, things, near) is None)
    ]
    return [
        predicate
        for clause in sentence.clauses()
        for predicate in modified([one for one in found if one.clause == clause[0].clause], clause)
    ]


def _meant(span: Span, things: list[Placed], near: Thing | None) -> Thing | None:
    """What a pronoun stands for: the thing that was named last."""
    before = [thing for thing, said, _ in things if thing.span.last < span.first and not said.void]
    return before[-1] if before else near
