"""The audit: what it finds, what it counts, and the real data on which it is proven."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from adjudge.audit.columns import ExtraColumns, known_columns
from adjudge.audit.model import Audit
from adjudge.audit.overrides import read_overrides
from adjudge.audit.plan import Plan
from adjudge.audit.run import Auditor, compared
from adjudge.audit.scope import scope_of
from adjudge.batch.classify import Wishes
from adjudge.cli.exports import opened
from adjudge.decide import load
from adjudge.findings import InputError
from conftest import FIXTURES, SHARED

FACTS = ("request_type", "environment", "affected_function", "functional_impact", "workaround")
DOWN = ("incident", "production", "whole_service", "unavailable", "none")
STAGING = ("incident", "staging", "whole_service", "unavailable", "none")
HOW_TO = ("how_to", "", "", "", "")
SILENT = ("", "", "", "", "")


def export(
    folder: Path, tickets: list[tuple[str, str, tuple[str, ...]]], **columns: list[str]
) -> Path:
    """Write an export: (id, filed, facts) and further columns by name."""
    path = folder / "tickets.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "filed", *FACTS, *columns])
        for number, (id, filed, facts) in enumerate(tickets):
            more = [values[number] for values in columns.values()]
            writer.writerow([id, filed, *facts, *more])
    return path


def audited(
    path: Path,
    level: str | None = None,
    *,
    ruleset: str = "puppet",
    all_levels: bool = False,
    options: Mapping[str, str] | None = None,
    **plan: object,
) -> Audit:
    loaded = load(ruleset, options=options)
    source = opened(str(path), None, None, loaded.policy.facts)
    scope = scope_of(loaded, level, all_levels)
    return Auditor(source, loaded, Wishes(), Plan(scope, **plan)).run()  # type: ignore[arg-type]


# -- proof on real data

INCIDENTS = SHARED / "exports" / "servicenow_incidents.csv"
needs_incidents = pytest.mark.skipif(
    not INCIDENTS.exists(), reason="../shared/exports/servicenow_incidents.csv is not there"
)


BUGS = SHARED / "exports" / "jira_hadoop_bugs.csv"


@pytest.mark.skipif(not BUGS.exists(), reason="../shared/exports/jira_hadoop_bugs.csv is not there")
def test_real_bug_reports_by_the_words_of_their_tracker() -> None:
    audit = audited(BUGS, ruleset=str(FIXTURES / "rulesets" / "jira-classic.yaml"), all_levels=True)
    assert audit.meta.profile == "jira"
    assert audit.summary.counts.rows == audit.summary.counts.audited == 1_251
    found = {each.id: each for each in audit.tickets}
    for typo in ("13355043", "13419365"):  # filed as Major
        assert (found[typo].outcome, found[typo].to) == ("not_one", "Trivial")
    # "We are not able to bring up HDFS cluster", filed as Major.
    assert (found["13373112"].outcome, found["13373112"].to) == ("missed", "Critical")
    # Nobody's blocker is lowered for being silent on who has to wait for it.
    silent = found["13279500"]
    assert (silent.filed, silent.outcome, silent.action) == ("Blocker", "information", "ask")


@needs_incidents
def test_the_critical_incidents_of_a_real_log() -> None:
    audit = audited(INCIDENTS, ruleset="servicenow", options={"low_low": "low"})
    assert audit.summary.counts.rows == audit.summary.counts.audited == 20_769
    assert audit.summary.filed == 152
    over = {each.id for each in audit.of_outcome("not_one")}
    missed = {each.id for each in audit.of_outcome("missed")}
    assert (len(over), len(missed)) == (50, 118)
    # Counted a second time, without any of adjudge.
    with INCIDENTS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    high = ("1 - High", "1 - High")
    critical = {row["number"] for row in rows if (row["impact"], row["urgency"]) == high}
    filed = {row["number"] for row in rows if row["u_filed_priority"] == "1 - Critical"}
    assert over == filed - critical
    assert missed == critical - filed


@needs_incidents
def test_the_real_log_shows_what_was_put_right() -> None:
    audit = audited(INCIDENTS, ruleset="servicenow", options={"low_low": "low"})
    assert audit.summary.correction.corrected == audit.summary.correction.wrong == 168
    assert audit.summary.correction.median_hours is None  # it does not show when
    assert all(each.present == each.to for each in audit.tickets)


# -- outcomes


def test_each_ticket_gets_its_outcome(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        [
            ("A", "P1", DOWN),
            ("B", "P1", STAGING),
            ("C", "P1", SILENT),
            ("D", "P3", DOWN),
            ("E", "", DOWN),
            ("F", "P4", HOW_TO),
            ("G", "P4", SILENT),
        ],
    )
    audit = audited(path)
    outcomes = {each.id: each.outcome for each in audit.tickets}
    assert outcomes == {"B": "not_one", "C": "information", "D": "missed", "E": "unfiled"}
    assert audit.summary.outcomes["meets"] == 1
    assert audit.summary.open_below == 1  # G could be a P1 for all that is known
    assert audit.summary.filed == 3
    assert (audit.summary.overfiled.count, audit.summary.overfiled.total) == (1, 3)
    assert (audit.summary.underfiled.count, audit.summary.underfiled.total) == (1, 3)
    everything = audited(path, everything=True)
    assert {each.id for each in everything.tickets} == {"A", "B", "C", "D", "E"}


def test_all_levels_judges_every_ticket_against_its_own(tmp_path: Path) -> None:
    tickets = [("A", "P1", DOWN), ("B", "P2", HOW_TO), ("C", "P3", DOWN), ("D", "", HOW_TO)]
    audit = audited(export(tmp_path, tickets), all_levels=True)
    assert {each.id: each.outcome for each in audit.tickets} == {
        "B": "not_one",
        "C": "missed",
        "D": "unfiled",
    }
    assert audit.meta.level is None
    assert audit.summary.effort.tickets == 0  # B is no false P1


def test_a_level_below_the_top(tmp_path: Path) -> None:
    tickets = [("A", "P3", DOWN), ("B", "P4", STAGING), ("C", "P1", STAGING), ("D", "P3", STAGING)]
    audit = audited(export(tmp_path, tickets), "priority 3")
    assert audit.meta.level == "P3"
    assert {each.id: each.outcome for each in audit.tickets} == {"A": "missed", "B": "missed"}
    assert audit.summary.underfiled.total == 2  # D and B are in the level; A is above it


def test_an_unknown_level_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`P9` is no level of `puppet`"):
        audited(export(tmp_path, [("A", "P1", DOWN)]), "P9")


def test_a_finding_says_what_failed_and_what_would_make_it_right(tmp_path: Path) -> None:
    finding = next(audited(export(tmp_path, [("B", "P1", STAGING)])).of_outcome("not_one"))
    failed = [each for each in finding.conditions if each.outcome == "false"]
    assert [(each.fact, each.actual, each.expected, each.origin) for each in failed] == [
        ("environment", "staging", "production", "field")
    ]
    assert failed[0].column == "environment"
    assert finding.nearest == "It would be P1 if the environment were production."
    assert (finding.action, finding.to, finding.consent) == ("downgrade", "P3", "ask_customer")
    assert finding.rests_on["field"]


# -- counts


def test_rows_are_audited_or_rejected_or_outside_the_dates(tmp_path: Path) -> None:
    times = ["2026-03-01T10:00:00Z", "2026-03-08T10:00:00Z", "", "2026-03-02T10:00:00Z"]
    path = export(
        tmp_path,
        [("A", "P1", DOWN), ("B", "P1", DOWN), ("C", "P1", DOWN), ("D", "P9", DOWN)],
        created_at=times,
    )
    from datetime import date

    counts = audited(path, until=date(2026, 3, 5)).summary.counts
    assert (counts.rows, counts.audited, counts.rejected, counts.outside) == (4, 1, 2, 1)
    whole = audited(path)
    assert (whole.summary.counts.audited, whole.summary.counts.rejected) == (3, 1)
    assert [(each.row, each.id) for each in whole.rejected] == [(5, "D")]


def test_small_groups_are_not_compared(tmp_path: Path) -> None:
    tickets = [(f"A{n}", "P1", STAGING) for n in range(3)]
    tickets += [(f"B{n}", "P1", DOWN if n else STAGING) for n in range(40)]
    tickets += [(f"C{n}", "P1", STAGING if n < 28 else DOWN) for n in range(30)]
    names = ["Tiny"] * 3 + ["Big"] * 40 + ["Bad"] * 30
    audit = audited(export(tmp_path, tickets, organization=names))
    groups = next(each for each in audit.groups if each.dimension == "organization").groups
    assert [each.name for each in groups] == ["Bad", "Big", "Tiny"]
    assert [each.differs for each in groups] == ["above", "below", None]
    assert groups[2].overfiled.small
    assert groups[2].overfiled.count == 3


def test_many_groups_are_summed_up_and_none_is_lost(tmp_path: Path) -> None:
    tickets = [(f"T{n}", "P1", DOWN) for n in range(250)]
    audit = audited(export(tmp_path, tickets, requester=[f"R{n}" for n in range(250)]))
    grouping = next(each for each in audit.groups if each.dimension == "requester")
    assert grouping.rest is not None
    assert len(grouping.groups) + grouping.rest_groups == 250
    assert sum(each.filed for each in (*grouping.groups, grouping.rest)) == 250


def test_matrix_failing_conditions_and_missing_facts(tmp_path: Path) -> None:
    tickets = [("A", "P1", STAGING), ("B", "P1", STAGING), ("C", "P1", HOW_TO), ("D", "P1", SILENT)]
    audit = audited(export(tmp_path, tickets))
    cells = {(each.filed, each.level): each.tickets for each in audit.matrix}
    assert cells == {("P1", "P3"): 2, ("P1", "P4"): 1, ("P1", None): 1}
    first = audit.failing[0]
    assert (first.fact, first.actual, first.tickets.count, first.tickets.total) == (
        "environment",
        "staging",
        2,
        3,
    )
    assert "request_type" in {each.fact for each in audit.missing}
    assert sum(each.settles for each in audit.missing) == 1


def test_corrections_and_kept_responses(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        [("A", "P1", HOW_TO), ("B", "P1", HOW_TO)],
        created_at=["2026-03-02T09:00:00+00:00"] * 2,
        support_plan=["premium"] * 2,
        present_level=["P4", "P1"],
        priority_changed_at=["2026-03-02T15:00:00+00:00", ""],
        first_response_at=["2026-03-02T09:30:00+00:00", "2026-03-02T14:00:00+00:00"],
    )
    summary = audited(path).summary
    correction = summary.correction
    assert (correction.wrong, correction.corrected, correction.timed) == (2, 1, 1)
    assert correction.median_hours == 6
    promises = summary.promises
    assert (promises.measured, promises.filed_kept, promises.filed_missed) == (2, 1, 1)
    assert (promises.right_kept, promises.right_missed) == (2, 0)


def test_extra_columns_read_durations_and_refuse_what_is_not_there(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        [("A", "P1", DOWN)],
        created_at=["2026-03-02T09:00:00Z"],
        **{"First response time (in hrs)": ["01:30:00"], "team": ["Blue"]},
    )
    loaded = load("puppet")
    source = opened(str(path), None, None, loaded.policy.facts)
    columns = ExtraColumns(source.profile, source.columns, {}, ["team"])
    extras = columns.read(next(iter(source)))  # type: ignore[arg-type]
    assert extras.responded_at is not None
    assert extras.responded_at.isoformat() == "2026-03-02T10:30:00+00:00"
    assert extras.own == ("Blue",)
    with pytest.raises(InputError, match="no column `taem`"):
        ExtraColumns(source.profile, source.columns, {}, ["taem"])
    with pytest.raises(InputError, match="no part `prodct`"):
        ExtraColumns(source.profile, source.columns, {"prodct": "team"})
    assert set(known_columns()) >= {"product", "channel", "present", "corrected_at"}


def test_groups_of_ones_own(tmp_path: Path) -> None:
    path = export(tmp_path, [("A", "P1", DOWN), ("B", "P1", STAGING)], team=["Blue", "Red"])
    audit = audited(path, group_by=("team",))
    grouping = next(each for each in audit.groups if each.dimension == "team")
    assert [(each.name, each.not_one) for each in grouping.groups] == [("Blue", 0), ("Red", 1)]


# -- overrides


def overrides_of(path: Path):  # type: ignore[no-untyped-def]
    compiled = load("puppet").compiled
    return read_overrides(str(path), compiled.filed_level, compiled.level_ids)


YAML = """\
overrides:
  - {ticket: A, level: Priority 1, who: Mia Holm, why: launch week, until: 2026-04-01}
  - {ticket: B, level: P1, who: Mia Holm, why: "agreed, by phone", until: 2026-02-01}
  - {ticket: C, level: P2, who: Mia Holm, why: half a failure}
  - {ticket: Z, level: P2, who: Mia Holm, why: elsewhere}
"""
CSV = """\
ticket,level,who,why,until
A,Priority 1,Mia Holm,launch week,2026-04-01
B,P1,Mia Holm,"agreed, by phone",2026-02-01
C,P2,Mia Holm,half a failure,
Z,P2,Mia Holm,elsewhere,
"""


@pytest.mark.parametrize(("name", "text"), [("o.yaml", YAML), ("o.csv", CSV)])
def test_overrides_are_honoured_listed_and_counted(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    path = export(
        tmp_path,
        [("A", "P1", STAGING), ("B", "P1", STAGING), ("C", "P1", STAGING), ("D", "P1", DOWN)],
        created_at=["2026-03-02T09:00:00Z"] * 4,
    )
    audit = audited(path, overrides=overrides_of(tmp_path / name))
    status = {each.ticket: each.status for each in audit.overrides}
    assert status == {"A": "honoured", "B": "expired", "C": "honoured", "Z": "not_in_export"}
    told = {each.id: each for each in audit.tickets}
    assert (told["A"].outcome, told["A"].action, told["A"].reply) == ("exception", "keep", "")
    assert told["A"].verdict == "overfiled"  # what the policy says is still told
    assert "Mia Holm" in told["A"].summary
    assert (told["B"].outcome, told["B"].to, told["B"].override) == ("not_one", "P3", None)
    assert (told["C"].outcome, told["C"].to, told["C"].consent) == ("not_one", "P2", None)
    summary = audit.summary
    assert (summary.exceptions.count, summary.overfiled.count) == (1, 2)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_overrides_as_a_spreadsheet_writes_them(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = "ticket;level;who;why\nA;P1;Örjan;Läget är akut – överenskommet\n"
    (tmp_path / "o.csv").write_text(text.replace(";", delimiter), encoding=encoding)
    [found] = overrides_of(tmp_path / "o.csv")
    assert (found.who, found.why) == ("Örjan", "Läget är akut – överenskommet")


def test_overrides_in_a_workbook_are_told_what_they_are_read_from(tmp_path: Path) -> None:
    (tmp_path / "o.xlsx").write_bytes(b"PK\x03\x04\xff")
    with pytest.raises(InputError, match=r"no ending that overrides are read from.*\n.*\n.*\.csv"):
        overrides_of(tmp_path / "o.xlsx")


def test_overrides_hold_on_the_day_that_is_asked_for(tmp_path: Path) -> None:
    from datetime import date

    (tmp_path / "o.yaml").write_text(YAML, encoding="utf-8")
    path = export(tmp_path, [("B", "P1", STAGING)], created_at=["2026-03-02T09:00:00Z"])
    overrides = overrides_of(tmp_path / "o.yaml")
    audit = audited(path, overrides=overrides, judged_on=date(2026, 2, 1))
    assert next(iter(audit.tickets)).outcome == "exception"


def test_every_problem_of_an_overrides_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(
        "overrides:\n"
        "  - {ticket: A, level: P9, who: Mia, why: so}\n"
        "  - {ticket: B, level: P1, who: Mia, why: so, untill: 2026-01-01}\n"
        "  - {ticket: C, level: P1, who: Mia, why: so, until: soon}\n"
        "  - {ticket: D, level: P1}\n"
        "  - {ticket: A, level: P1, who: Mia, why: so}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        overrides_of(path)
    assert [each.code for each in caught.value.findings] == [
        "unknown-level",
        "unknown-key",
        "bad-date",
        "missing-key",
        "missing-key",
        "duplicate-override",
    ]
    assert caught.value.findings[1].help == "did you mean `until`?"
    assert all(each.span is not None for each in caught.value.findings)


@pytest.mark.parametrize("text", ["", "a: 1\n", "overrides: {a: 1}\n"])
def test_a_file_without_overrides(tmp_path: Path, text: str) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(text, encoding="utf-8")
    if text:
        with pytest.raises(InputError, match="no list of overrides"):
            overrides_of(path)
    else:
        assert overrides_of(path) == ()


def test_what_the_header_of_overrides_lacks_is_said_once_and_not_on_each_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "o.csv"
    path.write_text("Ticket;Lvl;who;note\n" + "A;P1;Mia;so\n" * 3, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        overrides_of(path)
    told = [
        (each.code, each.message, each.span and each.span.line) for each in caught.value.findings
    ]
    assert told == [
        ("unknown-key", "there is no column `lvl` here", 1),
        ("unknown-key", "there is no column `note` here", 1),
        ("missing-key", "the column `level` is missing", 1),
        ("missing-key", "the column `why` is missing", 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ticket,level,who,why,,\nA,P1,Mia,so,,\n,,,,,\n",
        "\r\n\nticket;level;who;why\nA;P1;Mia;so;;\n",
        "ticket\tlevel\twho\twhy\nA\tP1\tMia\tso\n",
    ],
)
def test_overrides_as_spreadsheets_leave_them(tmp_path: Path, text: str) -> None:
    (tmp_path / "o.csv").write_text(text, encoding="utf-8")
    [found] = overrides_of(tmp_path / "o.csv")
    assert (found.ticket, found.level, found.why) == ("A", "P1", "so")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("ticket,level,level,who,why\nA,P1,P2,Mia,so\n", "key-twice", 1),
        ("\nticket,level,who,why,\nA,P1,Mia,so,much\n", "too-many-cells", 3),
        ("ticket;level;who;why\nA;P1;Mia;so;much\n", "too-many-cells", 2),
    ],
)
def test_a_cell_of_overrides_that_would_be_lost_is_told(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    (tmp_path / "o.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        overrides_of(tmp_path / "o.csv")
    assert [(each.code, each.span and each.span.line) for each in caught.value.findings] == [
        (code, line)
    ]


def test_of_very_many_problems_the_first_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    lines = "".join(f"T-{n},P9,Mia,so\n" for n in range(3000))
    path.write_text("ticket,level,who,why\n" + lines, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        overrides_of(path)
    assert len(caught.value.findings) == 3000
    assert str(caught.value).count("error[") == 100
    assert str(caught.value).endswith("and 2,900 more problems")


# -- comparison, shape


def test_before_and_after(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    before = export(tmp_path / "before", [(f"A{n}", "P1", STAGING) for n in range(40)])
    after = export(tmp_path, [(f"B{n}", "P1", DOWN if n > 9 else STAGING) for n in range(40)])
    comparison = compared(audited(after), audited(before)).comparison
    assert comparison is not None
    overfiled = comparison.differences[0]
    assert (overfiled.name, overfiled.change, overfiled.clear) == ("overfiled", -0.75, True)
    assert overfiled.low is not None
    assert overfiled.high is not None
    assert overfiled.low < -0.75 < overfiled.high < 0


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return shape(value[0]) if value else None
    return None


def test_the_sample_for_reports_has_the_shape_of_an_audit(tmp_path: Path) -> None:
    audit = audited(export(tmp_path, [("B", "P1", STAGING)])).to_dict()
    sample = json.loads((FIXTURES / "audit" / "sample-audit.json").read_text(encoding="utf-8"))
    assert audit.keys() == sample.keys()
    for part in ("meta", "summary"):
        assert audit[part].keys() == sample[part].keys()  # type: ignore[attr-defined]
    assert audit["tickets"][0].keys() == sample["tickets"][0].keys()  # type: ignore[index]


FIXTURE_EXPORTS = sorted((FIXTURES / "audit").glob("*.csv"))


@pytest.mark.parametrize("path", FIXTURE_EXPORTS, ids=lambda path: path.stem)
def test_no_ticket_of_the_top_level_is_recommended_for_a_downgrade(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        truth = {row["id"]: row["true_level"] for row in csv.DictReader(file)}
    top = load(path.stem).policy.level_ids[0]
    audit = audited(path, ruleset=path.stem)
    assert audit.summary.counts.rejected == 0
    lowered = {each.id for each in audit.tickets if each.action == "downgrade"}
    assert {id for id in lowered if truth[id] == top} == set()


def test_no_downgrade_rests_on_a_fact_that_the_ticket_contests(tmp_path: Path) -> None:
    tickets = [("A", "P1", STAGING), ("B", "P1", HOW_TO)]
    words = ["Our production cluster is down.", "Is this the production cluster?"]
    audit = audited(export(tmp_path, tickets, description=words))
    told = {each.id: each for each in audit.tickets}
    assert (told["A"].verdict, told["A"].outcome, told["A"].action) == (
        "unproven",
        "information",
        "ask",
    )
    assert told["A"].disagreements == (
        "environment: a field says staging, the text says production (“Our production”)",
    )
    assert "Which environment is affected" in told["A"].reply
    # Where what is contested is not what lowers the ticket, nothing changes.
    assert told["B"].outcome == "not_one"


def test_no_downgrade_rests_on_the_weight_of_a_thing_read_off_its_name(tmp_path: Path) -> None:
    down = ("incident", "production", "", "unavailable", "none")
    stated = ("incident", "production", "minor_function", "unavailable", "none")
    words = ["The reports do not open."] * 2
    audit = audited(export(tmp_path, [("A", "P1", down), ("B", "P1", stated)], description=words))
    told = {each.id: each for each in audit.tickets}
    assert (told["A"].outcome, told["A"].action) == ("information", "ask")
    assert any("What is affected" in each for each in told["A"].questions)
    assert (told["B"].outcome, told["B"].action) == ("not_one", "downgrade")


def test_a_question_that_tells_of_a_failure_is_not_lowered_as_a_question(tmp_path: Path) -> None:
    asked = ("", "production", "whole_service", "unavailable", "none")
    quiet = ("", "", "", "", "")
    words = ["How do I add a user?"] * 2
    audit = audited(export(tmp_path, [("A", "P1", asked), ("B", "P1", quiet)], description=words))
    told = {each.id: each for each in audit.tickets}
    assert (told["A"].outcome, told["A"].action) == ("information", "ask")
    assert (told["B"].outcome, told["B"].to) == ("not_one", "P4")
