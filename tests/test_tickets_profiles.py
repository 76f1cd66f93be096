"""Profiles and maps: what they say, what they take over, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjudge.findings import InputError
from adjudge.model.fact import VOCABULARY
from adjudge.model.profile import TICKET_COLUMNS, Profile
from adjudge.reading.profile import (
    load_profile,
    read_profile,
    shipped_profile_names,
    shipped_profiles,
)
from adjudge.reading.profile_shape import ColumnsDoc
from adjudge.source import Source
from adjudge.tickets.ticket import FIELDS

FIXTURES = Path(__file__).parents[1] / "fixtures" / "exports"


def read(text: str) -> Profile:
    return read_profile(Source("map.yaml", text))


def findings(text: str) -> list[tuple[str, int]]:
    with pytest.raises(InputError) as caught:
        read(text)
    return [(each.code, each.span.line if each.span else 0) for each in caught.value.findings]


def test_every_shipped_profile_is_named_like_its_file_and_says_how_it_is_recognised() -> None:
    assert [profile.name for profile in shipped_profiles()] == list(shipped_profile_names())
    assert {"native", "servicenow"} <= set(shipped_profile_names())
    for profile in shipped_profiles():
        assert profile.title
        assert profile.recognise


def test_columns_of_a_profile_are_the_fields_of_a_ticket_without_facts() -> None:
    assert {*TICKET_COLUMNS, "facts"} == set(FIELDS)
    assert tuple(ColumnsDoc.model_fields) == TICKET_COLUMNS


def test_only_native_takes_facts_by_name() -> None:
    named = [profile.name for profile in shipped_profiles() if profile.facts_by_name]
    assert named == ["native"]


def test_servicenow_does_not_take_its_caused_by_for_the_fact() -> None:
    assert not load_profile("servicenow").facts.keys() & VOCABULARY.keys()


def test_a_map_names_columns_values_and_dates() -> None:
    profile = load_profile(str(FIXTURES / "map.yaml"))
    assert profile.name == "helpdesk"
    assert profile.columns["filed"] == ("Prio", "Priority")
    assert profile.facts["environment"].values == {
        "live": "production",
        "sandbox": "staging",
        "n/a": None,
    }
    assert profile.facts["technology"].values is None
    assert profile.filed_values == {"urgent": "P1"}
    assert profile.empty == {"", "-"}


def test_a_map_without_a_name_is_called_by_its_file() -> None:
    assert read("columns: {id: Key}").name == "map"


def test_extends_takes_over_what_the_map_does_not_say() -> None:
    base = load_profile("servicenow")
    profile = read(
        """
extends: servicenow
columns: {filed: u_prio, requester: null}
facts: {impact: null, environment: u_env}
zone: Europe/Berlin
"""
    )
    assert profile.columns == {
        **{part: names for part, names in base.columns.items() if part != "requester"},
        "filed": ("u_prio",),
    }
    assert set(profile.facts) == {"urgency", "environment"}
    assert (profile.zone, profile.dates) == ("Europe/Berlin", base.dates)
    assert profile.filed_values == base.filed_values


def test_other_values_of_a_map_hold_for_inherited_facts_too() -> None:
    profile = read("extends: servicenow\nother_values: unknown")
    assert {each.other_values for each in profile.facts.values()} == {"unknown"}


def test_a_map_that_extends_native_reads_json_by_its_columns() -> None:
    assert load_profile("native").native_json
    assert not read("extends: native\ncolumns: {id: key}").native_json


def test_extends_may_name_a_file_beside_the_map(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("columns: {id: Key}\nzone: UTC")
    (tmp_path / "map.yaml").write_text("extends: base.yaml\ncolumns: {filed: Prio}")
    profile = load_profile(str(tmp_path / "map.yaml"))
    assert profile.columns == {"id": ("Key",), "filed": ("Prio",)}
    assert profile.zone == "UTC"


def test_all_problems_are_shown_at_once_each_at_its_place() -> None:
    assert findings(
        """profile: ours
colums: {id: Key}
columns:
  id: Key
  fild: Prio
  subject: 5
  created_at: []
facts:
  environment:
    column: Env
    values: {Prod: prodction, Live: production, LIVE: production}
    othervalues: 5
  Bad-Name: X
  technology: {values: {a: [b]}}
dates: [dd/mm/yyyy, "%d/%m/%Y %H:%M", "%m/%d/%Y", "%x", iso]
zone: Europe/Stokholm
filed_values: {x: [z]}
other_values: maybe
empty: [null]
"""
    ) == [
        ("unknown-key", 2),
        ("unknown-key", 5),
        ("wrong-value", 6),
        ("wrong-value", 7),
        ("value-outside-domain", 11),
        ("duplicate-key", 11),
        ("unknown-key", 12),
        ("wrong-value", 13),
        ("missing-key", 14),
        ("bad-date-format", 15),
        ("ambiguous-dates", 15),
        ("bad-date-format", 15),
        ("unknown-zone", 16),
        ("wrong-type", 17),
        ("wrong-value", 18),
        ("wrong-type", 19),
    ]


def test_an_unknown_key_gets_the_near_one() -> None:
    with pytest.raises(InputError, match="did you mean `other_values`"):
        read("columns: {id: K}\nfacts: {environment: {column: E, othervalues: unknown}}")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-profile"),
        ("- a list", "profile-shape"),
        ("columns: {id: A}\n---\ncolumns: {id: B}", "profile-shape"),
        ("columns: {subject: A}", "missing-key"),
        ("columns: {id: [", "yaml-syntax"),
        ("extends: servicnow", "unknown-profile"),
        ("extends: ./no-such.yaml", "file-not-found"),
        ("columns: {id: A, id: B}", "duplicate-key"),
    ],
)
def test_one_problem_gives_one_finding(text: str, code: str) -> None:
    assert [found for found, _ in findings(text)] == [code]


def test_profiles_that_extend_each_other_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: ./b.yaml")
    (tmp_path / "b.yaml").write_text(f"extends: ../{tmp_path.name}/a.yaml")
    with pytest.raises(InputError, match="extends itself"):
        load_profile(str(tmp_path / "a.yaml"))


def test_an_unknown_profile_gets_the_near_one() -> None:
    with pytest.raises(InputError, match="did you mean `servicenow`"):
        load_profile("service-now")
