"""Results as files: every format, the export's own columns, safe cells, the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import zstandard
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from adjudge.batch.write import RESULT_COLUMNS
from adjudge.batch.write_safe import NUMBER, RUNS, as_it_was, made_safe
from adjudge.batch.write_table import MAX_CHARACTERS
from adjudge.cli.main import main

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
ENDINGS = (
    ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".xlsx", ".parquet", ".csv.gz", ".jsonl.zst",
    ".json.gz", ".tsv.zst",
)  # fmt: skip
Rows = list[dict[str, str | None]]


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def classify(export: object, output: Path, *words: object, ruleset: str = "puppet") -> Result:
    result = call("classify", export, "--ruleset", ruleset, "--output", output, *words)
    assert result.exit_code == 0, result.stderr
    return result


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data


def table(path: Path) -> Rows:
    """The rows of a table of results as text, empty cells as none."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        header, *rows = sheet.iter_rows(values_only=True)
        return [_texts(dict(zip(header, row, strict=True))) for row in rows]
    if path.suffix == ".parquet":
        return [_texts(row) for row in pq.read_table(path).to_pylist()]
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    text = io.StringIO(unpacked(path).decode(), newline="")
    return [_texts(row) for row in csv.DictReader(text, delimiter=delimiter)]


def _texts(row: dict[str, object]) -> dict[str, str | None]:
    return {str(name): None if cell in (None, "") else str(cell) for name, cell in row.items()}


def lines(path: Path) -> list[dict[str, object]]:
    text = unpacked(path).decode()
    if ".json" in path.suffixes:
        return json.loads(text)  # type: ignore[no-any-return]
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", ["servicenow-us.csv", "zendesk.jsonl", "servicenow.xlsx"])
def test_the_same_export_gives_the_same_bytes_in_every_format(
    tmp_path: Path, ending: str, name: str
) -> None:
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    classify(EXPORTS / name, first)
    classify(EXPORTS / name, second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet", ".csv.gz", ".tsv.zst"])
def test_a_table_keeps_the_columns_of_the_export_and_adds_ours(tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"out{ending}"
    classify(EXPORTS / "servicenow-us.csv", output)
    with (EXPORTS / "servicenow-us.csv").open(newline="") as file:
        wanted = [_texts(dict(row)) for row in csv.DictReader(file)]
    found = table(output)
    assert list(found[0]) == [*wanted[0], *RESULT_COLUMNS]
    own = [{name: row[name] for name in wanted[0]} for row in found]
    assert own == wanted
    assert [row["adjudge_filed"] for row in found] == ["P1", "P4"]


def test_every_table_says_the_same(tmp_path: Path) -> None:
    found = []
    for ending in (".csv", ".tsv", ".xlsx", ".parquet"):
        output = tmp_path / f"out{ending}"
        classify(EXPORTS / "zendesk.jsonl", output, "--raw")
        found.append(table(output))
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".jsonl.zst"])
def test_json_keeps_the_record_of_the_export(tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"out{ending}"
    classify(EXPORTS / "zendesk-list.json", output)
    records = json.loads((EXPORTS / "zendesk-list.json").read_text())
    assert [each["record"] for each in lines(output)] == records
    classify(EXPORTS / "zendesk-list.json", output, "--only-results")
    found = lines(output)
    assert all("record" not in each for each in found)
    assert [each["id"] for each in found] == ["35436", "35437", "35438"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_only_results_have_the_id_and_nothing_else_of_the_export(
    tmp_path: Path, ending: str
) -> None:
    for name in ("zendesk.jsonl", "servicenow-us.csv"):
        output = tmp_path / f"{name}{ending}"
        classify(EXPORTS / name, output, "--only-results")
        assert list(table(output)[0]) == ["adjudge_id", *RESULT_COLUMNS]


def test_records_of_json_with_other_keys_give_one_table(tmp_path: Path) -> None:
    export = tmp_path / "t.jsonl"
    export.write_text(
        '{"id": "1", "subject": "a"}\n{"id": "2", "facts": {"environment": "production"}}\n'
    )
    output = tmp_path / "out.csv"
    classify(export, output)
    found = table(output)
    assert list(found[0])[:3] == ["id", "subject", "facts"]
    assert [row["facts"] for row in found] == [None, '{"environment": "production"}']


def test_cells_beyond_the_header_are_kept_where_they_may_be(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    classify(EXPORTS / "jira.csv", output)
    assert [row["more cells"] for row in table(output)] == [None, None, '["c"]']


def test_results_of_results_keep_those_of_the_run_before(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    classify(EXPORTS / "native.csv", first)
    classify(first, second, ruleset="zeet")
    found = table(second)[0]
    assert found["adjudge_filed"] == "P1"
    assert found["adjudge_ruleset"].startswith("puppet")  # type: ignore[union-attr]
    assert found["adjudge_ruleset (2)"].startswith("zeet")  # type: ignore[union-attr]


def test_a_workbook_opens_with_filters_and_a_header_that_stays(tmp_path: Path) -> None:
    output = tmp_path / "out.xlsx"
    classify(EXPORTS / "servicenow.xlsx", output)
    sheet = openpyxl.load_workbook(output).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(3, sheet.max_column).coordinate}"
    first = dict(zip(*list(sheet.iter_rows(values_only=True))[:2], strict=True))
    assert str(first["Opened"]) == "2026-11-20 09:12:00"
    assert first["Reassignments"] == 0


def test_parquet_keeps_the_types_of_parquet(tmp_path: Path) -> None:
    import datetime as dt

    import pyarrow as pa

    export = tmp_path / "t.parquet"
    moment = dt.datetime(2026, 11, 20, 9, 12, tzinfo=dt.UTC)
    rows = {
        "id": [1, 2],
        "created_at": pa.array([moment, None], pa.timestamp("ns", "UTC")),
        "facts": [{"environment": "production", "technology": ["java"]}, None],
    }
    pq.write_table(pa.table(rows), export)
    output = tmp_path / "out.parquet"
    classify(export, output)
    found = pq.read_table(output)
    assert str(found.schema.field("id").type) == "int64"
    assert str(found.schema.field("created_at").type) == "timestamp[us, tz=UTC]"
    first = found.to_pylist()[0]
    assert first["created_at"] == moment
    assert (first["facts.environment"], first["facts.technology"]) == ("production", ["java"])
    assert classify(export, tmp_path / "out.csv").exit_code == 0


def test_a_text_that_is_too_long_for_a_workbook_is_cut_and_said(tmp_path: Path) -> None:
    export = tmp_path / "t.csv"
    export.write_text(f"id,filed,description\n1,P1,{'x' * 40_000}\n")
    output = tmp_path / "out.xlsx"
    result = classify(export, output)
    assert "1 cells have more than 32,767 characters" in result.stderr
    assert "are cut" in result.stderr
    description = table(output)[0]["description"]
    assert description is not None
    assert len(description) == MAX_CHARACTERS


# -- formulas


DANGEROUS = (
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+46 70 123", "-1+1", "- a point", "\t=1", "\r=1",
    "'=1", "''-x", "-- \nAnn",
)  # fmt: skip
HARMLESS = (
    "",
    "-",
    "+",
    "-5",
    "-5.25",
    "+5",
    "-1,5",
    "-5 %",
    "1e-5",
    "-1.2E+3",
    "a=b",
    "'tis",
    "x",
)


def test_cells_that_a_spreadsheet_would_run_are_made_safe() -> None:
    assert all(made_safe(cell) == f"'{cell}" for cell in DANGEROUS)
    assert all(made_safe(cell) == cell for cell in HARMLESS)


@given(st.text(alphabet="'=+-@\t\r\n 01.,e%a", max_size=8))
def test_what_was_made_safe_can_be_had_back(cell: str) -> None:
    safe = made_safe(cell)
    assert as_it_was(safe) == cell
    assert re.match(r"[=+\-@\t\r]", safe) is None or re.match(NUMBER, safe)


def test_the_expressions_mean_the_same_to_polars() -> None:
    import polars as pl

    cells = pl.Series([*DANGEROUS, *HARMLESS])
    runs = cells.str.contains(RUNS) & ~cells.str.contains(NUMBER)
    assert runs.to_list() == [made_safe(cell) != cell for cell in cells]


def test_results_are_safe_to_open_and_raw_ones_are_as_they_were(tmp_path: Path) -> None:
    export = tmp_path / "t.csv"
    cells = [*DANGEROUS, *HARMLESS]
    with export.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "filed", "=note"])
        writer.writerows([number, "P1", cell] for number, cell in enumerate(cells))
    safe, raw, book = (tmp_path / name for name in ("safe.csv", "raw.csv", "book.xlsx"))
    classify(export, safe)
    classify(export, raw, "--raw")
    classify(export, book)
    assert [row["'=note"] or "" for row in table(safe)] == [made_safe(cell) for cell in cells]
    assert [row["=note"] or "" for row in table(raw)] == cells
    with zipfile.ZipFile(book) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


# -- what was read as what


def test_a_priority_of_another_system_is_read_by_its_rank_and_said(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    result = classify(EXPORTS / "servicenow-us.csv", output, ruleset="zeet")
    first, second = lines(output)
    assert (first["filed"], second["filed"]) == ("P0", "GUIDANCE")
    assert first["filed_as"] == {"written": "1 - Critical", "rank": 1}
    (entry,) = [each for each in first["trail"] if each["rule"] == "filed-rank"]  # type: ignore[attr-defined]
    assert (entry["kind"], entry["level"]) == ("filed_rank", "P0")
    assert "“1 - Critical” as urgency 1" in entry["because"]
    assert "`1 - Critical` = P0 (urgency 1 of the export) 1" in result.stderr


def test_numbers_run_the_way_of_their_system_and_a_map_outranks(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    classify(EXPORTS / "freshdesk-api.json", output, ruleset="zeet")
    assert [each["filed"] for each in lines(output)] == ["P0", "GUIDANCE"]
    classify(EXPORTS / "servicenow-api.json", output, ruleset="zeet")
    assert [each["filed"] for each in lines(output)] == ["P0"]
    site = tmp_path / "site.yaml"
    site.write_text('extends: freshdesk-api\nfiled_values: {"4": P1}\nfiled_ranks: {"1": 1}\n')
    classify(EXPORTS / "freshdesk-api.json", output, "--map", site, ruleset="zeet")
    assert [each["filed"] for each in lines(output)] == ["P1", "P0"]


def test_words_that_the_ruleset_knows_mean_what_it_says(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    classify(EXPORTS / "hubspot.csv", output, ruleset="zeet")
    first = lines(output)[0]
    assert (first["filed"], first["filed_as"]) == ("P1", {"written": "High", "rank": None})


# -- dates, said aloud


@pytest.mark.parametrize(
    ("dates", "wanted", "said"),
    [
        (["02/03/2026 10:00", "03/13/2026 10:00"], "2026-02-03", ""),
        (["02/03/2026 10:00", "13/03/2026 10:00"], "2026-03-02", ""),
        (
            ["02/03/2026 10:00", "04/05/2026 10:00"],
            "2026-03-02",
            "`02/03/2026 10:00` is read as day",
        ),
        (["2026-03-02 10:00"], "2026-03-02", ""),
    ],
)
def test_the_order_of_day_and_month_is_decided_for_the_column(
    tmp_path: Path, dates: list[str], wanted: str, said: str
) -> None:
    export = tmp_path / "t.csv"
    rows = "".join(f"INC{n},1,{date},x\n" for n, date in enumerate(dates))
    export.write_text("number,priority,opened_at,short_description\n" + rows)
    output = tmp_path / "out.jsonl"
    result = classify(export, output, ruleset="servicenow")
    assert ("ambiguous-dates" in result.stderr) == bool(said)
    assert said in result.stderr
    if said:
        site = tmp_path / "site.yaml"
        site.write_text("extends: servicenow\nday_order: month_first\n")
        again = classify(export, output, "--map", site, ruleset="servicenow")
        assert "is read as month, then day" in again.stderr


# -- compare


def test_compare_puts_rulesets_side_by_side(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    names = ("--ruleset", "servicenow", "--ruleset", "zeet")
    result = call("compare", EXPORTS / "servicenow.csv", *names, "--output", output)
    assert result.exit_code == 0, result.stderr
    found = table(output)
    assert len(found) == 3
    assert [row["adjudge_servicenow_level"] for row in found] == ["critical", "low", None]
    assert [row["adjudge_zeet_verdict"] for row in found] == ["unproven", "unproven", None]
    assert [row["adjudge_agree"] for row in found] == ["false"] * 3
    assert "servicenow: `opened_at`" in str(found[2]["adjudge_rejected"])
    for said in ("the same verdict under all: 0 of 3 rows", "rejected under all: 1", "INC1"):
        assert said in result.stderr


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".xlsx", ".parquet", ".tsv.gz"])
def test_compare_writes_every_format_the_same_each_time(tmp_path: Path, ending: str) -> None:
    names = ("--ruleset", "puppet", "--ruleset", "zeet")
    files = [tmp_path / f"{each}{ending}" for each in "ab"]
    for output in files:
        result = call("compare", EXPORTS / "zendesk.jsonl", *names, "--output", output)
        assert result.exit_code == 0, result.stderr
    assert files[0].read_bytes() == files[1].read_bytes()


def test_compare_agrees_with_classify_and_reads_standard_input(tmp_path: Path) -> None:
    text = (EXPORTS / "zendesk.jsonl").read_text()
    words = ["compare", "-", "--ruleset", "puppet", "--ruleset", "zeet"]
    result = CliRunner().invoke(main, words, input=text)
    assert result.exit_code == 0, result.stderr
    compared = [json.loads(line) for line in result.stdout.splitlines()]
    for ruleset in ("puppet", "zeet"):
        output = tmp_path / f"{ruleset}.jsonl"
        classify(EXPORTS / "zendesk.jsonl", output, ruleset=ruleset)
        for one, other in zip(compared, lines(output), strict=True):
            said = one["decisions"][ruleset]
            assert {key: other[key] for key in ("filed", "level", "possible", "verdict")} == {
                key: said[key] for key in ("filed", "level", "possible", "verdict")
            }


def test_compare_needs_two_rulesets_and_options_that_one_of_them_has() -> None:
    export = EXPORTS / "servicenow.csv"
    result = call("compare", export, "--ruleset", "zeet")
    assert result.exit_code == 2
    assert "needs two rulesets" in result.stderr
    names = ("--ruleset", "zeet", "--ruleset", "servicenow")
    assert call("compare", export, *names, "--option", "low_low=low").exit_code == 0
    result = call("compare", export, *names, "--option", "lowlow=low")
    assert result.exit_code == 2
    assert "lowlow" in result.stderr
