"""What the command says of columns that nobody reads, and of files that are not what was meant."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adjudge.cli.main import main
from adjudge.reading.profile import read_profile
from adjudge.source import Source
from conftest import REPOSITORY

Writer = Callable[..., str]
PUPPET = ("--ruleset", "puppet")
OTHER = ("--ruleset", "zenput")


def adjudge(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def write(text: str, name: str = "gen.csv") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def filed(path: str, *words: str, tmp_path: Path) -> tuple[list[str], Result]:
    """Classify an export; return the filed levels, and what was said."""
    output = tmp_path / "out.csv"
    result = adjudge("classify", path, *(words or PUPPET), "--output", str(output))
    assert result.exit_code == 0, result.output
    with output.open(newline="") as file:
        return [row["adjudge_filed"] for row in csv.DictReader(file)], result


@pytest.mark.parametrize("name", ["priority", "Priority", "SEVERITY"])
def test_a_column_of_levels_is_the_filed_level(write: Writer, tmp_path: Path, name: str) -> None:
    path = write(f"id,{name},subject,description\n1,P1,Down,All down\n2,Priority 2,b,c\n3,-,b,c\n")
    levels, result = filed(path, tmp_path=tmp_path)
    assert levels == ["P1", "P2", ""]
    assert f"read with the profile `native`, and `{name}` as the filed level" in result.stderr
    assert "warning[" not in result.stderr


def test_it_is_the_filed_level_wherever_exports_are_read(write: Writer) -> None:
    path = write("id,priority,description\n1,P1,All down\n")
    assert re.search(r"filed at P1 +1\n", adjudge("audit", path, *PUPPET).stdout)
    explained = adjudge("explain", path, *PUPPET, "--ticket", "1").stdout
    assert explained.startswith("1  filed P1")
    compared = adjudge("compare", path, *PUPPET, "--ruleset", "zenput")
    assert [each["filed"] for each in json.loads(compared.stdout)["decisions"].values()] == [
        "P1",
        "L1",
    ]


def test_a_large_table_is_read_in_the_same_way(write: Writer, tmp_path: Path) -> None:
    rows = "".join(f"{n},P{n % 4 + 1},{'x' * 50},production\n" for n in range(20_000))
    levels, _ = filed(write(f"id,priority,note,environment\n{rows}"), tmp_path=tmp_path)
    assert levels[:4] == ["P1", "P2", "P3", "P4"]
    assert len(levels) == 20_000


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("id,priority,description\n1,P1,a\n2,TBD,b\n", "`TBD` in row 3 is no level of `puppet`"),
        ("id,priority,description\n1,1,a\n2,2,b\n", "`1` in row 2 is a number"),
        ("id,priority,severity,description\n1,P1,P2,a\n", "`priority` and `severity` could both"),
        ("id,Prio,description\n1,P1,a\n", "`Prio` like `filed`\n"),
        ("id,Ticket Severity,description\n1,P1,a\n", "`Ticket Severity` like `filed`\n"),
        ("id,Priorty,description\n1,P1,a\n", "`Priorty` like `filed`\n"),
        ("id,Dringlichkeit,description\n1,P1,a\n", "`Dringlichkeit` like `filed`\n"),
        ("id,filed,Body\n1,P1,a\n", "`Body` like `description`\n"),
        ("id,filed,Opened,Titel\n1,P1,b,a\n", "`Titel` like `subject`, `Opened` like `created_at`"),
    ],
)
@pytest.mark.parametrize("command", ["classify", "audit", "compare"])
def test_what_is_not_plain_is_not_read_and_warned_of(
    write: Writer, command: str, table: str, reason: str
) -> None:
    more = ("--ruleset", "zenput") if command == "compare" else ()
    result = adjudge(command, write(table), *PUPPET, *more)
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("warning[column-not-read]: columns that look like parts")
    assert reason in result.stderr
    assert "--map FILE" in result.stderr


def test_the_map_of_the_warning_is_a_map_that_ends_it(write: Writer, tmp_path: Path) -> None:
    path = write("id,Prio: ours,description\n1,P1,a\n2,Top,b\n")
    lines = adjudge("classify", path, *PUPPET).stderr.splitlines()
    begin = lines.index("    extends: native")
    text = "\n".join(line[4:] for line in lines[begin : begin + 4])
    mapping = write(text + "\nfiled_values: {Top: P2}\n", "map.yaml")
    levels, result = filed(path, *PUPPET, "--map", mapping, tmp_path=tmp_path)
    assert levels == ["P1", "P2"]
    assert "warning[" not in result.stderr


def test_a_map_can_say_that_there_is_no_filed_level(write: Writer, tmp_path: Path) -> None:
    mapping = write("extends: native\ncolumns: {filed: null}\n", "map.yaml")
    path = write("id,priority,description\n1,P1,a\n")
    levels, result = filed(path, *PUPPET, "--map", mapping, tmp_path=tmp_path)
    assert levels == [""]
    assert "warning[" not in result.stderr
    assert "columns not read: `priority`\n" in result.stderr


def test_a_map_that_names_another_column_is_not_second_guessed(write: Writer) -> None:
    mapping = write("extends: native\ncolumns: {filed: Level}\n", "map.yaml")
    result = adjudge(
        "classify", write("id,priority,description\n1,P1,a\n"), *PUPPET, "--map", mapping
    )
    assert "`priority` like `filed`\n" in result.stderr
    assert "add this to your map" in result.stderr


def test_a_map_says_what_cells_mean_in_a_column_of_levels(write: Writer, tmp_path: Path) -> None:
    mapping = write("extends: native\nfiled_values: {Top: P1, '2': P2}\n", "map.yaml")
    path = write("id,priority,description\n1,Top,a\n2,2,b\n")
    assert filed(path, *PUPPET, "--map", mapping, tmp_path=tmp_path)[0] == ["P1", "P2"]


def test_columns_that_nothing_reads_are_named_in_one_line(write: Writer) -> None:
    names = ",".join(f"c{n}" for n in range(11))
    result = adjudge("classify", write(f"id,filed,{names}\n1,P1{',' * 11}\n"), *PUPPET)
    shown = ", ".join(f"`c{n}`" for n in range(8))
    assert f"columns not read: {shown} and 3 more\n" in result.stderr


def test_the_other_columns_of_a_system_are_no_matter() -> None:
    folder = REPOSITORY / "fixtures" / "exports"
    for name in ("zendesk-account.csv", "jira.csv", "freshservice.csv", "salesforce-report.csv"):
        result = adjudge("classify", str(folder / name), *PUPPET)
        assert "not read" not in result.stderr, name


def test_a_system_without_its_priority_is_warned_of(write: Writer) -> None:
    path = write("Summary,Issue key,Custom field (Severity)\na,X-1,High\n")
    result = adjudge("classify", path, *PUPPET)
    assert "`Custom field (Severity)` like `filed`" in result.stderr
    assert "extends: jira" in result.stderr


def test_an_audit_reads_more_columns(write: Writer) -> None:
    path = write("id,filed,product,team,owner\n1,P1,a,b,c\n")
    result = adjudge("audit", path, *PUPPET, "--group-by", "team")
    assert "columns not read: `owner`\n" in result.stderr


def test_facts_says_what_it_does_not_read(write: Writer) -> None:
    result = adjudge("facts", write("id,filed,Body\n1,P1,a\n"))
    assert "`Body` like `description`" in result.stderr
    assert "columns not read: `Body`\n" in result.stderr
    # Filed levels are no matter to what the words state.
    assert "warning[" not in adjudge("facts", write("id,prio,description\n1,P1,a\n")).stderr


# -- exports that no profile fits


def test_columns_that_fit_no_profile_are_told_with_a_map_to_fill_in(write: Writer) -> None:
    path = write('Nr,Titel,Prio,"Text: long",Created by,Opened\n1,All down,P1,b,c,2026-01-01\n')
    result = adjudge("classify", path, *PUPPET)
    assert result.exit_code == 2
    assert len(result.stderr) < 1_200
    message, nearest, rest = result.stderr.partition("the nearest profiles are")
    assert "fit no profile: `Nr`, `Titel`" in message
    assert nearest
    assert 1 <= rest.count(" needs ") <= 3
    assert "docs/exports.md" in rest.splitlines()[-1]
    lines = rest.splitlines()
    begin = lines.index("    columns:")
    text = "\n".join(line[4:] for line in lines[begin:-1])
    columns = read_profile(Source("map.yaml", text)).columns
    assert columns == {
        "id": ("Nr",),
        "filed": ("Prio",),
        "subject": ("Titel",),
        "description": ("Text: long",),
        "created_at": ("Opened",),
    }


def test_parts_that_no_column_looks_like_stand_in_the_map_all_the_same(write: Writer) -> None:
    result = adjudge("classify", write("a,b,c\n1,2,3\n"), *PUPPET)
    for part in ("  id: COLUMN", "  # filed: COLUMN", "  # subject: COLUMN", "  # description:"):
        assert part in result.stderr
    assert len(result.stderr) < 1_000


# -- exports for another ruleset


@pytest.mark.parametrize("command", ["classify", "audit", "compare"])
def test_what_no_row_can_be_decided_for_is_counted(command: str, tmp_path: Path) -> None:
    export = str(REPOSITORY / "fixtures" / "demo" / "puppet.csv")
    words = ["--ruleset", "zeet", "--ruleset", "zenput"][: 4 if command == "compare" else 2]
    result = adjudge(command, export, *words, "-o", str(tmp_path / "out.csv"))
    assert result.exit_code == 2
    assert "6 rows: `support_plan` is `standard`: expected one of level_1" in result.stderr
    assert "4 rows: `support_plan` is `premium`: expected one of level_1" in result.stderr
    assert (
        "`zeet` does not know `standard`, `premium` as `support_plan`, while `jelastic`, "
        "`puppet`, `servicenow` would; is `--ruleset` the right one?"
    ) in result.stderr
    # One odd level says nothing about whose export it is.
    assert "`P0`" not in result.stderr


def test_a_ruleset_that_decides_few_rows_may_be_the_wrong_one(write: Writer) -> None:
    rows = [{"id": str(n), "filed": filed} for n, filed in enumerate(["L1", "L4", "L4", "P1"])]
    path = write("".join(json.dumps(row) + "\n" for row in rows), "gen.jsonl")
    result = adjudge("classify", path, *PUPPET)
    assert result.exit_code == 0
    assert "warning[other-ruleset]: `puppet` does not know `L4`, `L1` as a level" in result.stderr
    assert "`jelastic` would" in result.stderr


def test_reasons_stand_below_the_file_of_rejects(write: Writer, tmp_path: Path) -> None:
    rows = "".join(f"{n},P{n}\n" for n in range(1, 10))
    path = write(f"id,filed\n{rows}9,P1\n")
    _, result = filed(path, *PUPPET, tmp_path=tmp_path)
    assert "          1 row: `P5` is no level of `puppet`" in result.stderr
    assert "          and 3 more reasons\n" in result.stderr


def test_a_large_table_counts_its_reasons_too(write: Writer, tmp_path: Path) -> None:
    rows = "".join(f"{n},P{n % 5 + 1},{'x' * 60}\n" for n in range(20_000))
    _, result = filed(write(f"id,filed,note\n{rows}"), tmp_path=tmp_path)
    assert "          4,000 rows: `P5` is no level of `puppet`" in result.stderr


# -- nothing to decide


@pytest.mark.parametrize("command", ["classify", "audit", "compare", "facts"])
@pytest.mark.parametrize(
    ("name", "text"), [("e.csv", "id,filed,description\n"), ("e.jsonl", ""), ("e.json", "[]")]
)
def test_an_export_without_rows_is_warned_of(
    write: Writer, command: str, name: str, text: str
) -> None:
    words = () if command == "facts" else (*PUPPET, *OTHER) if command == "compare" else PUPPET
    result = adjudge(command, write(text, name), *words)
    assert result.exit_code == 0, result.output
    assert "warning[no-rows]" in result.stderr
    assert "nothing to decide" in result.stderr


def test_an_export_with_rows_is_not(write: Writer) -> None:
    assert "no-rows" not in adjudge("classify", write("id,filed\n1,P1\n"), *PUPPET).stderr


# -- what was meant


def test_a_wrong_file_name_gets_the_near_one(write: Writer) -> None:
    path = write("id,filed\n1,P1\n", "puppet.csv")
    result = adjudge("classify", path.replace("puppet", "pupet"), *PUPPET)
    assert result.exit_code == 2
    assert f"did you mean `{path}`?" in result.stderr
    mapping = write("extends: native\n", "ours.yaml")
    result = adjudge("classify", path, *PUPPET, "--map", mapping.replace("ours", "our"))
    assert f"did you mean `{mapping}`?" in result.stderr
    far = adjudge("classify", path.replace("puppet", "completely-other"), *PUPPET)
    assert "did you mean" not in far.stderr


@pytest.mark.parametrize("command", ["classify", "audit", "compare", "explain"])
def test_a_missing_ruleset_says_how_to_list_them(command: str) -> None:
    result = adjudge(command, "x.csv")
    assert result.exit_code == 2
    assert "`adjudge rules list` lists what ships" in " ".join(result.stderr.split())


def test_the_help_names_what_rules_can_do() -> None:
    assert "SQL" in adjudge("--help").stdout


def test_control_characters_of_an_export_do_not_reach_the_terminal(write: Writer) -> None:
    result = adjudge("classify", write("id,filed\n1,\x1b[31mP9\n"), *PUPPET)
    assert "\x1b" not in result.stderr
