"""The facts that phrases state: beside a problem before elsewhere, the body before the subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adjudge.evidence.draft import WITHOUT_TROUBLE, Draft, distinct, quote
from adjudge.evidence.overlaps import Entry, Overlaps
from adjudge.evidence.result import Evidence
from adjudge.evidence.statements import Statement

_ORDERED = frozenset(
    [
        "environment",
        "users_affected",
        "data_impact",
        "business_impact",
        "workaround",
        "development_workflow",
    ]
)

_TAKEN_BACK_BY = {
    "in_use": ("available", "none"), "available": ("none",), "unacceptable": ("none",),
    "blocked": ("impaired",), "significant": ("critical",), "major": ("none",),
    "minor": ("none", "major"), "confirmed": ("suspected",),
}  # fmt: skip

_HARM = ("development_workflow", "data_impact", "business_impact", "security_impact")


def settle_statements(draft: Draft) -> None:
    """Settle the facts that phrases state."""
    names = dict.fromkeys(
        statement.fact
        for reading in (draft.subject, draft.body)
        for statement in reading.statements
        if statement.fact not in ("request_type", "affected_function")
    )
    for name in names:
        _settle(draft, name)


def _settle(draft: Draft, name: str) -> None:
    """Settle one fact: beside a problem before elsewhere, the body before the subject."""
    found = draft.stated(name)
    if name == "workaround":
        found = _as_lived_with(_unpossible(_about_one(found)))
        if not found:
            return
    elif name != "technology":
        found = _leftmost(found)
    if name == "development_workflow":
        found = _hampered(found)
    found = [entry for entry in found if not entry[1].hint] or found
    if draft.body.corrects and name in _ORDERED:
        # "Test system down // Sorry, I meant the live system. It does not answer."
        corrected = [entry for entry in found if entry[0] is draft.body]
        found = corrected if len({one.value for _, one in corrected}) == 1 else found
    if name == "environment":
        beside = [entry for entry in found if entry[1].beside_problem]
        found = _of_the_worse(draft, beside or found)
        if not found:
            return
    if name == "users_affected":
        found = _of_how_many(found)
    if name in _HARM:
        found = _worst(_unpossible(found))
    if name == "technology":
        _technology(draft, found)
        return
    own = [entry for entry in found if entry[0] is draft.body]
    if own and len({entry[1].value for entry in own}) == 1 and name in _ORDERED:
        found = own
    values = {statement.value for _, statement in found}
    evidence = [quote(reading, statement) for reading, statement in found]
    if len(values) == 1:
        draft.facts[name] = evidence[0]
    else:
        draft.conflicts[name] = tuple(distinct(evidence))


def _of_the_worse(draft: Draft, found: list[Entry]) -> list[Entry]:
    """Where two places have a problem each, keep that of the worse: "slow on staging, dead live".

    A place that is only named ("production has it, too") may have the worse one as well.
    """
    if draft.worst is None:
        return found
    reading, worst = draft.worst
    own = [entry for entry in found if entry[0] is reading and entry[1].sentence == worst.sentence]
    milder = {
        problem.sentence
        for problem in reading.problems
        if problem.sentence != worst.sentence and problem.impact in _MILDER
    }
    others = [entry for entry in found if entry not in own]
    if not all(source is reading and one.sentence in milder for source, one in others):
        return found
    if own:
        return own
    # "Staging is slow. What can't wait is production, it is down": whatever is said of it there.
    values = {one.value for _, one in found}
    sentence = reading.passage.numbered.get(worst.sentence)
    another = sentence is not None and any(
        fact.name == "environment" and fact.value not in values
        for said in sentence.said
        for fact in said.hit.phrase.facts
    )
    return [] if another else found


_MILDER = ("slow", "intermittent", "inconvenience")


def _of_how_many(found: list[Entry]) -> list[Entry]:
    """Prefer what tells how large a part is hit to a mere number: "all stores", "112 stores"."""
    told = any(not one.bare and one.value in ("all", "many") for _, one in found)
    return [entry for entry in found if not (told and entry[1].bare)]


def _leftmost(found: list[Entry]) -> list[Entry]:
    """Of statements whose words overlap keep the one that begins first, or else the longer:
    "unrelated to | your maintenance", "pre-|production| compiler".
    """
    if len(found) < 2:
        return found
    overlaps = Overlaps(found)
    return [
        (reading, one)
        for reading, one in found
        if not any(
            before.value != one.value
            and before.span.first <= one.span.first
            and (before.span.first < one.span.first or one.span.last < before.span.last)
            for before in overlaps.around((reading, one))
        )
    ]


def _technology(draft: Draft, found: list[Entry]) -> None:
    names = frozenset(
        word
        for _, statement in found
        if isinstance(statement.value, frozenset)
        for word in statement.value
    )
    reading, statement = found[0]
    near = draft.worst is not None and any(
        one is draft.subject
        or (one is draft.worst[0] and abs(told.sentence - draft.worst[1].sentence) <= 1)
        for one, told in found
    )
    if not statement.hint or (near and len(names) == 1):
        draft.settle("technology", names, reading, statement.span)


def settle_detours(draft: Draft) -> None:
    """Builds are not blocked where they can be done in another way, or where some succeed."""
    done = draft.facts.get("workaround")
    blocked = draft.facts.get("development_workflow")
    if blocked is None or blocked.value != "blocked":
        return
    failed = draft.facts.get("functional_impact")
    in_part = failed is not None and failed.value == "degraded" and _overlap(failed, blocked)
    hit = draft.facts.get("users_affected")
    # "Half of the team cannot deploy": the others can.
    few = hit is not None and hit.value != "all" and _overlap(hit, blocked)
    if few or in_part or (done is not None and done.value in ("in_use", "available")):
        draft.facts["development_workflow"] = replace(blocked, value="impaired")


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def settle_place(draft: Draft) -> None:
    """Keep what only trouble has where something fails: a wish and a question are no trouble."""
    request = draft.facts.get("request_type")
    if request is None or request.value in ("incident", "defect"):
        return
    for name in _OF_TROUBLE:
        told = draft.facts.get(name)
        if told is not None and told.value not in WITHOUT_TROUBLE:
            del draft.facts[name]


_OF_TROUBLE = (
    "technology", "data_impact", "business_impact", "workaround", "development_workflow",
)  # fmt: skip


_CALM = frozenset(
    ("how_to", "configuration", "information", "feature_request", "documentation", "training")
)
"""Requests beside which that all is well says that nothing is wrong."""


def settle_well(draft: Draft) -> None:
    """Settle that nothing is wrong, where a ticket asks for something and tells of no trouble."""
    name = "functional_impact"
    request = draft.facts.get("request_type")
    if request is None or request.value not in _CALM or draft.worst is not None:
        return
    if name in draft.facts or name in draft.conflicts:
        return
    if any(reading.signs for reading in (draft.body, draft.subject)):
        return
    for reading in (draft.body, draft.subject):
        if reading.well is not None:
            draft.settle(name, "none", reading, reading.well)
            return


def _hampered(found: list[Entry]) -> list[Entry]:
    """Where some builds fail, that others run as usual only says that not all of them do."""
    failing = [entry for entry in found if entry[1].hint]
    well = any(entry[1].value == "unaffected" for entry in found)
    if not failing or not well:
        return found
    return [
        (reading, replace(one, value="impaired"))
        for reading, one in found
        if one.value != "unaffected"
    ]


def _unpossible(
    found: list[Entry],
) -> list[Entry]:
    """Leave out what the same words take back: "no other system we | could use instead" is none,
    and what "could be used" is not used.
    """
    if len(found) < 2:
        return found
    overlaps = Overlaps(found)
    found = [entry for entry in found if not _refused(entry[1], overlaps.around(entry))]
    overlaps = Overlaps(found)
    return [
        entry
        for entry in found
        if not any(
            said.value in _TAKEN_BACK_BY.get(str(entry[1].value), ())
            for said in overlaps.around(entry, reach=1)
        )
    ]


def _worst(found: list[Entry]) -> list[Entry]:
    """Of harm that is told twice keep the worse: complaints, and then lost sales."""
    values = {statement.value for _, statement in found}
    for worse, lesser in _WORSE.items():
        if worse in values:
            found = [entry for entry in found if entry[1].value != lesser]
    return found


_WORSE = {
    "critical": "significant",
    "major": "minor",
    "minor": "none",  # "late, and none of it lost" is late
    "confirmed": "suspected",
}


def _refused(statement: Statement, around: Iterable[Statement]) -> bool:
    """Whether "none" is only the denial inside a refusal: "nothing | we can live with"."""
    return statement.value == "none" and any(
        said.value == "unacceptable"
        and said.span.first <= statement.span.first
        and statement.span.last <= said.span.last
        for said in around
    )


def _about_one(found: list[Entry]) -> list[Entry]:
    """Take a mere judgement ("untenable") for one of a workaround only where one is told."""
    told = any(statement.value in ("in_use", "available") for _, statement in found)
    return [
        (reading, replace(one, hint=one.hint and one.value != "unacceptable"))
        for reading, one in found
        if told or not one.hint or one.value != "unacceptable"
    ]


def _as_lived_with(
    found: list[Entry],
) -> list[Entry]:
    """What is used is there as well, and what is refused is there and perhaps used."""
    values = {statement.value for _, statement in found}
    for value in ("unacceptable", "in_use"):
        if value in values and "none" not in values:
            return [entry for entry in found if entry[1].value == value]
    return found
