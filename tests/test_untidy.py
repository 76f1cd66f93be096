"""Untidy exports and calls: what a support lead hands over, read or refused in plain words."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import random
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from adjudge.cli.main import main
from adjudge.tickets import json_records, json_sequence
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


def compare(export: str, **more: str) -> Result:
    return adjudge("compare", export, "--ruleset", "zeet", "--ruleset", "zenput", **more)


@pytest.mark.parametrize("call", [classify, compare])
def test_standard_input_is_called_so(call: Callable[..., Result], folder: Path) -> None:
    said = call("-", input="").stderr
    assert "standard input: read with the profile `native`" in said
    assert "standard input has no rows" in said
    assert "--> standard input" in said
    said = refused(call("-", input="id,filed\n"), "standard input holds no", "--> standard input")
    assert tempfile.gettempdir() not in said


def test_standard_input_is_compared_as_a_file_is(folder: Path) -> None:
    lines = '{"id": "1", "subject": "Production is down"}\n{"id": "2"}\nno JSON\n'
    piped, read = compare("-", input=lines), compare(written("a.jsonl", lines))
    assert piped.exit_code == read.exit_code == 0
    assert piped.stdout == read.stdout
    assert piped.stderr == read.stderr.replace("a.jsonl", "standard input")


def test_a_time_that_is_none_is_not_quoted_whole(folder: Path) -> None:
    record = '{"id": "1", "created_at": "' + "0" * 5000 + '"}'
    said = classify("-", input=record).stderr
    assert "which is no ISO 8601 time" in said
    assert len(said) < 1000


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
        ("", "there is no ruleset ``"),
        ("x" * 300, "there is no ruleset `xxx"),
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


@pytest.mark.parametrize("deep", [90, 110, 600, 900])
@pytest.mark.parametrize("opening", ["[", '{"a": '])
@pytest.mark.parametrize("name", ["d.jsonl", "held.json", "streamed.json"])
def test_what_is_nested_too_deep_is_a_reject(
    name: str, opening: str, deep: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = opening * deep + "1" + ("]" if opening == "[" else "}") * deep
    odd = f'{{"id": "odd", "facts": {{"environment": {inner}}}}}'
    records = ['{"id": "1", "filed": "P1"}', odd, inner, '{"id": "2"}']
    lines = name.endswith(".jsonl")
    written(name, "\n".join(records) if lines else f"[{','.join(records)}]")
    if name.startswith("streamed"):
        monkeypatch.setattr(json_records, "MAX_DOCUMENT", 20)
    result = classify(name)
    assert result.exit_code == 0, result.output
    assert "4 rows = 2 decided + 2 rejected" in result.stderr
    rejects = [json.loads(each) for each in Path("out.csv.rejects.jsonl").read_text().splitlines()]
    assert ("values are nested too deep" in rejects[0]["reasons"]) == (deep > 100)
    assert rejects[0]["record"] == ({"text": odd} if lines else {"id": "odd"}) or deep < 100
    mapped = written("m.yaml", "columns: {id: id}\n")
    assert classify(name, "--map", mapped).exit_code == 0


def test_a_broken_first_line_of_json_lines_is_a_row() -> None:
    lines = '[INFO] begun\n{"id": "1", "filed": "P1"}\n'
    result = classify(written("x.jsonl", lines))
    assert result.exit_code == 0
    assert "2 rows = 1 decided + 1 rejected" in result.stderr


@pytest.mark.parametrize("following", ["", '{"id": "3"}\n', "not JSON\n"])
@pytest.mark.parametrize("name", ["x.jsonl", "streamed.jsonl", "x.json", "-"])
def test_a_first_line_of_json_lines_that_is_cut_behind_a_bracket_is_a_row(
    name: str, following: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = '\n{"id": "1", "facts": {"technology": [\n\n{"id": "2"}\n' + following
    if name.startswith("streamed"):
        monkeypatch.setattr(json_records, "MAX_DOCUMENT", 60)
    result = classify(name if name == "-" else written(name, lines), input=lines)
    assert result.exit_code == 0, result.output
    rows, good = 2 + bool(following), 1 + following.startswith("{")
    assert f"{rows} rows = {good} decided + {rows - good} rejected" in result.stderr
    first = json.loads(Path("out.csv.rejects.jsonl").read_text().splitlines()[0])
    assert (first["row"], first["record"]) == (2, {"text": lines.split("\n")[1]})


@pytest.mark.parametrize("rest", ["\n]}", ',\n{"id": "2"}]}', '\n,{"id": "2"}\n,{"id": "3"}]}'])
@pytest.mark.parametrize("name", ["x.jsonl", "streamed.jsonl", "x.json"])
def test_a_document_with_a_record_a_line_is_no_json_lines(
    name: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("streamed"):
        monkeypatch.setattr(json_records, "MAX_DOCUMENT", 20)
    document = '{"count": 3, "tickets": [\n{"id": "1"}' + rest
    decided(classify(written(name, document)), rows=document.count("id"))
    cut = written(name, document[:-3] + ",")
    said = adjudge("classify", cut, "--ruleset", "puppet", "--no-text", "-o", "cut.csv")
    assert said.exit_code == 2
    assert "is not JSON" in said.stderr


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


@pytest.mark.parametrize("words", [(), ("--profile", "zendesk")])
@pytest.mark.parametrize("name", ["d.csv", "d.csv.gz"])
def test_what_is_damaged_behind_a_header_that_nobody_knows_is_told(
    name: str, words: tuple[str, ...]
) -> None:
    table = "".join(
        ["A,B\n", *(f"{random.Random(row).randbytes(9_000).hex()},2\n" for row in range(9))]
    )
    packed = gzip.compress(table.encode())[:-30_000]
    Path(name).write_bytes(packed if name.endswith(".gz") else "A,B\n1,2\n".encode("utf-16")[:-1])
    said = "is damaged or cut short" if name.endswith(".gz") else "is not utf-16"
    refused(classify(name, *words), f"`{name}` {said}")


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


MAP = """columns: {id: Ref, filed: Prio}
filed_values:
  hot: P9
  cold: P4
facts:
  support_plan: {column: Plan, values: {a: gold, b: premium}}
"""


@pytest.mark.parametrize("name", ["base.yaml", "ours.yaml"])
def test_a_level_or_value_that_the_ruleset_lacks_is_told_once_at_its_line(name: str) -> None:
    export = written("d.csv", "Ref,Prio\n1,hot\n2,hot\n")
    written("base.yaml", MAP)
    written("ours.yaml", "extends: ./base.yaml\n")
    result = classify(export, "--map", name)
    assert result.exit_code == 2
    assert result.stderr.count("`P9` is no level of `puppet`") == 1
    assert "base.yaml:3:8" in result.stderr
    assert "`gold` is no value of `support_plan`" in result.stderr
    assert "base.yaml:6:" in result.stderr
    assert not Path("out.csv").exists()


def test_a_map_for_several_rulesets_may_name_the_levels_of_each() -> None:
    export = written("d.csv", "Ref,Prio\n1,hot\n2,mild\n3,cold\n")
    values = "filed_values: {hot: P0, mild: P3, cold: P9}\n"
    written("m.yaml", f"columns: {{id: Ref, filed: Prio}}\n{values}")
    call = ("compare", export, "--ruleset", "puppet", "--ruleset", "zeet", "--map", "m.yaml")
    said = refused(adjudge(*call), "`P9` is no level of `puppet` or `zeet`", "m.yaml:2:")
    assert "P0" not in said.split("help")[0].replace(values.strip(), "")


def test_the_zone_that_a_date_of_a_workbook_needs_is_given_as_the_message_says() -> None:
    book = Workbook()
    book.active.append(["id", "filed", "created_at"])
    book.active.append(["1", "P1", dt.datetime(2025, 3, 4, 10)])
    book.save("d.xlsx")
    said = refused(classify("d.xlsx"), "the time has no zone")
    decided(classify("d.xlsx", "--map", as_told(said)))


@pytest.mark.parametrize("date", ["03/14/2025 10:00", "14.03.2025", "1741944000"])
def test_a_date_of_another_kind_is_read_as_the_message_says(date: str) -> None:
    export = written("d.csv", HEADER + f"1,P1,down,{date}\n")
    said = refused(classify(export), "expected an ISO 8601 time; it is read by a map")
    decided(classify(export, "--map", as_told(said)))


def test_what_a_map_lacks_is_told_to_be_put_into_it() -> None:
    export = written("d.csv", HEADER + "1,P1,down,03/04/2025\n")
    written("m.yaml", "extends: native\ndates: [local]\n")
    said = refused(classify(export, "--map", "m.yaml"), "the map, which then says `zone:")
    assert "extends:" not in said
    assert "give the map `day_order: month_first`" in said


def test_an_example_of_a_date_has_the_order_of_its_column() -> None:
    written("m.yaml", "extends: native\ndates: [local]\nzone: UTC\n")
    rows = "1,P1,down,03/14/2025 10:00\n2,P1,down,14/03/2025 10:00\n"
    result = classify(written("d.csv", HEADER + rows), "--map", "m.yaml")
    assert "such as 07/14/2025 3:42 PM or 14/Jul/25 15:42, with the month first" in result.stderr


def as_told(said: str) -> str:
    """Write the map that a message speaks of, to the letter; return its name."""
    reason = next(line for line in said.splitlines() if "`extends:" in line)
    return written("told.yaml", "\n".join(re.findall(r"`(\w+: [^`]+)`", reason)) + "\n")


@pytest.mark.parametrize(
    "name", ["out.jsonl", "out.json.gz", "compared.jsonl", "audit.csv", "audit.json"]
)
def test_what_adjudge_wrote_is_no_export_and_told_so(name: str) -> None:
    export = written("d.csv", HEADER + ROW)
    command, more = name.partition(".")[0], ()
    if command == "compared":
        command, more = "compare", ("--ruleset", "zeet")
    command = command.replace("out", "classify")
    call = (command, export, "--ruleset", "puppet", *more, "--no-text", "-o", name)
    assert adjudge(*call).exit_code == 0
    for again in (("classify", "-o", "x.csv"), ("audit", "-o", "x.html")):
        result = adjudge(again[0], name, "--ruleset", "puppet", *again[1:])
        refused(
            result,
            "error[own-results]",
            f"`{name}` is what adjudge wrote of tickets",
            "export that it was made of",
        )
    assert not list(Path().glob("x.*"))


def test_results_alone_are_no_export_and_those_beside_its_columns_are_read_again() -> None:
    export = written("d.csv", HEADER + ROW)
    assert classify(export, "--only-results").exit_code == 0
    Path("out.csv").rename("only.csv")
    refused(classify("only.csv"), "error[own-results]")
    assert classify(export).exit_code == 0
    Path("out.csv").rename("again.csv")
    decided(classify("again.csv"))


def test_rejects_are_no_export_and_told_to_be_mended_there() -> None:
    export = written("d.csv", HEADER + ROW + "2,P9,x,2025-03-04T10:00Z\n")
    assert classify(export).exit_code == 0
    Path("out.csv.rejects.jsonl").rename("rejects.jsonl")
    said = refused(classify("rejects.jsonl"), "`rejects.jsonl` holds rows that a run rejected")
    assert "error[own-results]" in said
    assert "mend them in the export" in said


def test_columns_that_results_have_too_make_no_results() -> None:
    export = written("d.csv", "id,filed,row,agree,reasons,level,verdict\n1,P1,7,yes,none,P1,x\n")
    decided(classify(export))
    decided(classify(written("e.csv", "id,filed,adjudge_id,adjudge_level\n1,P1,7,P2\n")))


def test_results_may_be_mapped() -> None:
    export = written("d.csv", HEADER + ROW)
    assert classify(export, "-o", "out.jsonl").exit_code == 2  # given twice
    assert adjudge("classify", export, "--ruleset", "puppet", "-o", "o.jsonl").exit_code == 0
    written("m.yaml", "columns: {id: record.id, filed: level}\n")
    decided(classify("o.jsonl", "--map", "m.yaml"))


def test_a_column_of_consent_is_not_taken_for_a_text() -> None:
    export = written("d.csv", "id,filed,consent\n1,P1,yes\n")
    assert "consent` like" not in decided(classify(export))


def test_a_folder_is_told_to_be_one_whatever_its_name(folder: Path) -> None:
    (folder / "exports").mkdir()
    for name in (".", "exports", "exports/"):
        refused(classify(name), "error[not-a-file]", "is a directory", "name one file of it")


def test_a_profile_without_whose_ids_nothing_goes_names_the_one_that_fits() -> None:
    result = classify(str(EXPORTS / "zendesk-account.csv"), "--profile", "jira")
    refused(result, "error[no-id-column]", "it looks like `zendesk-csv`: leave out `--profile`")


def test_times_without_a_zone_are_one_reason() -> None:
    rows = "".join(f"{n},P1,down,2025-03-04 10:{n:02}\n" for n in range(30))
    rows += "".join(f"{n},P1,down,2025-03-04 x{n:02}\n" for n in range(30, 35))
    said = refused(classify(written("d.csv", HEADER + rows + "x,P9,down,\n")))
    first = "`created_at` is `2025-03-04 {}` in the first of them: {}"
    assert f"    30 rows: {first.format('10:00', 'the time has no zone')}" in said
    assert f"    5 rows: {first.format('x30', 'expected an ISO')}" in said
    assert "    1 row: `P9` is no level of `puppet`" in said
    assert "more reason" not in said


def test_times_without_a_zone_are_one_reason_in_json_too() -> None:
    times = [f"2025-03-04 10:{n:02}" for n in range(30)] + [f"4/3 10:{n}" for n in range(5)]
    records = [{"id": str(n), "created_at": each} for n, each in enumerate(times)]
    written("d.jsonl", "".join(json.dumps(each) + "\n" for each in records))
    said = refused(classify("d.jsonl"))
    first = "`created_at` is `{}` in the first of them, which {}"
    assert f"    30 rows: {first.format('2025-03-04 10:00', 'has no time zone')}" in said
    assert f"    5 rows: {first.format('4/3 10:0', 'is no ISO 8601 time')}" in said
    assert "more reason" not in said


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "2,Kritisk,staging",
            "a map (`--map FILE`) says with `filed_values` which level a word means",
        ),
        ("2,P1,prod", "a map (`--map FILE`) says with `facts` and `values` what a cell means"),
        ("1,P1,staging", None),
    ],
)
def test_what_to_do_about_a_word_that_is_not_known_is_told(row: str, told: str | None) -> None:
    export = written("d.csv", f"id,filed,environment\n1,P1,staging\n{row}\n")
    said = classify(export).stderr
    assert "2 rows = 1 decided + 1 rejected" in said
    audit = adjudge("audit", export, "--ruleset", "puppet", "--no-text").stderr
    for each in (said, audit):
        assert (told in each) if told else ("--map" not in each)


def test_a_profile_that_is_not_that_of_the_export_is_told() -> None:
    said = decided(classify(str(EXPORTS / "native.csv"), "--profile", "zendesk"), rows=3)
    assert "warning[other-layout]" in said
    assert "it looks like `native`: leave out `--profile`" in said
    assert "`filed` like `filed`" in said
    assert "columns not read: `filed`, " in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"id,filed,subject"\n"1,P1,down"\n', "take the quotes away that stand around whole lines"),
        ("id filed subject\n1 P1 down\n", "take it out where it is a title; cells are parted by"),
        ("id:filed:subject\n1:P1:down\n", "take it out where it is a title; cells are parted by"),
    ],
)
def test_a_header_that_is_a_single_cell_is_told_so(text: str, said: str) -> None:
    result = classify(written("d.csv", text))
    refused(result, "error[no-header]", "the header of `d.csv` is a single cell: `id", said)


def test_a_ticket_that_cannot_be_explained_says_its_row_and_what_to_do() -> None:
    export = written("d.csv", "id,filed,environment\n1,P1,test\n2,Akut,test\n3,P1,prod\n")
    call = ("explain", export, "--ruleset", "puppet", "--ticket")
    refused(
        adjudge(*call, "2"),
        "row 3 (`2`): `Akut` is no level of `puppet`",
        "--> d.csv",
        "known here: `P1`, `P2`",
        "says with `filed_values` which level a word means",
    )
    refused(
        adjudge(*call, "3"),
        "row 4 (`3`): `environment` is `prod`: expected one of",
        "says with `facts` and `values` what a cell means",
    )


@pytest.mark.parametrize(
    ("part", "column", "told"),
    [
        ("first_response_minutes", "Answer", True),
        ("corrected_at", "Answer", True),
        ("first_response_minutes", "Took", False),
        ("first_response_at", "Empty", False),
    ],
)
def test_a_column_that_is_named_for_a_time_and_holds_none_is_told(
    part: str, column: str, told: bool
) -> None:
    rows = "".join(f"{n},P1,how_to,2025-03-04T10:00Z,soon,0:{n:02},\n" for n in range(3))
    export = written("d.csv", "id,filed,request_type,created_at,Answer,Took,Empty\n" + rows)
    call = ("audit", export, "--ruleset", "puppet", "--since", "2025-01-01")
    said = adjudge(*call, "--column", f"{part}={column}").stderr
    message = f"no cell of `Answer` is a time or a number that `{part}` can be read from: `soon`"
    assert (message in said) == told
    assert ("warning" in said) == told


def test_a_fact_of_a_map_that_the_ruleset_lacks_is_told() -> None:
    export = written("d.csv", "Ref,Miljö,Plan,Env\n1,Test,Gold,Test\n")
    facts = "facts: {miljo: Miljö, customer_type: Plan, enviroment: Env}\n"
    written("m.yaml", "columns: {id: Ref}\n" + facts)
    said = decided(classify(export, "--map", "m.yaml"))
    assert "the ruleset has no fact that the map names so: `miljo`" in said
    assert "`request_type`, `environment`, " in said
    assert "the ruleset has no fact `enviroment`" in said
    assert "`customer_type`" not in said.split("known here")[0]
    written("n.yaml", "extends: servicenow\ncolumns: {filed: urgency}\n")
    again = classify(str(EXPORTS / "servicenow.csv"), "--map", "n.yaml")
    assert "has no fact" not in again.stderr


@pytest.mark.parametrize(
    ("name", "profile", "read"),
    [
        ("zendesk-list.json", "zendesk", "zendesk"),
        ("freshdesk-api.json", "freshdesk", "freshdesk-api"),
        ("jira.csv", "jira", "jira"),
    ],
)
def test_a_profile_that_fits_is_not_warned_of(name: str, profile: str, read: str) -> None:
    result = classify(str(EXPORTS / name), "--profile", profile)
    assert result.exit_code == 0
    assert f"{name}: read with the profile `{read}`" in result.stderr
    assert "other-layout" not in result.stderr
    other = "zendesk" if profile == "jira" else "jira"
    said = classify(str(EXPORTS / name), "--profile", other).stderr
    assert "[other-layout]" in said or f"it looks like `{read}`" in said


def test_a_map_over_json_is_warned_of_like_one_over_a_table() -> None:
    records = [{"Ref": 1}, {"Ref": 2, "Prio": "P1", "Titel": "down"}]
    written("d.json", json.dumps(records))
    written("d.csv", "Ref,Prio,Titel\n1,,\n2,P1,down\n")
    written("m.yaml", "columns: {id: Ref, description: [Body, Inhalt]}\n")
    for name in ("d.json", "d.csv"):
        said = decided(classify(name, "--map", "m.yaml"), rows=2)
        assert "the export lacks columns that the map names: `Body` for `description`" in said
        assert "`Prio` like `filed`, `Titel` like `subject`" in said


def test_a_key_that_the_first_records_lack_is_not_said_to_be_nowhere() -> None:
    records = [{"Ref": number} for number in range(201)]
    lines = "".join(json.dumps(each) + "\n" for each in [*records, {"Ref": "x", "Env": "test"}])
    written("d.jsonl", lines)
    written("m.yaml", "columns: {id: Ref}\nfacts: {environment: Env}\n")
    said = decided(classify("d.jsonl", "--map", "m.yaml"), rows=202)
    assert "its first 200 records lack columns that the map names: `Env` for `environment`" in said
    said = decided(classify("-", "--map", "m.yaml", input=lines), rows=202)
    assert "its first record lacks columns that the map names: `Env` for `environment`" in said


@pytest.mark.parametrize("own", ["P1", "P9"])
@pytest.mark.parametrize("name", ["rejects.jsonl", "rejects.jsonl.gz"])
def test_rejects_of_the_earlier_export_are_told_and_kept(own: str, name: str) -> None:
    written("now.csv", f"{HEADER}1,{own},down,2025-03-04T10:00Z\n{ROW.replace('1', '2', 1)}")
    written("earlier.csv", HEADER + ROW + "2,P8,down,2025-03-04T10:00Z\n3,P1,down,soon\n")
    call = ("audit", "now.csv", "--ruleset", "puppet", "--no-text", "--compare", "earlier.csv")
    said = adjudge(*call).stderr
    assert "of 3 rows of the earlier `earlier.csv`, 2 rejected:" in said
    assert "1 row: `P8` is no level of `puppet`" in said
    assert "--rejects FILE takes them" in said
    result = adjudge(*call, "--rejects", name)
    assert result.exit_code == 0, result.stderr
    with gzip.open(name, "rt") if name.endswith(".gz") else open(name) as lines:
        kept = [json.loads(line) for line in lines]
    shown = [(each.get("export"), each["id"]) for each in kept]
    assert shown[-2:] == [("earlier.csv", "2"), ("earlier.csv", "3")]
    assert shown[:-2] == ([(None, "1")] if own == "P9" else [])
    streamed = adjudge(*call, "--rejects", "-", "--output", "report.json").stdout
    assert [json.loads(line) for line in streamed.splitlines()] == kept


def spread(records: list[dict[str, object]]) -> str:
    return "\n".join(json.dumps(each, indent=2) for each in records) + "\n"


THREE: list[dict[str, object]] = [{"id": str(n), "filed": f"P{n}"} for n in (1, 2, 3)]
PAGED = [json.dumps(THREE[:2]), json.dumps(THREE[2:])]
PAGES = [json.dumps({"tickets": json.loads(each), "next_page": None}, indent=1) for each in PAGED]


@pytest.mark.parametrize(
    "text",
    [
        spread(THREE),
        spread(THREE).replace("{\n", "{"),  # the first key beside the bracket
        "".join(map(json.dumps, THREE)),  # nothing between them
        ",\n".join(map(json.dumps, THREE)) + ",\n",  # a list without its brackets
        "\n".join(PAGES),
        "".join(PAGED),  # as `gh api --paginate` writes pages
        "\n\n[]".join(PAGED),
        f"[{','.join(PAGED)}]",
        f"[{','.join(PAGES)}]",
    ],
)
@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "streamed.json", "-"])
def test_json_values_one_after_the_other_are_read_whatever_parts_them(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("streamed"):
        monkeypatch.setattr(json_records, "MAX_DOCUMENT", len(text) // 2 + 1)
        monkeypatch.setattr(json_sequence, "_STEP", 7)
    result = classify(name if name == "-" else written(name, "\ufeff\n" + text), input=text)
    said = decided(result, rows=3)
    assert "P1 0, P2 0, P3 0, P4 3" in said
    assert [each.split(",")[0] for each in Path("out.csv").read_text().splitlines()[1:]] == [
        *("1", "2", "3")
    ]


def test_one_record_over_several_lines_is_one_of_json_lines() -> None:
    decided(classify(written("x.jsonl", spread(THREE[:1]))))
    refused(classify(written("x.json", spread(THREE[:1]))), "holds no list of tickets")


@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_what_is_damaged_among_json_values_is_a_row(name: str) -> None:
    broken = '{\n  "id": "9",\n  "subject": oops\n}'
    text = spread(THREE[:2]) + broken + "\n" + spread(THREE[2:])[:-3]
    result = classify(written(name, text))
    assert result.exit_code == 0, result.stderr
    assert "4 rows = 2 decided + 2 rejected" in result.stderr
    rejects = [json.loads(each) for each in Path("out.csv.rejects.jsonl").read_text().splitlines()]
    assert [each["row"] for each in rejects] == [3, 4]
    assert rejects[0]["reasons"] == ["the text is not JSON: expecting value in line 3 of it"]
    assert rejects[0]["record"] == {"text": broken}
    assert rejects[1]["record"]["text"].startswith('{\n  "id": "3"')


def test_json_lines_of_which_the_first_two_are_broken_are_lines() -> None:
    lines = '{"id": "1", "subject": "x\n{"id": "2", "subject": "x\n{"id": "3"}\n'
    result = classify(written("x.jsonl", lines))
    assert result.exit_code == 0, result.stderr
    assert "3 rows = 1 decided + 2 rejected" in result.stderr


def test_an_empty_json_file_is_told_to_be_empty() -> None:
    refused(classify(written("x.json", "\n")), "error[empty-file]", "`x.json` is empty")


def test_the_workbook_of_an_audit_is_no_export_whichever_sheet_is_given() -> None:
    export = written("d.csv", HEADER + ROW + "2,P9,down,\n")
    call = ("audit", export, "--ruleset", "puppet", "--no-text", "-o", "audit.xlsx")
    assert adjudge(*call).exit_code == 0
    said = refused(classify("audit.xlsx"), "`audit.xlsx` is what adjudge wrote of tickets")
    assert "sheet" not in said
    for sheet in load_workbook("audit.xlsx"):
        if sheet.max_row > 1 and sheet.title != "Decisions":
            rows = [["" if cell is None else cell for cell in row] for row in sheet.values]
            with Path("sheet.csv").open("w", newline="") as file:
                csv.writer(file).writerows(rows)
            refused(classify("sheet.csv"), "error[own-results]")


def test_what_the_words_of_tickets_state_is_no_export() -> None:
    lines = adjudge("facts", written("d.csv", HEADER + ROW), "--format", "jsonl").stdout
    refused(classify(written("f.jsonl", lines)), "error[own-results]")


@pytest.mark.parametrize("first", [["Cover page"], ["Priority", "Count"], ["Week 3", "", "", "x"]])
@pytest.mark.parametrize("profile", [(), ("--profile", "native")])
def test_a_workbook_whose_first_sheet_holds_no_tickets_names_its_sheets(
    first: list[str], profile: tuple[str, ...]
) -> None:
    book = Workbook()
    book.active.title = "Cover"
    book.active.append(first)
    sheet = book.create_sheet("Data")
    for row in (HEADER.strip().split(","), ROW.strip().split(",")):
        sheet.append(row)
    book.save("d.xlsx")
    result = classify("d.xlsx", *profile)
    refused(result, "the sheet `Cover` was read, and not `Data`", "a file of its own")


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
@pytest.mark.parametrize("name", ["d.csv.gz", "d.jsonl.gz", "d.json.gz"])
def test_what_is_packed_twice_is_told(name: str, pack: Callable[[bytes], bytes]) -> None:
    Path(name).write_bytes(gzip.compress(pack((HEADER + ROW).encode())))
    refused(classify(name), f"`{name}` is packed twice", "unpack it once")


def test_a_table_whose_lines_became_single_cells_is_told() -> None:
    table = "".join(f'"{line}";;\n' for line in (HEADER + ROW).splitlines())
    refused(classify(written("d.csv", table)), "take the quotes away", "around whole lines")


ZENDESK = {"subject": "down", "requester_id": 1, "via": {"channel": "web"}}


@pytest.mark.parametrize("cell", [4, 4.0, "4", "1.0", 7])
def test_a_number_that_a_system_of_words_does_not_rank_is_not_taken_for_a_level(
    cell: object,
) -> None:
    odd = {"id": 1, "priority": cell, **ZENDESK}
    good = {"id": 2, "priority": "low", **ZENDESK}
    written("d.json", json.dumps([odd, good]))
    said = classify("d.json").stderr
    assert "2 rows = 1 decided + 1 rejected" in said
    assert "the profile `zendesk` does not say how urgent this number is" in said
    assert "says with `filed_values` which level a word means" in said
    written("m.yaml", 'extends: zendesk\nfiled_values: {"1": P3, "4": P1, "7": P4}\n')
    decided(classify("d.json", "--map", "m.yaml"), rows=2)


@pytest.mark.parametrize(
    ("name", "table", "told"),
    [
        ("freshdesk.csv", "Ticket ID,Type,Priority,Created time\n1,,4.0,\n", "`4` = P1"),
        ("servicenow.csv", "number,opened_at,priority\nINC1,,1.00\n", "`1` = P1"),
        ("native.csv", "id,filed\n1,1.0\n", "`1` = P1"),
    ],
)
def test_whole_numbers_with_a_point_are_the_same_priority_in_every_format(
    name: str, table: str, told: str
) -> None:
    assert told in decided(classify(written(name, table)))
    book = Workbook()
    for row in csv.reader(table.splitlines()):
        book.active.append([float(cell) if "." in cell else cell for cell in row])
    book.save("d.xlsx")
    assert told in decided(classify("d.xlsx"))
