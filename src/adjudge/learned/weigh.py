"""What lexicons read of a ticket and what classifiers make of it, weighed against each other.

For each fact there is a probability of each value, and what the lexicons read counts as
further evidence for it. The likeliest value is stated if it is likely enough: as the lexicons read
it, or with the sentence that weighs most as its quote. Otherwise the fact is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from adjudge.evidence.extractor import Readings
from adjudge.evidence.result import Evidence, Field, TextFacts
from adjudge.learned.heads import Head, Opinion
from adjudge.learned.known import REQUEST, TROUBLE, known_of
from adjudge.learned.together import Numbers, Together
from adjudge.learned.units import Unit
from adjudge.model.fact import PRESUMED

_SILENT = 0.5
"""The least probability of silence at which nothing is said about a fact that is presumed then."""
_RANK = "affected_function"
_TROUBLES = ("incident", "defect")
_HIT = "functional_impact"
_UNHURT = "none"


def weigh(
    read: TextFacts,
    readings: Readings,
    units: Sequence[Unit],
    opinions: Sequence[Opinion],
    together: Together,
) -> TextFacts:
    """Return the facts of a ticket by what lexicons `read` and by the opinions on its `units`."""
    passages = readings.subject.passage, readings.description.passage
    texts = {each.field: each.text for each in passages}
    facts, conflicts = dict(read.facts), dict(read.conflicts)
    ranked = _ranked(readings)
    known = known_of(readings, units)
    heads = [opinion.head for opinion in opinions]
    items = [facts.get(head.fact) for head in heads]
    all_said = [_class_of(head, item) for head, item in zip(heads, items, strict=True)]
    alone = [opinion.shares for opinion in opinions]
    shares = together.shares(alone, [said or 0 for said in all_said], len(units))
    for opinion, item, said, probable in zip(opinions, items, all_said, shares, strict=True):
        head = opinion.head
        if head.fact in conflicts or said is None:
            continue
        stated = together.worth.best(head.fact, probable.tolist(), head.gravity)
        if item is not None and said:
            where = _number_of(item, units)
            if known.keeps(_kind(head, said), where, stated, probable[said]):
                continue
        if stated == said and (said or head.fact not in PRESUMED or probable[0] >= _SILENT):
            continue
        likely = stated or 1 + int(probable[1:].argmax())
        number = int(np.argmax(opinion.above[:, likely - 1]))
        unit = units[number]
        if stated and not said and known.lacks(_kind(head, stated), number):
            continue
        if item is not None and stated != said:
            if head.fact == _RANK and _is_ranked(item, unit, units, ranked):
                continue
            del facts[head.fact]
            conflicts[head.fact] = (item,)
        if stated and stated != said:
            facts[head.fact] = _evidence(head, stated, unit, texts)
            conflicts.pop(head.fact, None)
        elif not stated and not said:
            # What is presumed of silence must not stand where something seems to be said.
            conflicts[head.fact] = (_evidence(head, likely, unit, texts),)
    _settle(facts, dict(zip((head.fact for head in heads), shares, strict=True)))
    return TextFacts(
        facts, conflicts, read.language, read.also, read.dropped, read.unread, read.foreign
    )


def _class_of(head: Head, item: Evidence | None) -> int | None:
    """Return the class that a lexicon reads, 0 for none; None for what the head has not learnt."""
    if item is None:
        return 0
    value = str(item.value)
    return head.classes.index(value) if value in head.classes else None


def _kind(head: Head, stated: int) -> str:
    """Return the fact of a class, as `taken_back` calls it."""
    value = head.classes[stated]
    if head.fact == REQUEST:
        return TROUBLE if value in _TROUBLES else head.fact
    if head.fact == _RANK or (head.fact == _HIT and value != _UNHURT):
        return TROUBLE
    return head.fact


def _stands_in(item: Evidence, unit: Unit) -> bool:
    return item.field == unit.field and item.start < unit.end and unit.start < item.end


def _number_of(item: Evidence, units: Sequence[Unit]) -> int | None:
    """Return the number of the sentence where a fact is read; None for a subject of one word."""
    return next((number for number, each in enumerate(units) if _stands_in(item, each)), None)


def _is_ranked(item: Evidence, unit: Unit, units: Sequence[Unit], ranked: set[str]) -> bool:
    """Whether classifiers have no say in how much a part of the product matters.

    Of those that its ruleset names it knows best; and a subject of one word was not shown to them.
    """
    if _number_of(item, units) is None:
        return True
    return item.value in ranked and _stands_in(item, unit)


def _ranked(readings: Readings) -> set[str]:
    """Return the ranks of the parts that a ticket names as its ruleset does."""
    return {
        thing.name
        for reading in (readings.subject, readings.description)
        for sentence in reading.passage.sentences
        for said in sentence.said
        if said.hit.phrase.named
        for thing in said.hit.phrase.things
    }


def _evidence(head: Head, stated: int, unit: Unit, texts: Mapping[Field, str]) -> Evidence:
    """Return a class as a fact, with the sentence that weighs most as its words."""
    quote = texts[unit.field][unit.start : unit.end]
    return Evidence(head.fact, head.classes[stated], unit.field, unit.start, unit.end, quote)


def _settle(facts: dict[str, Evidence], shares: Mapping[str, Numbers]) -> None:
    """Take away what only a problem has where the request is none, or the request.

    Of how hard something is hit and what is asked for, the less probable goes.
    """
    request, hit = facts.get(REQUEST), facts.get(_HIT)
    if request is None or request.value in _TROUBLES:
        return
    if hit is not None and hit.value != _UNHURT:
        less = min((_HIT, REQUEST), key=lambda fact: float(shares[fact].max()))
        del facts[less]
        if less == REQUEST:
            return
    facts.pop(_RANK, None)
