"""Problems: what is hit and how hard, composed out of neighbours in a clause.

A predicate ("is down", "can not" + "log in", "works" + "not") is tied to the thing it speaks of:
its subject before it, else its object after it, else what the text spoke of last.
"""

from __future__ import annotations

from dataclasses import dataclass

from adjudge.evidence.frames import follow_frames
from adjudge.evidence.scan import Hit, Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.model.lexicon import RANKS, SUBJECTS, Frame, Meaning

IMPACTS = (
    "none", "inconvenience", "slow", "intermittent", "degraded", "severely_degraded", "unavailable",
)  # fmt: skip
_WEIGHT = {rank: weight for weight, rank in enumerate(reversed(RANKS), 1)}
_ACT_REACH = 9
_PREDICATIVE = frozenset(("works", "runs", "ability", "cannot"))
UNCLEAR = Meaning("thing", "", "generic")
"""A word that the lexicon has under two ranks ("app"): something is hit, but its rank is open."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is hit: a rank of functions, or a subject that is no function."""

    name: str
    span: Span
    generic: bool = False

    @property
    def weight(self) -> float:
        """How much it matters that this is hit."""
        return 2.5 if self.generic else _WEIGHT.get(self.name, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """An impact and, where the text says it, the thing that is hit."""

    impact: str
    span: Span
    sentence: int
    thing: Thing | None = None
    weak: bool = False

    @property
    def weight(self) -> float:
        """How bad it is, for choosing among the problems of a ticket."""
        function = self.thing.weight if self.thing else 2
        return IMPACTS.index(self.impact) + 2 * function


@dataclass(slots=True)
class Predicate:
    """An impact in a clause, before its thing is known."""

    impact: str
    span: Span
    clause: int
    thing: Thing | None = None
    weak: bool = False
    adjacent: bool = False


def find_problems(
    sentences: list[Sentence],
    words: list[str],
    prepositions: frozenset[str],
    frames: tuple[Frame, ...],
) -> list[Problem]:
    """Return the problems that a field's sentences state, in order."""
    found: list[Problem] = []
    near: Thing | None = None
    for sentence in sentences:
        framed = _framed(sentence, frames)
        predicates = [
            predicate for clause in sentence.clauses() for predicate in _predicates(clause, framed)
        ]
        things = _things(sentence, words, prepositions)
        for predicate in predicates:
            thing = predicate.thing or _thing_of(predicate, things, sentence)
            if predicate.weak and thing is None:
                continue
            if predicate.adjacent and thing and thing.span.last + 1 != predicate.span.first:
                continue
            if thing is not None and thing.name == "minor_function":
                # A flaw in something that one can do without costs next to nothing.
                if predicate.impact == "degraded" or predicate.weak:
                    predicate.impact = "inconvenience"
            elif thing is not None and predicate.weak and predicate.impact == "inconvenience":
                predicate.impact = "degraded"
            found.append(
                Problem(
                    predicate.impact, predicate.span, sentence.number, thing or near, predicate.weak
                )
            )
        standing = [
            thing
            for thing, said, _ in things
            if not said.void and not said.hit.quoted and not thing.generic
        ]
        if standing:
            near = max(standing, key=_importance)
    return found


def _join(*hits: Hit) -> Span:
    return Span(min(hit.first for hit in hits), max(hit.last for hit in hits))


def _framed(sentence: Sentence, frames: tuple[Frame, ...]) -> list[Predicate]:
    return [
        Predicate(str(frame.value), Span(whole.hit.first, whole.hit.last), whole.clause)
        for frame, whole in follow_frames(sentence, frames)
        if frame.fact == "functional_impact" and whole.stands
    ]


def _predicates(clause: list[Said], framed: list[Predicate]) -> list[Predicate]:
    found = [predicate for predicate in framed if predicate.clause == clause[0].clause]
    if found:
        # "Most requests fail" says what it says, and not "requests fail" as well.
        return found
    hardly = next((said for said in clause if said.cue("hardly") and not said.void), None)
    for number, said in enumerate(clause):
        if said.void or said.hit.quoted:
            continue
        found.extend(_stated(said))
        if _PREDICATIVE.isdisjoint(said.hit.phrase.cues):
            continue
        negation = said.negation
        if (said.cue("works") or said.cue("runs")) and _denies(negation):
            span = _join(said.hit, negation) if negation else Span(said.hit.first, said.hit.last)
            found.append(Predicate("unavailable", span, said.clause))
        elif hardly is not None and any(map(said.cue, ("works", "runs", "ability"))):
            found.append(Predicate("severely_degraded", _join(said.hit, hardly.hit), said.clause))
        elif said.cue("cannot") or (
            said.cue("ability") and (_denies(negation) or said.cue("negation"))
        ):
            done = _deed(clause, number)
            if done is not None:
                parts = [said.hit, done.hit] + ([said.negation] if said.negation else [])
                thing = _verb_thing(done)
                found.append(Predicate("unavailable", _join(*parts), said.clause, thing))
    return _modified(found, clause)


def _denies(negation: Hit | None) -> bool:
    """Whether it says that something is not so; "instead of loading" only leaves it out."""
    return negation is not None and not negation.cue("exclusion")


def _stated(said: Said) -> list[Predicate]:
    if said.negation is not None or not said.hit.phrase.impacts:
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
        if said.hit.first - other.hit.last <= 3 and _is_deed(other):
            return other
    return None


def _is_deed(said: Said) -> bool:
    return any(said.cue(cue) for cue in ("act", "works", "runs")) or _verb_thing(said) is not None


def _verb_thing(said: Said) -> Thing | None:
    for meaning in said.hit.phrase.things:
        if meaning.value == "verb":
            return Thing(meaning.name, Span(said.hit.first, said.hit.last))
    return None


def _modified(found: list[Predicate], clause: list[Said]) -> list[Predicate]:
    """Let "sometimes" and "partly" soften what the clause says."""
    for said in clause if found else ():
        if not said.stands:
            continue
        for predicate in found:
            if said.cue("intermittent"):
                if IMPACTS.index(predicate.impact) > IMPACTS.index("intermittent"):
                    predicate.impact = "intermittent"
            elif said.cue("partly") and predicate.impact == "unavailable":
                predicate.impact = "degraded"
    return found


_Placed = tuple[Thing, Said, bool]


def _things(sentence: Sentence, words: list[str], prepositions: frozenset[str]) -> list[_Placed]:
    """The things of a sentence, each with whether a preposition governs it."""
    found: list[_Placed] = []
    for said in sentence.said:
        if not said.hit.phrase.things:
            continue
        nouns = [meaning for meaning in said.hit.phrase.things if meaning.value != "verb"]
        if len({meaning.name for meaning in nouns}) > 1:
            nouns = [UNCLEAR]
        for meaning in nouns:
            if said.hit.quoted and meaning.name == "whole_service":
                continue  # the name of a command, more often than not
            before = words[max(sentence.first, said.hit.first - 3) : said.hit.first]
            governed = any(word in prepositions for word in before)
            if found and found[-1][1].hit.last + 1 == said.hit.first:
                governed = found.pop()[2]  # a compound: the last noun is its head
            span = Span(said.hit.first, said.hit.last)
            found.append((Thing(meaning.name, span, meaning.value == "generic"), said, governed))
    return found


def _thing_of(predicate: Predicate, things: list[_Placed], sentence: Sentence) -> Thing | None:
    same = [entry for entry in things if entry[1].clause == predicate.clause]
    well = {
        said.clause
        for _, said, _ in things
        for other in sentence.said
        if other.clause == said.clause and other.stands
        if other.cue("works") or other.cue("fine")
    }
    others = [entry for entry in things if entry[1].clause not in well]
    for group in (same, others):
        before = [entry for entry in group if entry[0].span.last <= predicate.span.first]
        after = [entry for entry in group if entry[0].span.first >= predicate.span.first]
        for side in (before, after):
            free = [thing for thing, _, governed in side if not governed]
            chosen = free or [thing for thing, _, _ in side if _may_be_governed(thing)]
            if chosen:
                return max(chosen, key=_importance)
    return None


def _may_be_governed(thing: Thing) -> bool:
    # In "the widget in our test environment" neither the environment nor a tablet is what is hit.
    return thing.name not in SUBJECTS and thing.name != "whole_service"


def _importance(thing: Thing) -> int:
    # A subject that is no function (an invoice, a tablet) is what the sentence is about.
    # A generic word ("site", "system") gives way to any other.
    return 9 if thing.name in SUBJECTS else 0 if thing.generic else _WEIGHT[thing.name]
