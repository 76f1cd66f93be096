"""Untidy exports and calls: what a support lead hands over, read or refused in plain words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from adjudge.cli.main import main
from conftest import REPOSITORY

EXPORTS = REPOSITORY / "fixtures" / "exports"
HEADER = "id,filed,subject,created_at\n"
ROW = "1,P1,Server down,2025-03-04T10:00Z\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def adjudge(*words: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, words, input=input)


def classify(export: str, *words: str, input: str | bytes | None = None) -> Result:
    call = ("classify", export, "--ruleset", "puppet", "--no-text", "--output", "out.csv", *words)
    return adjudge(*call, input=input)


def written(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


def refused(result: Result, *said: str) -> str:
    """Return the message of a call that could not be used."""
    assert result.exit_code == 2, result.output
    assert result.stderr.count("error[") == 1, result.stderr
    for each in said:
        assert each in result.stderr
    return result.stderr


def decided(result: Result, rows: int = 1) -> str:
    """Return the messages of a run that decided so many rows, and rejected none."""
    assert result.exit_code == 0, result.stderr
    assert f"= {rows} decided + 0 rejected" in result.stderr
    return result.stderr


@pytest.mark.parametrize("command", ["classify", "audit", "compare", "explain"])
def test_a_language_that_has_no_texts_is_refused_once(command: str) -> None:
    more = {"compare": ("--ruleset", "zeet"), "explain": ("--ticket", "N-1")}
    call = (command, str(EXPORTS / "native.csv"), "--ruleset", "puppet", *more.get(command, ()))
    said = refused(adjudge(*call, "--language", "xx"), "`de`, `en`, `sv`")
    assert said.count("xx") == 1


@pytest.mark.parametrize("command", ["facts", "explain", "classify", "evaluate"])
def test_export_and_map_are_not_both_standard_input(command: str) -> None:
    more = {"explain": ("--ticket", "1"), "facts": ()}.get(command, ())
    ruleset = () if command == "facts" else ("--ruleset", "puppet")
    result = adjudge(command, "-", *ruleset, *more, "--map", "/dev/stdin", input="{}")
    refused(result, "EXPORT and `--map` both are standard input")


def test_what_is_named_as_a_map_and_is_none_is_told(folder: Path) -> None:
    export = written("d.csv", HEADER + ROW)
    (folder / "maps").mkdir()
    written("ours.yaml", "extends: native\n")
    refused(classify(export, "--map", "maps"), "`maps` is a directory", "YAML file in it")
    refused(classify(export, "--map", "d.csv"), "`d.csv` is an export by its name", "YAML file")
    refused(classify(export, "--map", "ours"), "did you mean the file `ours.yaml`?")
    refused(classify(export, "--map", "nothing"), "./nothing.yaml", "known here: `freshdesk`")
    written("ours", "extends: native\n")
    decided(classify(export, "--map", "ours"))


def test_what_is_named_as_a_ruleset_and_is_none_is_told(folder: Path) -> None:
    export = written("d.csv", HEADER + ROW)
    (folder / "rules").mkdir()
    shutil.copy(REPOSITORY / "rules" / "puppet.yaml", "acme.yaml")
    for name, said in (
        ("rules", "`rules` is a directory"),
        ("d.csv", "`d.csv` is an export by its name, and no ruleset"),
        ("acme", "did you mean the file `acme.yaml`?"),
    ):
        refused(adjudge("classify", export, "--ruleset", name), said)


def test_a_map_extends_a_file_beside_it_by_its_path_only(folder: Path) -> None:
    export = written("d.csv", HEADER + ROW)
    (folder / "maps").mkdir()
    written("maps/base.yaml", "extends: native\n")
    written("maps/ours.yaml", "extends: base\n")
    refused(classify(export, "--map", "maps/ours.yaml"), "did you mean the file `base.yaml`?")


@pytest.mark.parametrize("name", ["native.csv", "servicenow.xlsx"])
def test_a_table_on_standard_input_is_told_how_to_be_given(name: str) -> None:
    result = classify("-", input=(EXPORTS / name).read_bytes())
    refused(result, "standard input", "`-` is for JSON", "such as tickets.csv")


@pytest.mark.parametrize("name", ["zendesk-list.json", "zendesk-envelope.json", "zendesk.jsonl"])
def test_json_is_read_from_standard_input_in_any_form(name: str) -> None:
    data = (EXPORTS / name).read_bytes()
    Path("list.jsonl").write_bytes(data)
    assert "`zendesk`" in decided(classify("-", input=data), rows=3)
    piped = Path("out.csv").read_bytes()
    decided(classify("list.jsonl"), rows=3)
    assert Path("out.csv").read_bytes() == piped


def test_a_broken_first_line_of_json_lines_is_a_row() -> None:
    lines = '[INFO] begun\n{"id": "1", "filed": "P1"}\n'
    result = classify(written("x.jsonl", lines))
    assert result.exit_code == 0
    assert "2 rows = 1 decided + 1 rejected" in result.stderr


def test_cells_may_be_parted_by_bars() -> None:
    export = written("d.csv", (HEADER + ROW).replace(",", "|"))
    decided(classify(export))
    assert Path("out.csv").read_text().startswith("id,filed,")


@pytest.mark.parametrize("above", ["\n\n", ",,,\n", ';;\n"",\n'])
def test_blank_rows_above_the_header_are_none(above: str) -> None:
    bad = written("d.csv", above + HEADER + ROW + "2,P9,x,\n")
    result = classify(bad)
    assert "2 rows = 1 decided + 1 rejected" in result.stderr
    row = json.loads(Path("out.csv.rejects.jsonl").read_text())["row"]
    assert row == above.count("\n") + 3


@pytest.mark.parametrize("title", ["Tickets of week 3\n", "Tickets of week 3,,,\n,,,\n"])
@pytest.mark.parametrize("profile", [(), ("--profile", "native")])
def test_a_title_above_the_header_is_told(title: str, profile: tuple[str, ...]) -> None:
    row = title.count("\n") + 1
    result = classify(written("d.csv", title + HEADER + ROW), *profile)
    refused(
        result, f"not named in its first row but in row {row}", f"take out the rows above row {row}"
    )


def test_a_title_above_a_header_that_nobody_knows_is_told() -> None:
    table = "Tickets of week 3\nRef,Who,Text\n1,Ada,down\n"
    refused(classify(written("d.csv", table)), "is a title, and no header: `Tickets of week 3`")


def test_a_title_above_the_header_of_a_workbook_is_told() -> None:
    book = Workbook()
    for row in (["Tickets of week 3"], [], HEADER.strip().split(","), ROW.strip().split(",")):
        book.active.append(row)
    book.save("d.xlsx")
    refused(classify("d.xlsx"), "not named in its first row but in row 3")


@pytest.mark.parametrize("profile", [(), ("--profile", "native")])
def test_a_table_without_a_header_is_told(profile: tuple[str, ...]) -> None:
    result = classify(written("d.csv", ROW + ROW), *profile)
    refused(result, "holds values, and no names of columns: `1`, `2025-", "add a first row")
