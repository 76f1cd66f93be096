"""The tickets with known truth: their truth follows from the rulesets, and the tool reads them."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from functools import cache
from typing import Any

import pytest

import adjudge
from adjudge.audit.plan import Plan
from adjudge.audit.run import Auditor
from adjudge.audit.scope import scope_of
from adjudge.batch.classify import Wishes
from adjudge.cli.exports import opened
from adjudge.model.fact import VOCABULARY
from adjudge.reading.profile import shipped_profiles
from adjudge.tickets.export import Row, open_export
from conftest import FIXTURES

VENDORS = ("zeet", "zenput", "puppet", "jelastic", "cloudtalk")
DIRECTORY = FIXTURES / "audit"
COLUMNS = [
    *("id", "filed", "subject", "description", "created_at", "organization", "requester"),
    *("product", "channel", "first_response_at", "language"),
]
TRUTH = ["true_level", "true_possible", "true_facts"]
CORRECTED = 2  # tickets of one export whose text may correct a field of the form


@cache
def ruleset_of(vendor: str) -> adjudge.Ruleset:
    return adjudge.load(vendor)


@cache
def rows(vendor: str) -> list[dict[str, str]]:
    with (DIRECTORY / f"{vendor}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def tickets(vendor: str) -> list[Row]:
    path = str(DIRECTORY / f"{vendor}.csv")
    facts = ruleset_of(vendor).policy.facts
    with open_export(path, None, shipped_profiles(), facts) as export:
        assert export.profile.name == "native"
        found = list(export)
    assert all(isinstance(each, Row) for each in found)
    return [each for each in found if isinstance(each, Row)]


def truth(row: dict[str, str]) -> list[str]:
    """The levels that remain when everything that the ticket says is known."""
    return [row["true_level"]] if row["true_level"] else row["true_possible"].split(";")


def filed(vendor: str, row: dict[str, str]) -> str | None:
    """The level as filed, spelled as the ruleset spells it."""
    return ruleset_of(vendor).compiled.filed_level(row["filed"]) if row["filed"] else None


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_truth_follows_from_the_true_facts(vendor: str) -> None:
    ruleset = ruleset_of(vendor)
    wrong = []
    for row in rows(vendor):
        facts = json.loads(row["true_facts"])
        ticket = {"id": row["id"], "facts": facts, "created_at": row["created_at"]}
        decided = ruleset.decide(adjudge.Ticket.from_dict(ticket)).possible
        if list(decided) != truth(row):
            wrong.append(f"{row['id']} {row['subject']}: {list(decided)}, not {truth(row)}")
    assert wrong == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_level_is_given_or_the_levels_that_remain_but_not_both(vendor: str) -> None:
    levels = ruleset_of(vendor).policy.level_ids
    for row in rows(vendor):
        assert bool(row["true_level"]) != bool(row["true_possible"]), row["id"]
        named = truth(row)
        assert named == [level for level in levels if level in named], row["id"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_row_is_read_and_the_truth_is_not(vendor: str) -> None:
    read = tickets(vendor)
    assert [each.ticket.id for each in read] == [row["id"] for row in rows(vendor)]
    for row, each in zip(rows(vendor), read, strict=True):
        columns = [name for name in VOCABULARY if row.get(name)]
        assert sorted(each.ticket.facts) == sorted(columns), row["id"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_fields_of_the_form_are_among_the_true_facts(vendor: str) -> None:
    corrected = 0
    for row, each in zip(rows(vendor), tickets(vendor), strict=True):
        facts: dict[str, Any] = json.loads(row["true_facts"])
        for name, value in each.ticket.facts.items():
            corrected += facts[name] != value
    assert corrected <= CORRECTED


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_layout(vendor: str) -> None:
    found = rows(vendor)
    assert len(found) >= 120
    header = list(found[0])
    assert header[: len(COLUMNS)] == COLUMNS
    assert header[-len(TRUTH) :] == TRUTH
    assert set(header[len(COLUMNS) : -len(TRUTH)]) <= set(VOCABULARY)
    assert all(row["subject"] and row["description"] for row in found)
    assert len({row["description"] for row in found}) == len(found)
    assert len({row["organization"] for row in found}) in range(10, 21)
    for row in found:
        created = datetime.fromisoformat(row["created_at"])
        assert created.tzinfo is not None
        if row["first_response_at"]:
            assert datetime.fromisoformat(row["first_response_at"]) > created
        assert filed(vendor, row) or not row["filed"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_mixture(vendor: str) -> None:
    """Enough of each kind that rates can be told: met, missed, open, and filed too low."""
    top = ruleset_of(vendor).policy.level_ids[0]
    at_top = [row for row in rows(vendor) if filed(vendor, row) == top]
    met = [row for row in at_top if truth(row) == [top]]
    missed = [row for row in at_top if top not in truth(row)]
    too_low = [row for row in rows(vendor) if filed(vendor, row) != top and truth(row) == [top]]
    assert 0.30 <= len(at_top) / len(rows(vendor)) <= 0.40
    assert 0.40 <= len(missed) / len(at_top) <= 0.60
    assert len(met) >= 15
    assert len(too_low) >= 5
    assert len(at_top) - len(met) - len(missed) >= 3


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_ticket_that_truly_is_at_the_top_is_lowered(vendor: str) -> None:
    ruleset = ruleset_of(vendor)
    top = ruleset.policy.level_ids[0]
    true = {row["id"]: truth(row) for row in rows(vendor)}
    plan = Plan(scope_of(ruleset, None, True), everything=True)
    source = opened(str(DIRECTORY / f"{vendor}.csv"), None, None, ruleset.policy.facts)
    audit = Auditor(source, ruleset, Wishes(), plan).run()
    lowered = [each.id for each in audit.tickets if each.verdict == "overfiled"]
    assert len(lowered) > 20
    assert [id for id in lowered if true[id] == [top]] == []
