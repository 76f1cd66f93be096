"""The problems of a ticket: the worst one decides, and what it hits."""

from __future__ import annotations

import math
from dataclasses import replace

from adjudge.evidence.draft import GREAT, Draft, distinct, quote
from adjudge.evidence.problems import Problem
from adjudge.evidence.reading import Reading
from adjudge.evidence.result import Evidence
from adjudge.evidence.scan import Span
from adjudge.evidence.severity import Found, contradicting, more_exactly
from adjudge.evidence.statements import Statement
from adjudge.model.lexicon import RANKS, TROUBLE

_TOPICS = frozenset(("degraded", "slow", "inconvenience"))

_QUALIFIED = frozenset(("intermittent", "slow", "severely_degraded", "degraded"))


def settle_problems(draft: Draft) -> None:
    """Choose the worst problem; list the others."""
    found = [(draft.body, problem) for problem in draft.body.problems]
    if draft.over() is None and not (draft.body.corrects and found):
        found = [(draft.subject, problem) for problem in _headings(draft)] + found
    well = [entry for entry in found if entry[1].impact == "none"]
    found = [entry for entry in found if entry[1].impact != "none"]
    wishes = _wishes(draft)
    if wishes:
        # "It would help to sort by latency" names trouble words without any trouble.
        found = [
            (reading, one)
            for reading, one in found
            if not one.weak
            and (
                one.span.first < wishes.get((id(reading), one.sentence), math.inf)
                or _stands_apart(reading, one, wishes[id(reading), one.sentence])
            )
        ]
    if not draft.body.problems and _mere_asking(draft):
        # "Stale nodes", and then only how to get rid of them: a topic, and no complaint.
        found = [entry for entry in found if not (entry[1].weak and entry[1].impact in _TOPICS)]
    if _only_in_the_way(draft, found):
        found = []
    unlabelled = [entry for entry in found if not _is_label(draft, *entry)]
    found = unlabelled or found
    if not found:
        _well(draft, well)
        return
    draft.worst = max(found, key=lambda entry: _badness(entry, draft.body))
    looks = _said_to_be_looks(draft.worst, found)
    draft.worst = looks or draft.worst
    doubts = []
    exact = more_exactly(draft.worst, found)
    if looks is not None:
        pass  # what the text itself calls a trifle is no contradiction
    elif exact is not None:
        told = draft.worst[1].thing if exact[0] is draft.worst[0] else None
        draft.worst = exact[0], replace(exact[1], thing=exact[1].thing or told)
    else:
        doubts = contradicting(draft.worst, found)
    pieces = [
        reading.passage.evidence("functional_impact", problem.impact, problem.span)
        for reading, problem in (draft.worst, *doubts)
    ]
    if doubts:
        draft.conflicts["functional_impact"] = tuple(distinct(pieces))
    else:
        draft.facts["functional_impact"] = pieces[0]
    _function(draft, *draft.worst)
    _others(draft, found)


def _is_label(draft: Draft, reading: Reading, problem: Problem) -> bool:
    """Whether a sentence is nothing but the word for a trouble: "OUTAGE!!" labels what follows.

    All that a body says is no label.
    """
    if reading is draft.body and len(reading.passage.numbered) == 1:
        return False
    sentence = reading.passage.numbered.get(problem.sentence)
    return (
        sentence is not None
        and problem.thing is None
        and problem.span.first == sentence.first
        and problem.span.last >= sentence.last - 1
        and not any(said.negation is not None for said in sentence.said)  # "can not be opened"
    )


def _only_in_the_way(draft: Draft, found: list[Found]) -> bool:
    """Whether the troubles are what came of trying what the body asks about first.

    "How do I clone it? I found Clone, and it does not offer a region." Nothing that is told
    firmly or hits much is explained away so.
    """
    asked = next((asked for asked in draft.body.asked if asked.kind == "how_to"), None)
    if asked is None or any(one.kind == TROUBLE for one in draft.body.asked):
        return False
    return all(
        reading is draft.body
        and problem.sentence >= asked.sentence
        and (problem.faint or problem.weak)
        and (problem.thing is None or problem.thing.name not in GREAT)
        and not reading.passage.numbered[problem.sentence].says("presupposes")
        for reading, problem in found
    )


def _mere_asking(draft: Draft) -> bool:
    """Whether the body asks for something, and shows no trouble."""
    kinds = {asked.kind for asked in draft.body.asked}
    return bool(kinds) and TROUBLE not in kinds and not draft.body.signs


def _headings(draft: Draft) -> list[Problem]:
    """The subject's problems, without those of which the body says more exactly how bad."""
    told = {
        problem.thing.name: problem.weak
        for weak in (True, False)
        for problem in draft.body.problems
        if problem.thing is not None and problem.impact in _QUALIFIED and problem.weak is weak
    }
    return [
        problem
        for problem in draft.subject.problems
        if problem.thing is None
        or problem.thing.name not in told
        or (told[problem.thing.name] and not problem.weak)  # "won't start", then "limps along"
    ]


def _well(draft: Draft, said: list[Found]) -> None:
    """Nothing is wrong (any more), where the text says so."""
    if said:
        reading, problem = said[0]
        span = problem.span
    else:
        over = draft.over()
        if over is None:
            return
        reading, span = over
    draft.settle("functional_impact", "none", reading, span)


def _function(draft: Draft, reading: Reading, problem: Problem) -> None:
    """Settle what is hit: what the text itself calls it, the problem's thing, the subject's."""
    others = _with_others(draft) - {(id(reading), problem.sentence)}
    stated = [
        (source, verdict)
        for source, verdict in draft.stated("affected_function")
        if (id(source), verdict.sentence) not in others
        and not (source is reading and _announces(source, verdict, problem))
    ]
    if stated:
        own = {problem.thing.name} if problem.thing is not None else set()
        values = {statement.value for _, statement in stated}
        # "A small thing" about what carries all the others is a contradiction.
        if len(values) == 1 and not (values == {"minor_function"} and own & GREAT):
            draft.facts["affected_function"] = quote(*stated[0])
            if values == {"minor_function"} and problem.impact == "degraded":
                _belittle(draft, *stated[0])
        return
    if problem.impact == "inconvenience":
        # Only looks: whatever it is on, what is hit is small, unless it carries all else.
        if problem.thing is None or problem.thing.name not in GREAT:
            draft.settle("affected_function", "minor_function", reading, problem.span)
        return
    if problem.thing is not None:
        if _is_of_heading(draft, reading, problem):
            _only_named(draft)
            return
        whole = _whole_down(draft, problem)
        if whole is not None:
            draft.settle("affected_function", "whole_service", *whole)
        elif problem.thing.name in RANKS:
            draft.settle("affected_function", problem.thing.name, reading, problem.thing.span)
        return
    _only_named(draft)


def _belittle(draft: Draft, source: Reading, verdict: Statement) -> None:
    """What answers wrongly and is called a trifle is one."""
    assert draft.worst is not None
    reading, problem = draft.worst
    draft.worst = reading, replace(problem, impact="inconvenience")
    if "functional_impact" in draft.facts:
        draft.settle("functional_impact", "inconvenience", source, verdict.span)


def _announces(source: Reading, verdict: Statement, problem: Problem) -> bool:
    """Whether a verdict is on what is written: "one small thing: the database is down", "a small
    thing, but the database is down".
    """
    if verdict.sentence != problem.sentence:
        return False
    following = verdict.span.last + 1
    words = source.passage.tokens.words
    if following < len(words) and words[following] == ":":
        return True
    return any(
        said.cue("contrast") and verdict.span.last < said.hit.first <= problem.span.first
        for said in source.passage.numbered[verdict.sentence].said
    )


def _with_others(draft: Draft) -> set[tuple[int, int]]:
    """The sentences, each with its field, in which a verdict ("a small thing") is about what is
    told there: another problem, or something small. "The logo is off, a trifle. Worse: ..."
    """
    told = {
        (id(source), problem.sentence)
        for source in (draft.body, draft.subject)
        for problem in source.problems
        if problem.impact != "inconvenience"
    }
    assert draft.worst is not None
    hit = draft.worst[1].thing
    if hit is None or hit.name == "minor_function":
        return told
    small = {
        (id(source), sentence.number)
        for source in (draft.body, draft.subject)
        for thing in source.things
        if thing.name == "minor_function"
        and (sentence := source.passage.sentence_at(thing.span.first)) is not None
    }
    return told | small


def _is_of_heading(draft: Draft, reading: Reading, problem: Problem) -> bool:
    """Whether the subject is about a part, and the body's words name what that part is about.

    "Recordings of Monday // 900 calls are gone": the recordings are.
    """
    assert problem.thing is not None
    names = {thing.name for thing in draft.subject.things if not thing.generic}
    return (
        reading is draft.body
        and problem.thing.name == "critical_function"
        and names == {"important_function"}
        and any(thing.name == "important_function" for thing in draft.body.things)
    )


def _only_named(draft: Draft) -> None:
    """Where the problem names nothing: what the subject does, if that is of one rank."""
    telling = [thing for thing in draft.subject.things if thing.name in RANKS and not thing.generic]
    if len({thing.name for thing in telling}) == 1:
        draft.settle("affected_function", telling[0].name, draft.subject, telling[0].span)


def _whole_down(draft: Draft, worst: Problem) -> tuple[Reading, Span] | None:
    """Where a site is said to be down as a whole as well: then the part is only the cause."""
    if worst.thing is None or worst.thing.name != "critical_function":
        return None
    # What the body corrects is not what the subject says.
    for reading in (draft.body,) if draft.body.corrects else (draft.body, draft.subject):
        for problem in reading.problems:
            thing = problem.thing
            if (
                problem.impact == worst.impact
                and thing is not None
                and thing.name == "whole_service"
            ):
                return reading, thing.span
    return None


def _others(draft: Draft, found: list[Found]) -> None:
    """List the problems that are another than the worst: another thing and impact."""
    assert draft.worst is not None
    seen = {_key(draft.worst[1])}
    for reading, problem in found:
        if _key(problem) not in seen and problem.thing is not None:
            seen.add(_key(problem))
            draft.also.append(
                reading.passage.evidence("functional_impact", problem.impact, problem.span)
            )
            if problem.thing.name in RANKS:
                draft.also.append(
                    reading.passage.evidence(
                        "affected_function", problem.thing.name, problem.thing.span
                    )
                )


def settle_lost_data(draft: Draft) -> None:
    """Where records are gone, "missing" and "gone" speak of data, and not of a function."""
    lost = draft.facts.get("data_impact")
    request = draft.facts.get("request_type")
    if request is not None and request.value == "defect":
        return  # it is wrong, and there
    failed = draft.facts.get("functional_impact")
    if draft.worst is None or lost is None or failed is None:
        return
    if lost.value == "minor":
        if failed.value == "unavailable" and _overlap(lost, failed):
            del draft.facts["functional_impact"]
    elif lost.value == "major" and (
        draft.worst[1].weak or _overlap(lost, failed) or _only_lost(draft)
    ):
        del draft.facts["functional_impact"]


def _only_lost(draft: Draft) -> bool:
    """Whether the worst problem stands where the loss is told, and hits nothing great."""
    assert draft.worst is not None
    reading, problem = draft.worst
    if problem.thing is not None and problem.thing.name in GREAT:
        return False
    return reading is draft.subject or any(
        statement.fact == "data_impact" and statement.sentence == problem.sentence
        for statement in reading.statements
    )


def _said_to_be_looks(worst: Found, found: list[Found]) -> Found | None:
    """The verdict "only looks" or "a nuisance" about a flaw that was named just before."""
    reading, problem = worst
    flaw = problem.weak and problem.impact == "degraded"
    trifle = problem.thing is not None and problem.thing.name == "minor_function"
    if not flaw and not (trifle and problem.impact == "unavailable"):
        return None
    for other, verdict in found:
        near = other is not reading or abs(verdict.sentence - problem.sentence) <= 1
        if near and verdict.impact == "inconvenience" and not verdict.weak:
            return other, verdict
    return None


def _badness(found: Found, body: Reading) -> tuple[float, bool, bool]:
    """By what the worst problem is chosen; of two that weigh the same, what says of what it is."""
    reading, problem = found
    return problem.weight, reading is body, problem.thing is not None


def _wishes(draft: Draft) -> dict[tuple[int, int], int]:
    """By field and sentence where a wish begins: "it would be great if nobody could deploy"."""
    found: dict[tuple[int, int], int] = {}
    for reading in (draft.subject, draft.body):
        for one in reading.statements:
            if one.value == "feature_request":
                place = id(reading), one.sentence
                found[place] = min(one.span.first, found.get(place, one.span.first))
    return found


def _stands_apart(reading: Reading, problem: Problem, wish: int) -> bool:
    """Whether a problem is told in another part than the wish: "... would help us, it is dead"."""
    said = reading.passage.numbered[problem.sentence].said
    parts = {
        one.segment
        for one in said
        if one.hit.first <= wish <= one.hit.last or one.hit.first == wish
    }
    own = {one.segment for one in said if problem.span.first <= one.hit.first <= problem.span.last}
    return problem.thing is not None and bool(parts) and parts.isdisjoint(own)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _key(problem: Problem) -> tuple[str, str]:
    return problem.impact, problem.thing.name if problem.thing is not None else ""
