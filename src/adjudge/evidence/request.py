"""What kind of request a ticket is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from adjudge.evidence.draft import WITHOUT_TROUBLE, Draft, quote
from adjudge.evidence.overlaps import Entry
from adjudge.evidence.problems import Problem
from adjudge.evidence.reading import Reading
from adjudge.evidence.result import Evidence
from adjudge.evidence.scope import Sentence
from adjudge.evidence.statements import Statement
from adjudge.evidence.things import Thing
from adjudge.model.lexicon import RANKS, SUBJECTS, TROUBLE

_REQUEST_ORDER = (
    "feature_request", "billing", "training", "documentation", "account_access", "device",
    "configuration", "how_to", "information", "defect", "incident",
)  # fmt: skip
"""Where a ticket without a problem asks for several things, the first of these it is about."""
_TROUBLED = frozenset(
    ("data_impact", "business_impact", "workaround", "development_workflow", "security_impact")
)
"""Facts that speak of trouble, even where the trouble itself was not understood."""

_UNHIT = frozenset(_REQUEST_ORDER) - {"account_access", "device", "defect", "incident"}

_FAILURES = {
    "security_impact": ("confirmed", "suspected"),
    "data_impact": ("major", "minor"),
    "business_impact": ("critical", "significant"),
    "development_workflow": ("blocked", "impaired"),
    "workaround": ("in_use", "none", "unacceptable"),
}
"""Facts that are incidents themselves. Figures that are wrong are told as a defect's work."""

_OVER = ("defect", "incident")
"""What is told no more where all works again."""

_COUNTED = ("users_affected", "users_affected_percent", "caused_by")

_OWN_MATTERS = frozenset(("documentation", "device", "account_access"))
"""Requests in which words such as "missing" and "broken" speak of a page, a tablet, a password."""

_ASIDES = frozenset(("documentation", "configuration", "billing", "device"))
"""What is only mentioned beside a question how something is done."""

_TOLD_TOO = frozenset(("configuration", "how_to", "information"))


def settle_request(draft: Draft) -> None:
    """Settle what kind of request it is."""
    stated = draft.stated("request_type")
    if draft.over() is not None:
        stated = [entry for entry in stated if entry[1].value not in _OVER]
    own = _own_matter(draft, stated)
    if own is not None:
        draft.facts.pop("functional_impact", None)
        draft.facts.pop("affected_function", None)
        draft.facts["request_type"] = own
        return
    if draft.worst is not None:
        told = _trouble(draft, *draft.worst, stated)
        if told is not None:
            draft.facts["request_type"] = told
        else:
            _of_other_facts(draft)
        return
    # Words that may also tell of something ("set up for us") are a request in a question alone.
    told_too = _TOLD_TOO if _troubled(draft) else frozenset()
    # "How do I ...? A link to the docs would do." But "Where are the docs?" asks for them.
    # "We need more space. Where do we set it?" does not ask to have it set.
    asides = _ASIDES if _asks_how(draft) else frozenset()
    stated = _unless_asked(draft, stated, told_too | asides)
    stated = _of_body(draft, stated)
    well = draft.facts.get("functional_impact")
    if well is not None and well.value == "none":
        # "Problems with the export | have we not" (German order): they are denied behind them.
        stated = [entry for entry in stated if entry[1].value != "incident"]
    if _is_told_of_harm(draft, stated):
        stated = []  # "for your information: all recordings have been deleted"
    for kind in _REQUEST_ORDER:
        for reading, statement in stated:
            if statement.value == kind:
                draft.facts["request_type"] = quote(reading, statement)
                _uncount(draft, kind)
                same = [one for source, one in stated if source is reading and one.value == kind]
                if kind == "defect":
                    _wrong(draft, reading, same)
                elif kind == "incident":
                    _troublesome(draft, reading, same)
                return
    over = draft.over()
    if over is not None:
        reading, span = over
        draft.settle("request_type", "information", reading, span)
        return
    _of_other_facts(draft)
    if "request_type" not in draft.facts:
        _asked(draft)
    if "request_type" not in draft.facts:
        _asserted(draft)


def settle_person(draft: Draft) -> None:
    """Count one where the account is that of one other person: "she does not see the team"."""
    request = draft.facts.get("request_type")
    name = "users_affected"
    if request is None or request.value != "account_access" or draft.stated(name):
        return
    for reading in (draft.body, draft.subject):
        if reading.somebody is not None:
            draft.settle(name, "single", reading, reading.somebody)
            return


def _of_body(draft: Draft, stated: list[Entry]) -> list[Entry]:
    """Leave out a wish that only the heading names, where the body asks for something else.

    "A wish // Could you raise the limit?" is no new feature.
    """
    if not any(one.kind == "configuration" for one in draft.body.asked):
        return stated
    return [
        entry for entry in stated if entry[1].value != "feature_request" or entry[0] is draft.body
    ]


def _asserted(draft: Draft) -> None:
    """Take what a ticket only says that the product does for a complaint about it.

    Where its words fail or deny something, it is an incident, and how hard it hits stays open.
    """
    readings = (draft.body, draft.subject)
    asks = any(one.kind != TROUBLE for reading in readings for one in reading.asked)
    if asks or any(reading.loosely for reading in readings):
        return
    if "functional_impact" in draft.facts or "functional_impact" in draft.conflicts:
        return
    found = next(((reading, one) for reading in readings for one in reading.asserted), None)
    if found is None:
        return
    reading, one = found
    if one.failing or not _troubled(draft):
        kind = "incident" if one.failing else "defect"
        draft.settle("request_type", kind, reading, one.span)
    if "affected_function" not in draft.facts:
        draft.settle("affected_function", one.thing.name, reading, one.thing.span)
    if not one.failing:
        small = one.thing.name == "minor_function"
        impact = "inconvenience" if small else "degraded"
        draft.settle("functional_impact", impact, reading, one.span)


def _of_other_facts(draft: Draft) -> None:
    """What is stolen, gone or keeps from working is an incident; that all is well is news."""
    for name, values in _FAILURES.items():
        told = draft.facts.get(name)
        if name == "workaround" and any(asked.kind != TROUBLE for asked in draft.body.asked):
            continue  # "could you raise the limit? For now we get by"
        if told is not None and told.value in values:
            draft.facts["request_type"] = replace(told, fact="request_type", value="incident")
            if (name, told.value) == ("data_impact", "minor"):
                reading, statement = draft.stated(name)[0]
                if not _is_failing(reading, statement.sentence):
                    # It is there, and wrong; else a part of it is missing, or late.
                    draft.facts["request_type"] = replace(
                        draft.facts["request_type"], value="defect"
                    )
                _wrong(draft, reading, [statement])
            if name == "data_impact":
                _hit_by_loss(draft)
            return
    well = draft.facts.get("functional_impact")
    if well is not None and well.value == "none" and not (draft.body.asked or draft.subject.asked):
        draft.facts["request_type"] = replace(well, fact="request_type", value="information")


def _is_told_of_harm(draft: Draft, stated: list[Entry]) -> bool:
    """Whether what is called news is that data are lost, or that somebody has broken in."""
    harmed = any(
        name in draft.facts and draft.facts[name].value == value
        for name, value in (("data_impact", "major"), ("security_impact", "confirmed"))
    )
    asks = any(
        sentence.question
        for reading in (draft.subject, draft.body)
        for sentence in reading.passage.sentences
    )
    return harmed and not asks and {one.value for _, one in stated} == {"information"}


def _is_failing(reading: Reading, number: int) -> bool:
    """Whether a sentence has words of trouble, or denies something."""
    sentence = reading.passage.numbered.get(number)
    return sentence is not None and any(
        said.cue("negation") or said.cue("cannot") or bool(said.hit.phrase.impacts)
        for said in sentence.said
    )


def _wrong(draft: Draft, reading: Reading, stated: list[Statement]) -> None:
    """What answers wrongly is degraded, though no words say how hard it is hit."""
    name = "functional_impact"
    told = _told(reading, stated)
    if name in draft.facts or name in draft.conflicts or not told or told[0][1].question:
        return
    draft.settle(name, "degraded", reading, told[0][0].span)
    _hit_in(draft, [(reading, sentence) for _, sentence in told])
    if name in draft.facts and _is_small(draft):
        draft.facts[name] = replace(draft.facts[name], value="inconvenience")


def _hit_by_loss(draft: Draft) -> None:
    """Where data is gone, what it was part of is hit, or else what the text speaks of."""
    stated = draft.stated("data_impact")
    near = [
        (reading, sentence)
        for reading in (draft.body, draft.subject)
        for _, sentence in _told(reading, [one for source, one in stated if source is reading])
    ]
    _hit_in(draft, near)
    _hit_in(draft, [(draft.body, one) for one in draft.body.passage.numbered.values()])


def _told(reading: Reading, stated: list[Statement]) -> list[tuple[Statement, Sentence]]:
    """The sentences that state something, each once, with the first statement in it."""
    found = reading.passage.numbered
    first: dict[int, Statement] = {}
    for one in stated:
        first.setdefault(one.sentence, one)
    return [(one, found[number]) for number, one in first.items() if number in found]


def _hit_in(draft: Draft, sentences: list[tuple[Reading, Sentence]]) -> None:
    """Take what some sentences name for what is hit, or else what the subject does."""
    if "affected_function" in draft.facts:
        return
    near = [(reading, thing) for reading, one in sentences for thing in _things_in(one, reading)]
    for source, thing in near + [(draft.subject, thing) for thing in draft.subject.things]:
        if thing.name in RANKS and not thing.generic:
            draft.settle("affected_function", thing.name, source, thing.span)
            return


def _troublesome(draft: Draft, reading: Reading, stated: list[Statement]) -> None:
    """Where there is trouble with something, that is what is hit; how hard stays open."""
    if "affected_function" in draft.facts:
        return
    near = [thing for _, one in _told(reading, stated) for thing in _things_in(one, reading)]
    ranked = [thing for thing in near if thing.name in RANKS]
    for thing in [one for one in ranked if not one.generic] or ranked:
        draft.settle("affected_function", thing.name, reading, thing.span)
        return


def _things_in(sentence: Sentence, reading: Reading) -> list[Thing]:
    """What a sentence names; the things of a reading are in order."""
    first = bisect_left(reading.things, sentence.first, key=_place)
    return reading.things[first : bisect_right(reading.things, sentence.last, key=_place)]


def _place(thing: Thing) -> int:
    return thing.span.first


def _is_small(draft: Draft) -> bool:
    """Whether what is hit is a thing that one can do without."""
    hit = draft.facts.get("affected_function")
    return hit is not None and hit.value == "minor_function"


def _asked(draft: Draft) -> None:
    """Take a ticket without trouble by how its questions begin."""
    if _troubled(draft, _TROUBLED - {"workaround"}):
        return  # a way round by itself is none: one gets by until the limit is raised
    asked = [(reading, one) for reading in (draft.body, draft.subject) for one in reading.asked]
    if any(one.kind == TROUBLE for _, one in asked):
        return
    # What the body asks for outranks how its heading puts it: "Change the tone", "how do I ...?"
    asked = [entry for entry in asked if entry[0] is draft.body] or asked
    asked = asked or [(draft.body, one) for one in draft.body.loosely]
    for kind in _REQUEST_ORDER:
        for reading, one in asked:
            if one.kind == kind:
                draft.settle("request_type", kind, reading, one.span)
                _uncount(draft, kind)
                return


def _uncount(draft: Draft, kind: str) -> None:
    """Without a problem, "a course for three stores" counts nobody who is hit.

    Nor did anybody cause what is no problem.
    """
    for name in _COUNTED if kind in _UNHIT else ():
        # News, unlike a question, may tell who caused what is over.
        told = name == "caused_by" and kind == "information" and not draft.body.asked
        if name in draft.facts and not told:
            del draft.facts[name]


def _troubled(draft: Draft, facts: frozenset[str] = _TROUBLED) -> bool:
    """Whether the text speaks of trouble, even if the trouble itself was not understood."""
    told = any(
        name == "workaround" or draft.facts[name].value not in WITHOUT_TROUBLE
        for name in draft.facts.keys() & facts
    )
    return told or draft.body.signs or draft.subject.signs


def _asks_how(draft: Draft) -> bool:
    """Whether the body asks how to do something, and the subject names no documentation."""
    return any(asked.kind == "how_to" for asked in draft.body.asked) and not any(
        thing.name == "documentation" for thing in draft.subject.things
    )


def _unless_asked(draft: Draft, stated: list[Entry], kinds: frozenset[str]) -> list[Entry]:
    """Leave out statements of some kinds that stand in no sentence which asks for something."""
    asking = {
        (id(reading), one.sentence)
        for reading in (draft.body, draft.subject)
        for one in reading.asked
    }
    return [
        (reading, one)
        for reading, one in stated
        if one.value not in kinds or (id(reading), one.sentence) in asking
    ]


def _trouble(
    draft: Draft, reading: Reading, problem: Problem, stated: list[Entry]
) -> Evidence | None:
    """Tell an incident (it fails) from a defect (it answers, and wrongly); None if neither."""
    defects = [entry for entry in stated if entry[1].value == "defect"]
    if problem.impact in ("inconvenience", "degraded"):
        if defects:
            return quote(*defects[0])
        if problem.thing is not None and problem.thing.name == "billing":
            return None
        if problem.impact == "inconvenience":
            return reading.passage.evidence("request_type", "defect", problem.span)
    return reading.passage.evidence("request_type", "incident", problem.span)


def _own_matter(draft: Draft, stated: list[Entry]) -> Evidence | None:
    """A page, a tablet, an invoice, a password: where such is broken, no function is."""
    if draft.worst is None:
        return None
    reading, problem = draft.worst
    thing = problem.thing
    if thing is not None and thing.name == "billing" and not problem.weak:
        return None  # the page, or the invoices that one's own customers get
    if thing is not None and thing.name == "account_access" and draft.concerns_many(problem):
        return None  # invitations that nobody gets
    if thing is not None and thing.name in SUBJECTS:
        return reading.passage.evidence("request_type", thing.name, problem.span)
    well = any(other.impact == "none" for other in draft.body.problems)
    for source, statement in stated:
        own = source is draft.subject or (problem.weak and not draft.concerns_many(problem))
        if statement.value == "device" and (own or well):
            return quote(source, statement)
    affected = draft.facts.get("users_affected")
    if problem.entering and _is_one_person(draft, problem):
        return reading.passage.evidence("request_type", "account_access", problem.span)
    if affected is not None and affected.value == "single":
        # One person who cannot, and rights are spoken of: they are his, or missing.
        for source, statement in stated:
            if statement.value == "account_access":
                return quote(source, statement)
    if thing is not None and thing.name in ("critical_function", "important_function"):
        if affected is not None and affected.value not in ("single", "some"):
            return None
        for source, statement in stated:
            if statement.value == "account_access" and _is_log_in(problem):
                return quote(source, statement)
    if not problem.weak and thing is not None and thing.weight > 1:
        return None
    named = [entry for entry in draft.subject.things if entry.name in SUBJECTS]
    if named and len(named) == len(draft.subject.things):
        return draft.subject.passage.evidence("request_type", named[0].name, named[0].span)
    for reading, statement in stated:
        if statement.value == "documentation" or (
            statement.value in _OWN_MATTERS and not draft.concerns_many(problem)
        ):
            return quote(reading, statement)
    return None


def _is_one_person(draft: Draft, problem: Problem) -> bool:
    """Whether nobody but one person is said to be hit, and by nothing else."""
    counts = [statement for _, statement in draft.stated("users_affected")]
    if any(count.value != "single" for count in counts):
        return False
    who = problem.alone or any(not count.hint for count in counts)
    return who and all(
        other.entering or other.impact == "none"
        for reading in (draft.body, draft.subject)
        for other in reading.problems
    )


def _is_log_in(problem: Problem) -> bool:
    """Whether the problem is that somebody can not do a thing, and the thing is the verb's own."""
    thing = problem.thing
    return thing is not None and thing.span.last == problem.span.last and not problem.weak
