"""One export in every format: the same tickets; and a file that is not what it says."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjudge.findings import InputError
from adjudge.model.fact import VOCABULARY
from adjudge.model.profile import LeftOut, Profile
from adjudge.reading.profile import load_profile, read_profile, shipped_profiles
from adjudge.source import Source
from adjudge.tickets.export import FORMATS, Export, Reject, Row, open_export
from adjudge.tickets.times import Order, Times, day_order

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
Table = list[dict[str, str]]


def opened(path: Path, profile: Profile | None = None) -> Export:
    return open_export(str(path), profile, shipped_profiles(), VOCABULARY)


def write_csv(path: Path, rows: Table, encoding: str = "utf-8", delimiter: str = ",") -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    data = text.getvalue().encode(encoding)
    if path.suffix == ".gz":
        data = gzip.compress(data)
    path.write_bytes(zstandard.compress(data) if path.suffix == ".zst" else data)


def write_xlsx(path: Path, rows: Table) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for column, name in enumerate(rows[0]):
        sheet.write_string(0, column, name)
        for number, row in enumerate(rows, 1):
            sheet.write_string(number, column, row[name])
    book.close()


def write_json(path: Path, rows: Table) -> None:
    entries = [json.dumps(row) for row in rows]
    lines = "\n".join(entries) if ".jsonl" in path.suffixes else f"[{','.join(entries)}]"
    data = lines.encode()
    path.write_bytes(zstandard.compress(data) if path.suffix == ".zst" else data)


WRITERS: dict[str, Callable[[Path, Table], None]] = {
    ".csv": write_csv,
    ".csv.gz": write_csv,
    ".csv.zst": write_csv,
    ".xlsx": write_xlsx,
    ".parquet": lambda path, rows: pq.write_table(pa.Table.from_pylist(rows), path),
    ".jsonl": write_json,
    ".jsonl.zst": write_json,
    ".json": write_json,
}
TEXTS = st.text(alphabet="aé😀 \n,;\"'=-1", max_size=12).map(str.strip)
PROFILE = Profile(
    "law",
    columns={"id": ("id",), "filed": ("filed",), "description": ("text",)},
    empty=frozenset({""}),
)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_the_same_tickets_in_every_format(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    rows = [
        {"id": f"T-{number}", "filed": filed, "text": text}
        for number, (filed, text) in enumerate(cells)
    ]
    found = {}
    for ending, write in WRITERS.items():
        path = tmp_path / f"t{ending}"
        write(path, rows)
        tickets = [row.ticket for row in opened(path, PROFILE) if isinstance(row, Row)]
        found[ending] = [(ticket.id, ticket.filed, ticket.description) for ticket in tickets]
    wanted = [(row["id"], row["filed"] or None, row["text"]) for row in rows]
    assert found == dict.fromkeys(WRITERS, wanted)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_with_and_without_a_mark(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    write_csv(path, [{"id": "1", "filed": "P1", "text": "Åse, öl; é"}], encoding, delimiter)
    (row,) = opened(path, PROFILE)
    assert isinstance(row, Row)
    assert row.ticket.description == "Åse, öl; é"


def test_a_workbook_is_read_from_its_first_visible_sheet_with_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Empty")
    hidden = book.add_worksheet("Hidden")
    hidden.write(0, 0, "id")
    hidden.hide()
    sheet = book.add_worksheet("Data")
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, name in enumerate(("id", "filed", "created_at", "users_affected_percent")):
        sheet.write(2, column, name)
    sheet.write(3, 0, 7)
    sheet.write_datetime(3, 2, dt.datetime(2026, 11, 20, 9, 12), date)
    sheet.write(3, 3, 2.5)
    sheet.write(5, 0, "T-8")
    book.add_worksheet("More").write(0, 0, "x")
    book.close()
    profile = read_profile(Source("m.yaml", "extends: native\nzone: UTC"))
    export = opened(path, profile)
    first, second = export
    assert isinstance(first, Row)
    assert (first.row, second.row) == (4, 6)
    assert first.ticket.id == "7"
    assert first.ticket.created_at == dt.datetime(2026, 11, 20, 9, 12, tzinfo=dt.UTC)
    assert first.ticket.facts == {"users_affected_percent": 2.5}
    assert "`Data` was read, and not `More`" in export.remarks()[0].message


def test_pages_of_an_answer_one_a_line_are_read_through(tmp_path: Path) -> None:
    tickets = json.loads((EXPORTS / "zendesk-list.json").read_text())
    pages = [
        {"tickets": tickets[:2], "end_of_stream": False, "after_cursor": "x"},
        {"tickets": tickets[2:], "end_of_stream": True},
        {"tickets": [], "count": 0},
        {"tickets": tickets[:1], "count": 1},
    ]
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(json.dumps(page) for page in pages))
    found = list(opened(path))
    assert [row.row for row in found] == [1, 2, 3, 4]
    assert [isinstance(row, Row) for row in found] == [True, True, True, False]
    again = found[-1]
    assert isinstance(again, Reject)
    assert again.reasons == ("the id `35436` is that of row 1 too",)


def test_a_record_with_a_list_of_its_own_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"key": "1", "items": [{"id": "x"}]}\n')
    (row,) = opened(path, Profile("m", columns={"id": ("key",)}))
    assert isinstance(row, Row)


CONTENTS = {
    ".csv": b"id,filed\n1,P1\n",
    ".jsonl": b'{"id": "1"}\n',
    ".html": b"\n<!DOCTYPE html><html></html>",
    ".pdf": b"%PDF-1.7\n...................",
    ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60),
    ".bz2": b"BZh91AY&SY" + bytes(30),
    ".xml": b'<?xml version="1.0"?><a/>',
    ".bin": bytes(range(64)),
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_that_is_not_what_it_says_is_refused_in_one_sentence(
    tmp_path: Path, ending: str, kind: str
) -> None:
    if (kind, ending) in {(".csv", ".tsv"), (".jsonl", ".ndjson"), (".jsonl", ".json")}:
        return
    if kind == ending:
        return
    path = tmp_path / f"t{ending}"
    path.write_bytes(CONTENTS[kind])
    with pytest.raises(InputError) as caught:
        list(opened(path))
    (finding,) = caught.value.findings
    assert str(path) in finding.message
    assert finding.help
    assert "\n" not in finding.message


# -- dates


@given(
    st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2069, 12, 31)),
    st.sampled_from(["day_first", "month_first"]),
    st.sampled_from(["/", "-", "."]),
    st.booleans(),
)
def test_a_date_in_the_order_of_its_column_is_that_date(
    moment: dt.datetime, order: str, mark: str, half_days: bool
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    if mark == ".":
        order = "day_first"  # as such dates are written everywhere
    date = mark.join(["%d", "%m", "%Y"] if order == "day_first" else ["%m", "%d", "%Y"])
    text = moment.strftime(f"{date} %I:%M %p" if half_days else f"{date} %H:%M")
    assert Times(("local",), "UTC", order).read(text) == moment.replace(tzinfo=dt.UTC)  # type: ignore[arg-type]


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2069, 12, 31)))
def test_a_date_that_names_its_month_has_no_order(moment: dt.datetime) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=dt.UTC)
    for form in ("%d/%b/%y %I:%M %p", "%d %B %Y %H:%M", "%b %d, %Y, %I:%M %p", "%Y/%m/%d %H:%M"):
        for order in ("day_first", "month_first"):
            text = moment.strftime(form)
            assert Times(("local",), "UTC", order).read(text) == moment  # type: ignore[arg-type]
            assert day_order([text], "day_first").doubtful is None


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["1/2/2026", "13/2/2026"], Order("day_first", "13/2/2026")),
        (["1/2/2026", "2/13/2026 10:00"], Order("month_first", "2/13/2026 10:00")),
        (["1/2/2026", "3/4/2026"], Order("day_first", None, "1/2/2026")),
        (["5/5/2026", "2026-01-02", "14/Jul/25"], Order("day_first", None, None)),
        ([], Order("day_first")),
    ],
)
def test_the_first_date_that_leaves_no_choice_decides(texts: list[str], order: Order) -> None:
    assert day_order(texts, "day_first") == order


@pytest.mark.parametrize(
    "text", ["31/2/2026", "0/1/2026", "1/13/2026", "1/2/3", "1/2/2026 25:00", "1/2/2026 13:00 PM"]
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="with the day first"):
        Times(("iso", "local"), "UTC").read(text)


def test_a_date_that_breaks_the_order_of_its_column_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"INC{n},1,{date},x\n" for n, date in enumerate(["13/1/2026", "1/13/2026"]))
    path.write_text("number,priority,opened_at,short_description\n" + rows)
    first, second = opened(path)
    assert isinstance(first, Row)
    assert isinstance(second, Reject)
    assert "with the day first" in second.reasons[0]


# -- what a profile can say


def test_tags_say_facts_and_priorities() -> None:
    profile = read_profile(
        Source(
            "m.yaml",
            """
columns: {id: id, filed: tags}
filed_tags: true
filed_ranks: {p one: 1, sev2: 2}
filed_values: {boss: P1}
facts:
  environment: {column: tags, tags: {env prod: production, env_stage: staging, env_x: null}}
""",
        )
    )
    assert profile.facts["environment"].tags
    assert profile.filed_ranks == {"p one": 1, "sev2": 2}


@pytest.mark.parametrize(
    ("tags", "filed", "environment"),
    [
        ('["sev2", "env prod"]', ("sev2", 2), "production"),
        ('"vip, env_stage; P one"', ("P one", 1), "staging"),
        ('"p oneself env_staged"', (None, None), None),
        ('["boss"]', ("P1", None), None),
        ("null", (None, None), None),
    ],
)
def test_words_of_a_cell_are_whole_words(
    tmp_path: Path, tags: str, filed: tuple[str | None, int | None], environment: str | None
) -> None:
    map_file = tmp_path / "m.yaml"
    map_file.write_text(
        "columns: {id: id, filed: tags}\nfiled_tags: true\nfiled_ranks: {p one: 1, sev2: 2}\n"
        "filed_values: {boss: P1}\nfacts:\n  environment: {column: tags, tags: "
        "{env prod: production, env_stage: staging, env_x: null}}\n"
    )
    path = tmp_path / "t.jsonl"
    path.write_text(f'{{"id": "1", "tags": {tags}}}\n')
    (row,) = opened(path, load_profile(str(map_file)))
    assert isinstance(row, Row)
    written = row.ticket.filed
    assert (written and written.casefold(), row.ticket.filed_rank) == (
        filed[0] and filed[0].casefold(),
        filed[1],
    )
    assert row.ticket.facts.get("environment") == environment


def test_tags_that_contradict_each_other_are_a_reject(tmp_path: Path) -> None:
    source = "columns: {id: id}\nfacts:\n  environment: {column: t, tags: {a: test, b: staging}}"
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": "1", "t": ["b", "a"]}\n')
    (row,) = opened(path, read_profile(Source("m.yaml", source)))
    assert isinstance(row, Reject)
    assert "the tags `a`, `b` contradict each other" in row.reasons[0]


def test_tags_of_columns_of_the_same_name_count_together(tmp_path: Path) -> None:
    source = "columns: {id: id}\nfacts:\n  environment: {column: Labels, tags: {prod: production}}"
    path = tmp_path / "t.csv"
    path.write_text("id,Labels,Labels,Labels\n1,x,prod,\n2,x,,y\n")
    first, second = opened(path, read_profile(Source("m.yaml", source)))
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.ticket.facts == {"environment": "production"}
    assert second.ticket.facts == {}


def test_records_are_left_out_by_value_or_by_presence(tmp_path: Path) -> None:
    profile = Profile(
        "m",
        columns={"id": ("id",)},
        left_out=(
            LeftOut("kind", "it is a task", frozenset({"task"})),
            LeftOut("merged_into", "it was merged"),
        ),
    )
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"id": "1", "kind": "Task"}\n{"id": "2", "merged_into": 1}\n'
        '{"id": "3", "kind": "call", "merged_into": null}\n'
    )
    found = [row.reasons if isinstance(row, Reject) else None for row in opened(path, profile)]
    assert found == [("it is a task",), ("it was merged",), None]


def test_a_map_outranks_how_its_base_ranks_a_priority() -> None:
    text = 'extends: servicenow\nfiled_values: {"1 - Critical": P0}\nfiled_ranks: {"2 - High": 1}'
    profile = read_profile(Source("m.yaml", text))
    assert profile.filed_values == {"1 - critical": "P0"}
    assert "1 - critical" not in profile.filed_ranks
    assert profile.filed_ranks["2 - high"] == 1
    assert profile.filed_ranks["3 - moderate"] == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "facts: {environment: {column: t, values: {a: test}, tags: {a: test}}}",
            "values-and-tags",
        ),
        ("facts: {environment: {column: t, tags: {a: moon}}}", "value-outside-domain"),
        ("filed_ranks: {a: 0}", "wrong-value"),
        ("filed_ranks: {a: first}", "wrong-value"),
        ("filed_ranks: {a: 1, A: 2}", "duplicate-key"),
        ("markup: rtf", "wrong-value"),
        ("day_order: year_first", "wrong-value"),
        ("left_out: [{column: a}]", "missing-key"),
    ],
)
def test_what_is_wrong_with_the_new_keys_is_said(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_profile(Source("m.yaml", f"columns: {{id: id}}\n{text}"))
    assert [finding.code for finding in caught.value.findings] == [code]
