"""What `adjudge audit` writes: every format, ways back, samples, exit codes, hostile texts."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adjudge.audit.bulk import Words, systems
from adjudge.audit.model import Meta
from adjudge.audit.picture import Spelling
from adjudge.cli.main import main
from adjudge.findings import InputError
from adjudge.report.review import REVIEW_COLUMNS
from adjudge.report.tickets_table import COLUMNS
from conftest import FIXTURES

HOSTILE = (
    "=HYPERLINK(1) <script>alert(1)</script> [bold red]x[/] **b** |x| \x1b[31m\u202etxt.exe `a` ]]>"
)
FACTS = ("request_type", "environment", "affected_function", "functional_impact", "workaround")
ROWS = [
    ("A", "P1", HOSTILE, HOSTILE, "incident", "staging", "whole_service", "unavailable", "none"),
    ("B", "P1", "", "", "how_to", "", "", "", ""),
    ("C", "P1", "Stopped", "", "", "", "", "", ""),
    ("D", "P3", "Down", "", "incident", "production", "whole_service", "unavailable", "none"),
    ("E", "P1", "Down", "", "incident", "production", "whole_service", "unavailable", "none"),
    ("F", "P9", "Odd", "", "", "", "", "", ""),
]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "filed", "subject", "description", *FACTS, "created_at"])
        writer.writerows((*row, "2026-03-02T09:00:00Z") for row in ROWS)
    return path


def run(export: Path, *more: object) -> Result:
    call = ["audit", str(export), "--ruleset", "puppet", *map(str, more)]
    return CliRunner().invoke(main, call)


def read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


# -- formats


@pytest.mark.parametrize("ending", ["json", "csv", "tsv", "md", "xlsx", "html", "json.gz", "md.gz"])
def test_the_same_input_gives_the_same_bytes(export: Path, ending: str) -> None:
    folder = export.parent
    first, second = folder / f"1.{ending}", folder / f"2.{ending}"
    for output in (first, second):
        result = run(export, "--output", output)
        assert result.exit_code == 0, result.output
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 100


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_a_report_takes_the_place_of_what_a_link_leads_to(export: Path, ending: str) -> None:
    old, link = export.parent / f"old.{ending}", export.parent / f"link.{ending}"
    old.touch(0o600)
    link.symlink_to(old.name)
    result = run(export, "--output", link)
    assert result.exit_code == 0, result.output
    assert link.is_symlink()
    assert old.stat().st_size > 100
    assert old.stat().st_mode & 0o777 == 0o600


def test_the_terminal_says_the_equation_of_rows(export: Path) -> None:
    result = run(export)
    assert result.exit_code == 0
    assert "6 rows = 5 audited + 1 rejected" in result.output
    assert "row 7 (F) rejected: `P9` is no level of `puppet`" in result.output
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_json_is_the_audit(export: Path) -> None:
    result = CliRunner().invoke(
        main, ["audit", str(export), "--ruleset", "puppet", "--output", "-"], catch_exceptions=False
    )
    data = json.loads(result.stdout)
    assert [each["id"] for each in data["tickets"]] == ["A", "B", "C", "D"]
    assert data["tickets"][0]["description"] == HOSTILE
    assert data["summary"]["counts"] == {"rows": 6, "audited": 5, "rejected": 1, "outside": 0}
    assert data["rejected"][0]["id"] == "F"


@pytest.mark.parametrize(("ending", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_no_cell_of_a_table_is_a_formula(export: Path, ending: str, delimiter: str) -> None:
    output = export.parent / f"t.{ending}"
    run(export, "--output", output)
    rows = read(output, delimiter)
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == ["A", "B", "C", "D"]
    assert rows[0]["subject"].startswith("'=HYPERLINK")
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_no_cell_of_a_workbook_is_a_formula(export: Path) -> None:
    output = export.parent / "t.xlsx"
    run(export, "--output", output)
    with zipfile.ZipFile(output) as book:
        sheets = [book.read(n).decode() for n in book.namelist() if "worksheets/sheet" in n]
        names = book.read("xl/workbook.xml").decode()
    assert len(sheets) == 9
    assert all(f'name="{name}"' in names for name in ("Summary", "Tickets", "Rejected"))
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)


def test_no_text_acts_in_markdown(export: Path) -> None:
    output = export.parent / "t.md"
    run(export, "--output", output)
    text = output.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\\*\\*b\\*\\*" in text
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script>" not in html
    assert "<strong>" not in html
    assert "alert(1)" in html


def test_an_unknown_ending_is_refused_before_anything_is_read(export: Path) -> None:
    result = run(export, "--output", export.parent / "t.docx")
    assert result.exit_code == 2
    assert ".html" in result.output
    assert "read with the profile" not in result.output


def test_an_unwritable_place_is_named(export: Path) -> None:
    for ending in ("md", "xlsx"):
        result = run(export, "--output", export.parent / "no" / f"t.{ending}")
        assert result.exit_code == 2
        assert "cannot be written" in result.output


# -- exit codes and calls


def test_fail_over(export: Path) -> None:
    # Two of the four filed as P1 are not.
    assert run(export, "--fail-over", 50).exit_code == 0
    result = run(export, "--fail-over", 49.9)
    assert result.exit_code == 1
    assert "50.0 % is over 49.9 %" in result.output
    assert run(export, "--fail-over", 101).exit_code == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("--level", "P1", "--all-levels"), "both given"),
        (("--level", "P9"), "`P9` is no level"),
        (("--sample", 3), "needs a file"),
        (("--review", "x.csv"), "needs a number"),
        (("--since", "2026-03-03", "--until", "2026-03-02"), "after `--until`"),
        (("--since", "yesterday"), "no date"),
        (("--small", "ten"), "`ten` is no whole number"),
        (("--sample", "2.5"), "`2.5` is no whole number"),
        (("--seed", "x"), "`x` is no whole number"),
        (("--sample", "0"), "`0` is less than 1"),
        (("--hours-per-false", "-1"), "`-1` is less than 0"),
        (("--fail-over", "101"), "`101` is more than 100"),
        (("--fail-over", "-5%"), "`-5%` is less than 0"),
        (("--hours-per-false", "many"), "`many` is no number"),
        (("--hours-per-false", "nan"), "`nan` is no number"),
        (("--jobs", "all"), "`all` is no whole number"),
        (("--bulk", "remedy=x.csv"), "no bulk update of `remedy`"),
        (("--bulk", "zendesk"), "SYSTEM=FILE"),
        (("--group-by", "tema"), "no column `tema`"),
        (("--column", "prodct=subject"), "no part `prodct`"),
        (("--overrides", "no.yaml"), "there is no file"),
        (("--overrides", __file__), "overrides are read from"),
        (("--replies", "no.yaml"), "there is no file"),
        (("--compare", "no.csv"), "there is no file"),
        (("--bulk", "jira=x.csv", "--bulk-word", "P9=x"), "`P9` is no level"),
    ],
)
def test_a_call_that_cannot_be_used(export: Path, call: tuple[object, ...], message: str) -> None:
    result = run(export, *call)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert "Traceback" not in result.output


def test_nothing_to_audit(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("id,filed,subject\n", encoding="utf-8")
    result = run(path)
    assert result.exit_code == 0
    assert "0 rows = 0 audited + 0 rejected" in result.output
    path.write_text("id,filed,subject\nA,P9,x\n", encoding="utf-8")
    result = run(path)
    assert result.exit_code == 2
    assert "`P9` is no level" in result.output


def test_rejects_and_dates_are_said_aloud(export: Path) -> None:
    rejects = export.parent / "rejects.jsonl"
    result = run(export, "--since", "2026-03-03", "--rejects", rejects)
    assert "6 rows = 0 audited + 0 rejected + 6 outside the dates asked for" in result.output
    assert not rejects.exists()
    run(export, "--rejects", rejects)
    assert json.loads(rejects.read_text(encoding="utf-8"))["id"] == "F"


def test_notes_stand_in_every_report(export: Path) -> None:
    note = "Data: somebody, CC BY 4.0"
    assert note in run(export, "--note", note).output
    output = export.parent / "t.md"
    run(export, "--note", note, "--output", output)
    assert note in output.read_text(encoding="utf-8")


# -- ways back


def test_each_system_gets_its_own_columns_and_words(export: Path) -> None:
    wanted = {
        "zendesk": ["id", "priority", "comment", "public"],
        "jira": ["Issue Key", "Summary", "Priority", "Comment Body"],
        "servicenow": ["number", "priority", "work_notes"],
    }
    assert set(systems()) == set(wanted)
    for name, header in wanted.items():
        output = export.parent / f"{name}.csv"
        run(export, "--bulk", f"{name}={output}", "--bulk-agreed")
        rows = read(output)
        assert list(rows[0]) == header
        assert [row[header[0]] for row in rows] == ["A", "B", "D"]
    by_id = {row["id"]: row for row in read(export.parent / "zendesk.csv")}
    assert [by_id[id]["priority"] for id in "ABD"] == ["normal", "low", "urgent"]
    assert by_id["A"]["public"] == "false"
    assert "Lower it from P1 to P3" in by_id["A"]["comment"]
    jira = {row["Issue Key"]: row for row in read(export.parent / "jira.csv")}
    assert jira["A"]["Summary"] == HOSTILE  # written back as it was


def test_what_needs_the_customers_word_is_left_out_and_said(export: Path) -> None:
    output = export.parent / "z.csv"
    result = run(export, "--bulk", f"zendesk={output}")
    assert [row["id"] for row in read(output)] == ["D"]
    assert "1 change for zendesk; nothing was sent" in result.output
    assert "2 left out, as the policy asks for the customer's word" in result.output


def bugs(*more: object) -> Result:
    rules = FIXTURES / "rulesets" / "jira-classic.yaml"
    call = ["audit", str(FIXTURES / "demo" / "jira-bugs.csv"), "--ruleset", str(rules)]
    return CliRunner().invoke(main, [*call, *map(str, more)])


def test_a_level_is_called_what_the_export_calls_it(tmp_path: Path) -> None:
    output = tmp_path / "jira.csv"
    result = bugs("--all-levels", "--bulk", f"jira={output}")
    assert result.exit_code == 0, result.output
    found = {row["Issue Key"]: row["Priority"] for row in read(output)}
    # `Major` and `Trivial` are words of the set, though no issue of this export is filed so.
    assert {name: found[name] for name in ("LMP-103", "LMP-104", "LMP-106")} == {
        "LMP-103": "Trivial",
        "LMP-104": "Major",
        "LMP-106": "Critical",
    }


def test_no_word_is_written_that_means_another_level_in_the_export() -> None:
    # By its name, the ruleset takes `Critical` for P1: it cannot stand for P2, its place, too.
    wanted = Words(
        meta_of({"Blocker": "P1", "Critical": "P1", "Minor": "P4"}), systems()["jira"], {}
    )
    assert [wanted.of(level) for level in ("P1", "P3", "P4")] == ["Blocker", "Major", "Minor"]
    with pytest.raises(InputError, match="`Critical` stands for P1 in this export"):
        wanted.of("P2")
    named = Words(meta_of({"Critical": "P1"}), systems()["jira"], {"P2": "High"})
    assert named.of("P2") == "High"


def meta_of(spellings: dict[str, str]) -> Meta:
    """Return what an audit by the levels P1 to P4 says of itself, with these spellings."""
    levels = tuple((f"P{number}", "") for number in range(1, 5))
    counted = tuple(Spelling(word, level, None, 1) for word, level in spellings.items())
    fields: dict[str, Any] = dict.fromkeys(Meta.__dataclass_fields__)
    return Meta(**{**fields, "levels": levels, "spellings": counted})


def test_open_tickets_come_with_what_they_mean_and_what_to_ask() -> None:
    text = " ".join(bugs().output.split())
    assert "there are 2 open tickets, and the misfile rate counts none as filed too high" in text
    assert "ask first for: development work (1), kind of request (1)" in text
    text = " ".join(bugs("--until", "2026-03-08").output.split())
    assert "there is 1 open ticket, and the misfile rate counts none as filed too high" in text
    assert "ask first for: development work (1)" in text


def test_what_there_is_nothing_to_count_of_is_no_rate(export: Path) -> None:
    rows = [row for row in ROWS if row[0] in "AB"]
    with export.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "filed", "subject", "description", *FACTS])
        writer.writerows(rows)
    assert "no ticket is proven to be P1" in run(export).output
    output = export.parent / "a.md"
    run(export, "--output", output)
    text = output.read_text("utf-8")
    assert "0 of 0" not in text
    assert "By language" not in text  # one language is the whole once more


def test_a_level_may_be_called_otherwise(export: Path) -> None:
    output = export.parent / "z.csv"
    run(export, "--bulk", f"zendesk={output}", "--bulk-word", "Priority 1=p1_blocker")
    assert read(output)[0]["priority"] == "p1_blocker"


# -- samples and their review


def test_a_sample_is_reproducible_and_does_not_hang_on_the_order_of_rows(export: Path) -> None:
    folder = export.parent
    run(export, "--sample", 2, "--review", folder / "1.csv")
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    export.write_text("".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    run(export, "--sample", 2, "--review", folder / "2.csv")
    first, second = ({row["id"] for row in read(folder / f"{n}.csv")} for n in (1, 2))
    assert first == second
    assert len(first) == 2
    drawn = set()
    for seed in range(6):
        run(export, "--sample", 2, "--seed", seed, "--review", folder / "3.csv")
        drawn.add(frozenset(row["id"] for row in read(folder / "3.csv")))
    assert len(drawn) > 1


def review(export: Path, levels: dict[str, str]) -> Path:
    path = export.parent / "review.csv"
    run(export, "--sample", 50, "--review", path)
    rows = read(path)
    assert tuple(rows[0]) == REVIEW_COLUMNS
    assert {row["id"] for row in rows} == {"A", "B", "C", "D", "E"}
    out = io.StringIO()
    writer = csv.DictWriter(out, REVIEW_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "reviewer_level": levels.get(row["id"], "")})
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def evaluate(path: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", str(path), "--ruleset", "puppet", *more])


def test_a_reviewed_sample_is_read_back(export: Path) -> None:
    path = review(export, {"A": "P3", "B": "Priority 1", "C": "?", "D": "P1"})
    result = evaluate(path, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert [found[key] for key in ("rows", "reviewed", "unclear", "empty")] == [5, 3, 1, 1]
    assert (found["exact"]["count"], found["exact"]["total"]) == (2, 3)
    precision = found["overfiled_precision"]
    assert (precision["count"], precision["total"]) == (1, 2)
    assert (found["overfiled_recall"]["count"], found["overfiled_recall"]["total"]) == (1, 1)
    assert found["wrong_downgrades"] == 1
    assert [each["id"] for each in found["disputed"]] == ["B"]
    assert 0 < found["kappa"] < 1
    text = evaluate(path).output
    assert "5 rows = 3 reviewed + 1 unclear + 1 not reviewed" in text
    assert "B: filed P1, adjudge P4, reviewer P1" in text


def test_a_review_that_cannot_be_used(export: Path) -> None:
    path = review(export, {"A": "P33"})
    result = evaluate(path)
    assert result.exit_code == 2
    assert "`P33` is no level" in result.output
    assert "did you mean `P3`?" in result.output
    assert evaluate(export).exit_code == 2
    assert evaluate(export.parent / "no.csv").exit_code == 2


def test_an_empty_review(export: Path) -> None:
    result = evaluate(review(export, {}))
    assert result.exit_code == 0
    assert "none to count" in result.output
    assert "not defined" in result.output
