"""The audit by columns gives what the audit row by row gives: the law, on many tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjudge.audit.finding import Telling
from adjudge.audit.model import Audit
from adjudge.audit.plan import Plan
from adjudge.audit.redact import Redactor
from adjudge.audit.run import Auditor, requesters
from adjudge.audit.scope import scope_of
from adjudge.audit.told import Finding, Override
from adjudge.batch.classify import Wishes
from adjudge.cli.exports import opened
from adjudge.decide import load
from adjudge.tickets.export import Reject
from conftest import FIXTURES

Found = tuple[Audit, list[Reject], tuple[Finding, ...], list[str | None]]


def audited(
    path: Path, ruleset: str, *, columns: bool, level: str | None = None, **plan: Any
) -> Found | None:
    """Audit an export in one of the two ways; None where that way is not open to it."""
    loaded = load(ruleset)
    source = opened(str(path), None, None, loaded.policy.facts)
    everything = plan.pop("all_levels", False)
    wishes = Wishes(plan.pop("when_uncertain", "proven"), text=False)
    asked = Plan(scope_of(loaded, level, everything), columns=plan.pop("chosen", {}), **plan)
    auditor = Auditor(source, loaded, wishes, asked)
    rejects: list[Reject] = []
    way = auditor._by_columns if columns else auditor._by_rows
    audit = way(None, rejects.append)
    if audit is None:
        return None
    # Which of the cells that cannot be read is shown is no matter.
    return audit, rejects, auditor.sampled(), [each.help for each in auditor.remarks()]


def same(path: Path, ruleset: str, **asked: Any) -> Audit:
    """Audit an export both ways, and hold one against the other."""
    by_columns = audited(path, ruleset, columns=True, **asked)
    by_rows = audited(path, ruleset, columns=False, **asked)
    assert by_columns is not None
    assert by_rows is not None
    for part, whole in by_rows[0].to_dict().items():
        assert by_columns[0].to_dict()[part] == whole, part
    assert by_columns[1:] == by_rows[1:]
    for most in (1, 2, 5):
        ours, theirs = (each[0].tickets.most_serious(most) for each in (by_columns, by_rows))
        assert ours == theirs
    return by_columns[0]


EXPORTS = sorted((FIXTURES / "audit").glob("*.csv"))


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("all_levels", [False, True], ids=["top", "all"])
def test_the_fixtures_with_their_known_truth(path: Path, all_levels: bool) -> None:
    audit = same(path, path.stem, all_levels=all_levels, sample=7, seed=3, group_by=("subject",))
    assert audit.summary.counts.audited > 100
    assert audit.matrix


def test_masks_overrides_and_everything() -> None:
    path = FIXTURES / "audit" / "puppet.csv"
    with path.open(encoding="utf-8", newline="") as file:
        ids = [row["id"] for row in csv.DictReader(file) if row["filed"] == "P1"]
    overrides = (
        Override(ids[0], "P1", "Mia", "launch", None),
        Override(ids[1], "P3", "Mia", "agreed", "2020-01-01"),
        Override("gone", "P1", "Mia", "", None),
    )
    for columns in (True, False):
        redactor = Redactor()
        for name in requesters(opened(str(path), None, None, load("puppet").policy.facts)):
            redactor.learn(name)
        found = audited(
            path,
            "puppet",
            columns=columns,
            overrides=overrides,
            everything=True,
            telling=Telling("sv", redactor),
        )
        assert found is not None
        if columns:
            ours = found[0].to_dict()
    assert found[0].to_dict() == ours
    assert [each["status"] for each in ours["overrides"]] == [  # type: ignore[attr-defined]
        "honoured",
        "expired",
        "not_in_export",
    ]


FACTS = {
    "request_type": ("incident", "defect", "how_to", "billing", ""),
    "environment": ("production", "staging", ""),
    "affected_function": ("whole_service", "minor_function", ""),
    "functional_impact": ("unavailable", "slow", "none", ""),
    "workaround": ("none", "in_use", ""),
    "business_impact": ("critical", "minimal", "nonsense", ""),
}
OTHERS = {
    "id": ("T-1", "T-2", "T-3", "T-4", " T-5", "T-6", "T-7", ""),
    "filed": ("P1", "P1 - Critical", "p1", "P2", "P3", "P4", "P9", ""),
    "created_at": (
        "2026-01-04T23:30:00+00:00",
        "2026-01-05T00:30:00+01:00",
        "2026-03-02 09:00",
        "2019-12-30T10:00:00Z",
        "soon",
        "",
    ),
    "organization": ("Acme", " Acme ", "Lynx AB", "-", ""),
    "requester": ("Ida Berg <ida@example.com>", "Bo Ek", ""),
    "language": ("en", "sv-SE", "xx", ""),
    "component": ("Forms", "a  b", "=1+1", ""),
    "present_level": ("P1", "P3", "P4", "odd", ""),
    "level_changed_at": ("2026-01-07T10:00:00Z", "2018-01-01T00:00:00Z", "never", ""),
    "first_response_at": ("2026-01-05T01:00:00Z", "2026-04-01T00:00:00+02:00", "x", ""),
}
COLUMNS = {**OTHERS, **FACTS}
rows = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in COLUMNS.items()}),
    max_size=12,
)
asking = st.fixed_dictionaries(
    {
        "level": st.sampled_from([None, "P2", "P4"]),
        "everything": st.booleans(),
        "sample": st.sampled_from([0, 2]),
        "small": st.sampled_from([1, 3, 10]),
        "chosen": st.sampled_from(
            [
                {},
                {"corrected_at": "component", "first_response_minutes": "organization"},
                {"corrected_at": "level_changed_at", "first_response_at": "First_Response_at"},
            ]
        ),
        "when_uncertain": st.sampled_from(["proven", "cautious", "filed"]),
        "overrides": st.sampled_from(
            [
                (),
                (Override("T-2", "P3", "Mia", "so", "2026-01-04"),),
                (Override("T-1", "P1", "a", "b", None),),
            ]
        ),
    }
)


def test_what_was_met_in_rows_that_are_rejected_after_all_is_forgotten(tmp_path: Path) -> None:
    # The first row is rejected, so that only a second reading knows the other for its repetition.
    path = tmp_path / "tickets.csv"
    lines = ("id,filed,workaround,seen", "T-1,P1,nonsense,soon", "T-1,P1,none,soon")
    path.write_text("\n".join(lines), encoding="utf-8")
    same(path, "puppet", chosen={"first_response_at": "seen"})


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=rows, asked=asking)
def test_any_table(tmp_path: Path, rows: list[Mapping[str, str]], asked: dict[str, Any]) -> None:
    path = tmp_path / "tickets.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows(rows)
    same(path, "puppet", **asked)


@pytest.mark.parametrize(
    ("kind", "cells", "told"),
    [
        ("how_to", ("soon", "soon"), True),
        ("how_to", ("soon", "2025-03-04T11:00Z"), False),
        ("incident", ("2025-03-04T11:00Z", "soon"), False),  # it meets its level, and is read too
    ],
)
@pytest.mark.parametrize("part", ["corrected_at", "first_response_at"])
def test_a_column_that_is_named_for_a_time_is_looked_at_in_either_way(
    tmp_path: Path, part: str, kind: str, cells: tuple[str, str], told: bool
) -> None:
    path = tmp_path / "tickets.csv"
    down = "production,whole_service,unavailable,none"
    lines = [f"1,P1,{kind},{down},{cells[0]}", f"2,P1,how_to,{down},{cells[1]}"]
    header = "id,filed,request_type,environment,affected_function,functional_impact,workaround,then"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    chosen = {part: "then"}
    same(path, "puppet", chosen=chosen)
    for columns in (True, False):
        found = audited(path, "puppet", columns=columns, chosen=chosen)
        assert found is not None
        assert bool(found[3]) == told


def test_numbers_and_sets_fail_by_their_values(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    header = "id,filed,request_type,affected_function,functional_impact,users_affected_percent"
    cells = ("1", "2.0", "4.5", "20", "", "101")
    lines = [f"T-{n},L1,incident,important_function,slow,{cell}" for n, cell in enumerate(cells)]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    audit = same(path, "zenput", all_levels=True)
    assert audit.summary.counts.rejected == 1


def test_tables_in_which_ids_repeat_or_words_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("id,filed,request_type\nA,P1,how_to\nA,P1,how_to\nB,P1,\n", encoding="utf-8")
    assert same(path, "puppet").summary.counts.rejected == 1
    path.write_text("id,filed,subject\nA,P1,Help\n", encoding="utf-8")
    loaded = load("puppet")
    source = opened(str(path), None, None, loaded.policy.facts)
    auditor = Auditor(source, loaded, Wishes(), Plan(scope_of(loaded, None, False)))
    assert auditor._by_columns(None, None) is None
