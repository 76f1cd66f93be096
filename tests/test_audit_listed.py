"""The findings of an audit: which of many are shown, and that all of them can be read."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from adjudge.audit.columns import Extras
from adjudge.audit.finding import Judged, Teller, Telling
from adjudge.audit.listed import BY_URGENCY, SHOWN_AT_MOST, Spool, shares
from adjudge.audit.told import OUTCOMES, Finding, Outcome
from adjudge.cli.main import main
from adjudge.decide import load
from adjudge.tickets.export import Row
from adjudge.tickets.ticket import Ticket


def finding(row: int, outcome: Outcome = "not_one") -> Finding:
    ticket = Ticket(id=f"T-{row}", filed="P1", facts={"request_type": "how_to"})
    decision = load("puppet").decide(ticket)
    judged = Judged(Row(row, {}, ticket), decision, Extras(), None, outcome)
    return Teller(Telling()).tell(judged)


def spool(*entries: tuple[int, Outcome, int]) -> Spool:
    found = Spool()
    for row, outcome, apart in entries:
        found.add(finding(row, outcome), apart)
    return found.finished()


@given(st.lists(st.integers(0, 50), max_size=6), st.integers(0, 120))
def test_places_are_shared_equally_and_none_is_wasted(wanted: list[int], places: int) -> None:
    given = shares(wanted, places)
    assert sum(given) == min(places, sum(wanted))
    assert all(got <= most for got, most in zip(given, wanted, strict=True))
    # Who did not get all that it wants has as much as anybody, but for what cannot be divided.
    short = [got for got, most in zip(given, wanted, strict=True) if got < most]
    assert not short or min(short) >= max(given) - 1


def test_findings_come_in_the_order_of_the_export_as_often_as_one_likes() -> None:
    found = spool((7, "missed", 1), (2, "not_one", 3), (5, "meets", 0))
    for _ in range(2):
        assert [each.row for each in found] == [2, 5, 7]
    assert len(found) == 3
    assert next(iter(found)) == finding(2)


def test_a_spool_is_read_when_it_is_finished() -> None:
    with pytest.raises(RuntimeError, match="not finished"):
        list(Spool().at(None))  # type: ignore[arg-type]


def test_many_findings_wait_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adjudge.audit.listed._IN_MEMORY", 4_000)
    found = spool(*((row, "not_one", 1) for row in range(2, 12)))
    assert [each.id for each in found] == [f"T-{row}" for row in range(2, 12)]


def test_the_most_serious_are_of_each_outcome_and_the_farthest_apart() -> None:
    entries: list[tuple[int, Outcome, int]] = [
        (2, "not_one", 1),
        (3, "not_one", 3),
        (4, "not_one", 1),
        (5, "missed", 1),
        (6, "missed", 2),
        (7, "information", 0),
        (8, "not_one", 3),
    ]
    found = spool(*entries)
    assert [each.row for each in found.most_serious(7)] == [2, 3, 4, 5, 6, 7, 8]
    assert [each.row for each in found.most_serious(5)] == [3, 5, 6, 7, 8]
    assert [each.row for each in found.most_serious(3)] == [3, 6, 7]
    assert [each.row for each in found.of_outcome("not_one", 3)] == [2, 3, 8]
    assert found.of_outcome("unfiled", 3) == []
    assert spool().most_serious(3) == []


def test_every_outcome_has_its_place() -> None:
    assert sorted(BY_URGENCY) == sorted(OUTCOMES)
    assert SHOWN_AT_MOST >= 10_000


def test_what_people_read_is_capped_and_what_programs_read_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = tmp_path / "tickets.csv"
    with export.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "filed", "request_type"])
        writer.writerows((f"T-{number}", "P1", "how_to") for number in range(8))
        writer.writerows((f"U-{number}", "P1", "") for number in range(4))
    monkeypatch.setattr("adjudge.audit.listed.SHOWN_AT_MOST", 10)
    monkeypatch.setattr("adjudge.audit.listed.SELECTED", 6)
    outputs = {name: tmp_path / f"a.{name}" for name in ("html", "md", "csv", "json", "xlsx")}
    call = ["audit", str(export), "--ruleset", "puppet"]
    for path in outputs.values():
        call += ["--output", str(path)]
    result = CliRunner().invoke(main, call, catch_exceptions=False)
    assert result.exit_code == 0
    said = "12 tickets, the 6 most serious"
    assert said in outputs["html"].read_text("utf-8")
    assert said in outputs["md"].read_text("utf-8")
    assert outputs["md"].read_text("utf-8").count("\n### ") == 6
    with outputs["csv"].open(encoding="utf-8", newline="") as file:
        listed = Counter(row["outcome"] for row in csv.DictReader(file))
    assert listed == {"not_one": 8, "information": 4}
    assert outputs["json"].read_text("utf-8").count('"id": "') == 12
    sheets = pytest.importorskip("openpyxl").load_workbook(outputs["xlsx"])
    assert sheets["Tickets"].max_row == 1 + 6
    assert any(said in str(cell.value) for row in sheets["Summary"].rows for cell in row)
