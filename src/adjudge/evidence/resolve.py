"""Weighs what the fields say: the worse problem decides, the body corrects the subject, and
what contradicts itself stays unknown.
"""

from __future__ import annotations

from adjudge.evidence.draft import Draft
from adjudge.evidence.reading import Reading
from adjudge.evidence.request import settle_person, settle_request
from adjudge.evidence.result import TextFacts
from adjudge.evidence.settle import (
    settle_detours,
    settle_place,
    settle_statements,
    settle_well,
)
from adjudge.evidence.trouble import settle_lost_data, settle_problems
from adjudge.model.fact import VOCABULARY

_ORDER = {name: number for number, name in enumerate(VOCABULARY)}


def resolve(subject: Reading, body: Reading, language: str) -> TextFacts:
    """Return the facts on which subject and body together settle."""
    draft = Draft(subject, body)
    settle_problems(draft)
    settle_statements(draft)
    settle_detours(draft)
    settle_request(draft)
    settle_person(draft)
    settle_lost_data(draft)
    settle_place(draft)
    settle_well(draft)
    facts = dict(sorted(draft.facts.items(), key=lambda entry: _ORDER[entry[0]]))
    return TextFacts(facts, draft.conflicts, language, tuple(draft.also))
