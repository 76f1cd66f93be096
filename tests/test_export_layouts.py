"""Every layout that is read has a sample, and every sample gives the tickets that it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adjudge.model.fact import VOCABULARY, Fact
from adjudge.reading.profile import load_profile, shipped_profile_names, shipped_profiles
from adjudge.tickets.export import Export, Reject, Row, open_export
from conftest import checked_in

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
MATRIX = {name: Fact(name, "one_of", ("high", "medium", "low")) for name in ("impact", "urgency")}
PLANS = {"support_plan": Fact("support_plan", "one_of", ("premium", "standard"))}
FACTS = {**VOCABULARY, **MATRIX, **PLANS}
SAMPLES = {
    "freshdesk-api.json": "freshdesk-api",
    "freshdesk.csv": "freshdesk",
    "freshservice.csv": "freshservice",
    "github.json": "github",
    "hubspot-api.json": "hubspot-api",
    "hubspot.csv": "hubspot",
    "intercom-api.json": "intercom-api",
    "intercom.csv": "intercom",
    "jira-spreadsheet.csv": "jira",
    "jira.csv": "jira",
    "native.csv": "native",
    "native.jsonl": "native",
    "salesforce-api.json": "salesforce",
    "salesforce-dataloader.csv": "salesforce",
    "salesforce-report.csv": "salesforce-report",
    "servicenow-api.json": "servicenow",
    "servicenow-us.csv": "servicenow",
    "servicenow.csv": "servicenow",
    "servicenow.xlsx": "servicenow-labels",
    "zendesk-account.csv": "zendesk-csv",
    "zendesk-envelope.json": "zendesk",
    "zendesk-list.json": "zendesk",
    "zendesk.jsonl": "zendesk",
}
MAPPED = {
    "helpdesk.csv": "map.yaml",
    "intercom.csv": "intercom-map.yaml",
    "zendesk-list.json": "zendesk-map.yaml",
}


def opened(name: str, profile: str | None = None) -> Export:
    chosen = load_profile(profile) if profile else None
    return open_export(str(EXPORTS / name), chosen, shipped_profiles(), FACTS)


def shown(export: Export) -> list[dict[str, object]]:
    """The rows of an export as JSON, without what is empty."""
    found: list[dict[str, object]] = []
    for row in export:
        if isinstance(row, Reject):
            found.append({"row": row.row, "id": row.id, "reasons": list(row.reasons)})
            continue
        assert isinstance(row, Row)
        ticket = {name: getattr(row.ticket, name) for name in _PARTS}
        created = row.ticket.created_at
        ticket["created_at"] = created.isoformat() if created else None
        filled = {name: value for name, value in ticket.items() if value not in (None, "", {})}
        found.append({"row": row.row, **filled})
    return [*found, *({"remark": each.message} for each in export.remarks())]


_PARTS = (
    "id", "filed", "filed_rank", "subject", "description", "created_at", "organization",
    "requester", "facts",
)  # fmt: skip


def expected(name: str) -> list[dict[str, object]]:
    path = EXPORTS / "expected" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_recognised_and_gives_its_tickets(name: str) -> None:
    export = opened(name)
    assert export.profile.name == SAMPLES[name]
    assert shown(export) == expected(name)


@pytest.mark.parametrize("name", MAPPED)
def test_a_map_reads_a_sample_as_its_site_means_it(name: str) -> None:
    map_file = MAPPED[name]
    found = shown(opened(name, str(EXPORTS / map_file)))
    assert found == expected(f"{name}.{map_file}")


def test_every_sample_is_tested_and_every_profile_has_one() -> None:
    assert checked_in(EXPORTS) == {*SAMPLES, *MAPPED, *MAPPED.values()}
    assert set(SAMPLES.values()) == set(shipped_profile_names())
    wanted = {f"{name}.jsonl" for name in SAMPLES}
    wanted |= {f"{name}.{map_file}.jsonl" for name, map_file in MAPPED.items()}
    assert checked_in(EXPORTS / "expected") == wanted


def test_no_sample_is_warned_of_for_columns_that_its_system_never_has() -> None:
    for name in SAMPLES:
        assert [each.message for each in opened(name).warnings if "named" in each.message] == []


@pytest.mark.parametrize("name", [name for name in SAMPLES if "-" in SAMPLES[name]])
def test_a_profile_by_name_takes_the_layout_of_its_system_that_fits(name: str) -> None:
    system = SAMPLES[name].split("-")[0]
    assert opened(name, system).profile.name == SAMPLES[name]


def test_the_three_forms_of_json_give_the_same_tickets() -> None:
    forms = [shown(opened(f"zendesk{form}")) for form in ("-list.json", "-envelope.json", ".jsonl")]
    assert forms[0] == forms[1] == forms[2]


def test_every_priority_of_a_profile_has_its_rank_whatever_way_numbers_run() -> None:
    assert load_profile("freshdesk").filed_ranks["4"] == 1
    assert load_profile("servicenow").filed_ranks["1"] == 1
    for profile in shipped_profiles():
        ranks = set(profile.filed_ranks.values())
        assert ranks == set(range(1, len(ranks) + 1)), profile.name
