"""Exports as they really look: nothing is dropped, and nothing ends in a traceback."""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adjudge.findings import InputError
from adjudge.model.fact import VOCABULARY, Fact
from adjudge.model.profile import Profile
from adjudge.reading.profile import load_profile, shipped_profiles
from adjudge.tickets import delimited, json_records, stream
from adjudge.tickets.export import FORMATS, Export, Reject, Row, open_export

FIXTURES = Path(__file__).parents[1] / "fixtures" / "exports"
SHARED = Path(__file__).parents[2] / "shared" / "exports"
LEVELS = ("high", "medium", "low")
MATRIX = {name: Fact(name, "one_of", LEVELS) for name in ("impact", "urgency")}
FACTS = {**VOCABULARY, **MATRIX}
HEADER = "id,filed,subject,environment\n"

Writer = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def _write(content: str | bytes, name: str = "tickets.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return _write


def opened(path: str, profile: Profile | None = None, encoding: str | None = None) -> Export:
    return open_export(path, profile, shipped_profiles(), FACTS, encoding)


def rows(path: str, profile: Profile | None = None) -> list[Row | Reject]:
    return list(opened(path, profile))


def tickets(path: str, profile: Profile | None = None) -> list[Row]:
    found = rows(path, profile)
    assert [each for each in found if isinstance(each, Reject)] == []
    return [each for each in found if isinstance(each, Row)]


def rejects(path: str, profile: Profile | None = None) -> dict[int, str]:
    return {
        each.row: " | ".join(each.reasons)
        for each in rows(path, profile)
        if isinstance(each, Reject)
    }


def refused(path: str, profile: Profile | None = None, encoding: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        list(opened(path, profile, encoding))
    (finding,) = caught.value.findings
    assert finding.help or finding.where
    return finding.code


# -- the forms that ship


def test_a_native_table_gives_tickets_with_facts() -> None:
    first, second, third = tickets(str(FIXTURES / "native.csv"))
    assert first.row == 2
    assert first.ticket.description == 'The dashboard does not load.\nIt says "502".'
    assert first.ticket.created_at is not None
    assert first.ticket.created_at.isoformat() == "2026-11-20T09:12:00+01:00"
    assert first.ticket.facts == {
        "environment": "production",
        "workaround": "none",
        "users_affected_percent": 100,
        "customer_can_resolve": False,
        "technology": [],
    }
    assert first.ticket.fields["workaround"] == "facts.workaround"
    assert second.ticket.facts["technology"] == ["java", "php"]
    assert second.ticket.facts["users_affected_percent"] == 4.99
    assert second.ticket.facts["workaround"] == "in_use"
    assert (third.ticket.filed, third.ticket.organization, third.ticket.facts) == (None, None, {})
    assert third.record["facts.workaround"] == "unknown"


def test_native_json_lines_give_tickets_and_every_other_line_a_reason() -> None:
    found = rows(str(FIXTURES / "native.jsonl"))
    assert [each.ticket.id for each in found if isinstance(each, Row)] == ["J-1", "J-2"]
    reasons = rejects(str(FIXTURES / "native.jsonl"))
    assert list(reasons) == [4, 5, 6, 7, 8]
    assert "`environment` is `prod`: expected one of production" in reasons[4]
    assert "no field `sujbect`; did you mean `subject`?" in reasons[5]
    assert "no ISO 8601 time" in reasons[5]
    assert "not JSON" in reasons[6]
    assert "no object" in reasons[7]
    assert "row 1" in reasons[8]
    assert found[4].record == {"text": '{"id": "J-5",'}


def test_a_servicenow_table_is_recognised_and_read() -> None:
    export = opened(str(FIXTURES / "servicenow.csv"))
    assert export.profile.name == "servicenow"
    first, second, third = export
    assert isinstance(first, Row)
    assert first.ticket.filed == "1 - Critical"
    assert first.ticket.facts == {"impact": "high", "urgency": "high"}
    assert first.record["caused_by"] == "CHG01"
    assert isinstance(second, Row)
    assert second.ticket.filed == "4"
    assert second.ticket.facts == {"impact": "low", "urgency": "medium"}
    assert isinstance(third, Reject)
    assert third.id == "INC3"
    assert [reason.split(":")[0] for reason in third.reasons] == [
        "`opened_at` is `3/13/2016 10",
        "`impact` is `Huge`",
    ]


def test_facts_that_the_ruleset_does_not_have_are_passed_over() -> None:
    path = str(FIXTURES / "servicenow.csv")
    export = open_export(path, None, shipped_profiles(), VOCABULARY)
    first = next(iter(export))
    assert isinstance(first, Row)
    assert first.ticket.facts == {}


def test_a_map_reads_a_table_of_another_system() -> None:
    profile = load_profile(str(FIXTURES / "map.yaml"))
    first, second, third = rows(str(FIXTURES / "helpdesk.csv"), profile)
    assert isinstance(first, Row)
    assert first.ticket.filed == "P1"
    assert first.ticket.created_at is not None
    assert first.ticket.created_at.isoformat() == "2025-07-14T15:42:00+02:00"
    assert first.ticket.facts == {"environment": "production", "technology": ["java", "php"]}
    assert (first.record["Labels"], first.record["Labels (2)"]) == ("a", "b")
    assert isinstance(second, Row)
    assert (second.ticket.subject, second.ticket.facts) == ("", {"technology": []})
    assert isinstance(third, Reject)
    assert third.reasons == ("`Env` is `Moon`: the profile `helpdesk` does not say what it means",)


def test_a_map_reads_json_by_columns_and_members(write: Writer) -> None:
    profile = Profile(
        "api", columns={"id": ("key",), "filed": ("priority.name",)}, facts={}, zone="UTC"
    )
    lines = '{"key": 7, "priority": {"name": "P1"}}\n{"key": 8}\n{"priority": {}}\n'
    path = write(lines, "t.jsonl")
    first, second, third = rows(path, profile)
    assert isinstance(first, Row)
    assert (first.ticket.id, first.ticket.filed) == ("7", "P1")
    assert isinstance(second, Row)
    assert second.ticket.filed is None
    assert isinstance(third, Reject)
    assert third.reasons == ("the record has no id: there is no `key` in it",)


def test_a_record_without_an_id_says_which_fields_were_looked_for(write: Writer) -> None:
    profile = Profile("api", columns={"id": ("Ref", "fields.Nr")}, facts={}, zone="UTC")
    *_, none, empty = rows(write('{"Ref": "7"}\n{"x": 1}\n{"Ref": ""}\n', "t.jsonl"), profile)
    assert isinstance(none, Reject)
    assert isinstance(empty, Reject)
    assert none.reasons == ("the record has no id: there is no `Ref` or `fields.Nr` in it",)
    assert empty.reasons == ("`Ref` is empty",)


@pytest.mark.parametrize(
    ("id", "reason"),
    [
        ("null", "the ticket has no `id`; every ticket needs one, by which it is named in results"),
        ('["7"]', "`id` must be a text"),
        ("true", "`id` must be a text"),
    ],
)
def test_an_id_of_native_json_that_is_none_is_one_reason(
    write: Writer, id: str, reason: str
) -> None:
    _, odd = rows(write(f'{{"id": "1"}}\n{{"id": {id}}}\n', "t.jsonl"))
    assert isinstance(odd, Reject)
    assert odd.reasons == (reason,)


# -- recognition


def test_an_unknown_table_names_its_columns_and_a_map(write: Writer) -> None:
    path = write("Key,Prio\nA,1\n")
    with pytest.raises(InputError) as caught:
        opened(path)
    text = str(caught.value)
    for part in ("`Key`, `Prio`", "--map", "id: Key", "filed: Prio"):
        assert part in text


def test_two_profiles_that_fit_equally_well_are_not_chosen_between(write: Writer) -> None:
    one = Profile("one", recognise=(("id",),), columns={"id": ("id",)})
    two = Profile("two", recognise=(("id",),), columns={"id": ("id",)})
    bigger = Profile("bigger", recognise=(("id",),), columns={"id": ("id",), "filed": ("p",)})
    path = write("id,p\n1,2\n")
    with pytest.raises(InputError, match="`one` and `two` equally well"):
        open_export(path, None, (one, two), FACTS)
    assert open_export(path, None, (one, two, bigger), FACTS).profile.name == "bigger"


def test_a_profile_without_recognise_is_only_chosen(write: Writer) -> None:
    quiet = Profile("quiet", columns={"id": ("id",)})
    path = write("id,p\n1,2\n")
    with pytest.raises(InputError, match="fit no profile"):
        open_export(path, None, (quiet,), FACTS)
    assert len(list(open_export(path, quiet, (), FACTS))) == 1


@pytest.mark.parametrize(
    "header", ["id,filed", "ID,Description", "id,environment", "Id,facts.x,facts.workaround"]
)
def test_native_tables_are_recognised_in_any_case(write: Writer, header: str) -> None:
    assert opened(write(header + "\n")).profile.name == "native"


def test_an_id_and_a_subject_are_not_enough_to_be_native(write: Writer) -> None:
    assert refused(write("Id,Subject,Organization,Priority\n1,a,b,c\n")) == "unrecognised-export"


def test_near_misses_are_warned_of(write: Writer) -> None:
    export = opened(write("id,filed,enviroment,facts.work_around\n1,P1,production,none\n"))
    assert [(each.severity, each.help) for each in export.warnings] == [
        ("warning", "did you mean `environment`?"),
        ("warning", "did you mean `workaround`?"),
    ]
    profile = load_profile(str(FIXTURES / "map.yaml"))
    export = opened(write("Key,Sumary,Env\n1,x,Live\n"), profile)
    assert [each.help for each in export.warnings] == [
        "are they spelled as in the export? without them, these parts are left out",
        "did you mean `Sumary`?",
    ]


def test_a_profile_needs_its_id_column(write: Writer) -> None:
    assert refused(write("a,b\n1,2\n"), load_profile("native")) == "no-id-column"


# -- what tables look like


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le-bom", "utf-16-be-bom"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_delimiters_and_line_ends(
    write: Writer, delimiter: str, end: str, encoding: str, packed: bool
) -> None:
    lines = ["id,filed,subject", '1,P1,"Åäö – a,b', '2"', "2,P2,x"]
    text = end.join(line.replace(",", delimiter) for line in lines) + end
    if encoding.endswith("-bom"):
        data = ("\ufeff" + text).encode(encoding.removesuffix("-bom"))
    else:
        data = text.encode(encoding)
    name = "t.csv.gz" if packed else "t.csv"
    found = tickets(write(gzip.compress(data) if packed else data, name))
    subject = f"Åäö – a{delimiter}b{end}2"
    assert [(each.row, each.ticket.subject) for each in found] == [(2, subject), (3, "x")]


def test_bytes_that_are_not_utf_8_are_windows_1252_and_the_rest_stays(write: Writer) -> None:
    data = HEADER.encode() + "1,P1,Ångström ".encode() + b"caf\xe9 \x93x\x94 \x81,\n"
    (row,) = tickets(write(data))
    assert row.ticket.subject == "Ångström café “x” \x81"


def test_an_encoding_that_is_named_is_taken(write: Writer) -> None:
    path = write(HEADER.encode() + "1,P1,ж,\n".encode("cp1251"))
    (row,) = opened(path, encoding="cp1251")
    assert row.record["subject"] == "ж"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", HEADER + "1,P1,,\n"),
        ("t.jsonl", '{"id": "1"}\n'),
        ("t.json", '[{"id": "1"}]'),
    ],
)
def test_a_mark_is_no_part_of_a_text_whose_encoding_is_named(
    write: Writer, name: str, text: str
) -> None:
    path = write(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), name)
    (row,) = opened(path, encoding="utf-16-le")
    assert isinstance(row, Row)
    assert row.ticket.id == "1"


def test_equal_headers_and_nameless_ones_are_told_apart(write: Writer) -> None:
    export = opened(write("id,filed,x,x,,x (2)\n1,P1,a,b,c,d\n"))
    assert export.columns == ["id", "filed", "x", "x (2)", "column 5", "x (2) (2)"]
    (row,) = export
    assert list(row.record.values()) == ["1", "P1", "a", "b", "c", "d"]


def test_ragged_rows(write: Writer) -> None:
    path = write("id,filed,subject\n1\n2,P1,a,,\n3,P1,a,b,c\n,,\n")
    first, second, third, fourth = rows(path)
    assert first.record == {"id": "1", "filed": "", "subject": ""}
    assert isinstance(second, Row)
    assert second.record == {
        "id": "2", "filed": "P1", "subject": "a", "column 4": "", "column 5": "",
    }  # fmt: skip
    assert isinstance(third, Reject)
    assert (third.row, third.id) == (4, "3")
    assert "5 cells and the header 3" in third.reasons[0]
    assert third.record["column 5"] == "c"
    assert isinstance(fourth, Reject)
    assert fourth.reasons == ("the row is empty",)


def test_blank_lines_count_and_are_no_rows(write: Writer) -> None:
    assert [each.row for each in rows(write("\n\nid,filed\n\n1,P1\n\n2,P1\n\n"))] == [5, 7]


def test_a_line_that_names_the_delimiter_is_obeyed(write: Writer) -> None:
    (row,) = tickets(write("sep=|\r\nid|filed,x\r\n1|a\r\n", "t.csv"), load_profile("native"))
    assert row.record == {"id": "1", "filed,x": "a"}


def test_a_quote_that_is_never_closed_is_a_reject_that_keeps_the_text(write: Writer) -> None:
    first, second = rows(write(HEADER + '1,P1,ok,\n2,P1,"open,\n3,P1,x,\n'))
    assert isinstance(first, Row)
    assert isinstance(second, Reject)
    assert second.id == "2"
    assert second.reasons == (
        "a quote is opened in the row and never closed; the line that follows went into it",
    )
    assert second.record["subject"] == "open,\n3,P1,x,\n"


def test_an_open_quote_in_the_header_is_said(write: Writer) -> None:
    assert refused(write('id,"filed\n1,P1\n')) == "no-header"


def test_a_nul_byte_is_kept(write: Writer) -> None:
    (row,) = tickets(write(HEADER + "1,P1,a\x00b,\n"))
    assert row.ticket.subject == "a\x00b"


def test_a_huge_cell_is_read(write: Writer) -> None:
    body = "x" * 1_000_000
    (row,) = tickets(write(HEADER + f"1,P1,{body},\n"))
    assert row.ticket.subject == body


def test_a_cell_past_the_limit_is_one_reject_and_reading_goes_on(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MAX_CELL", 100)
    before = csv.field_size_limit(100)
    try:
        text = HEADER + '1,P1,"' + "x\n" * 80 + "2,P1,b,\n"
        found = rows(write(text))
    finally:
        csv.field_size_limit(before)
    assert isinstance(found[0], Reject)
    assert "more than 100 characters" in found[0].reasons[0]
    assert isinstance(found[-1], Row)
    assert found[-1].ticket.id == "2"
    kept = "".join(str(each.record.get("text") or f"{each.record['id']}\n") for each in found[:-1])
    assert kept == text[len(HEADER) : -len("2,P1,b,\n")]


def test_the_second_of_two_equal_ids_is_a_reject_that_names_the_first(write: Writer) -> None:
    found = rejects(write(HEADER + "1,P1,a,\n 1 ,P1,b,\n2,P1,,moon\n2,P1,,\n"))
    assert found[3] == "the id `1` is that of row 2 too"
    assert "moon" in found[4]
    assert found[5] == "the id `2` is that of row 4 too"


def test_every_reason_of_a_row_is_given(write: Writer) -> None:
    path = write("id,created_at,environment,users_affected_percent\n,soon,moon,many\n")
    (reject,) = rows(path)
    assert isinstance(reject, Reject)
    assert [reason.split(":")[0] for reason in reject.reasons] == [
        "`id` is empty",
        "`created_at` is `soon`",
        "`environment` is `moon`",
        "`users_affected_percent` is `many`",
    ]


# -- what JSON looks like


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('[{"id": "1"}, {"id": 2}]', "t.json"),
        ('{"count": 2, "tickets": [{"id": "1"}, {"id": "2"}]}', "t.json"),
        ('{"id": "1"}\n{"id": "2"}\n', "t.json"),
        ('\ufeff{"id": "1"}\r\n\r\n{"id": "2"}', "t.ndjson"),
        ('{"id": "1"}\n{"id": "2"}', "T.JSONL"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_forms_of_json(write: Writer, content: str, name: str, packed: bool) -> None:
    data = content.encode()
    path = write(gzip.compress(data), name + ".gz") if packed else write(data, name)
    assert [each.ticket.id for each in tickets(path)] == ["1", "2"]


def test_entries_of_a_list_that_are_no_objects_are_rejects(write: Writer) -> None:
    found = rows(write('[{"id": "1"}, 5, {"id": []}]', "t.json"))
    assert [type(each) for each in found] == [Row, Reject, Reject]
    assert found[1].record == {"value": 5}


def test_half_an_emoji_is_replaced_and_a_whole_one_kept(write: Writer) -> None:
    (row,) = tickets(write('{"id": "1", "subject": "\\ud83d\\ude00 \\ud83d"}\n', "t.jsonl"))
    assert row.ticket.subject == "😀 \ufffd"
    assert json.dumps(row.record, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "1", "filed": "P1", "filed": "P2"}',
        '{"id": "1", "facts": {"users_affected_percent": NaN}}',
        '{"id": ' + "9" * 5000 + "}",
        '{"id": ' + "[" * 100_000,
        '{"id": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"id": {"a": 1}}',
        "{",
        "\x00\x01",
    ],
)
def test_odd_lines_are_rejects(write: Writer, line: str) -> None:
    found = rows(write('{"id": "0"}\n' + line + "\n", "t.jsonl"))
    assert [type(each) for each in found] == [Row, Reject]
    assert found[1].record


# -- files that cannot be used


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.csv", b"", "empty-file"),
        ("t.csv", b"\n\r\n", "empty-file"),
        ("t.csv.gz", b"id,filed\n1,P1\n", "not-gzip"),
        ("t.csv", b"PK\x03\x04rest", "wrong-kind"),
        ("t.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "wrong-kind"),
        ("t.csv", b'{"id": "1"}\n', "wrong-kind"),
        ("t.csv", b"PAR1....PAR1", "wrong-kind"),
        ("t.jsonl", b"%PDF-1.7", "wrong-kind"),
        ("t.xlsx", b"id,filed\n1,P1\n", "wrong-kind"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "wrong-kind"),
        ("t.xlsx", b"PK\x03\x04rest", "damaged-workbook"),
        ("t.parquet", b"id,filed\n", "wrong-kind"),
        ("t.parquet", b"PAR1....PAR1", "damaged-parquet"),
        ("t.csv.zst", b"id,filed\n1,P1\n", "not-zstd"),
        ("t.csv.zst", zstandard.compress(b"id,filed\n" * 9999)[:-9], "damaged-zstd"),
        ("t.csv.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 90, "damaged-zstd"),
        ("t.csv.gz", gzip.compress(b"id,filed\n" * 9999)[:-20], "damaged-gzip"),
        ("t.csv", codecs.BOM_UTF16_LE + b"i\0d\0,", "wrong-encoding"),
        ("t.json", b"", "empty-file"),
        ("t.json", b'{"id": ', "not-json"),
        ("t.json", b"[" * 100_000, "not-json"),
        ("t.json", b"5", "not-tickets"),
        ("t.json", b'{"people": []}', "not-tickets"),
        ("t.jsonl", b"no\njson\n", "not-json"),
        ("t.xlsx", b"", "empty-file"),
        ("t.xls", b"", "unknown-format"),
        ("t.xlsx.gz", b"", "unknown-format"),
        ("t", b"", "unknown-format"),
        ("t.gz", b"", "unknown-format"),
    ],
)
def test_unusable_files_say_why(write: Writer, name: str, content: bytes, code: str) -> None:
    assert refused(write(content, name)) == code


LARGE = (
    '[{"id": "1", "a": [1, {"b": null}], "a": 2.5}, 5, {"id": 3, "subject": "é😀 \\ud83d\\ude00"}]',
    ' {"count": 2, "x": [1], "tickets": [{"id": "1"}, {"id": 2, "n": 12345678901234567890123}]}',
    "\ufeff[]",
    '{"id": "1"}\n{"id": "2",\n{"id": "3"}\n',
    '[{"id": "1"}, {"id": ',
    '{"people": [{"id": "1"}]}',
    "5",
    "[1, NaN]",
    '[{"id": "1"}] more',
    "[" * 5_000,
)


@pytest.mark.parametrize("content", LARGE)
@pytest.mark.parametrize("limit", [0, 3, 20])
def test_a_document_that_is_not_held_gives_the_same_rows(
    write: Writer, monkeypatch: pytest.MonkeyPatch, content: str, limit: int
) -> None:
    path = write(content, "t.json")
    if "\n" in content:
        limit += 12  # the first line has to be there to be known as one

    def read() -> object:
        try:
            export = opened(path, Profile("m", columns={"id": ("id",)}))
            return [(row.row, row.record, type(row)) for row in export]
        except InputError as error:
            return [finding.code for finding in error.findings]

    held = read()
    monkeypatch.setattr(json_records, "MAX_DOCUMENT", limit)
    assert read() == held


def test_unusable_paths_and_encodings_say_why(write: Writer, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert refused(str(tmp_path / "folder.csv")) == "not-a-file"
    assert refused(str(tmp_path / "none.csv")) == "file-not-found"
    assert refused("a\0b.csv") == "file-unreadable"
    path = write(HEADER)
    assert refused(path, encoding="klingon") == "unknown-encoding"
    assert refused(path, encoding="base64") == "unknown-encoding"
    path = write(HEADER.encode() + b"1,P1,\xe9,\n")
    assert refused(path, encoding="utf-8") == "wrong-encoding"


def test_a_file_without_permission_says_why(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_permission(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(stream, "open", no_permission, raising=False)
    assert refused(write(HEADER)) == "file-unreadable"


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.csv", HEADER), ("t.csv", HEADER.strip()), ("t.json", "[]"), ("t.jsonl", "")],
)
def test_an_export_of_no_tickets_is_one(write: Writer, name: str, content: str) -> None:
    assert rows(write(content, name)) == []


# -- standard input, progress


def test_standard_input_is_json_lines_and_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b'{"id": "1"}\n{"id": "2"}\n'))
    monkeypatch.setattr(sys, "stdin", stdin)
    export = opened("-")
    assert export.size_bytes is None
    assert len(list(export)) == 2
    assert export.position() == 24
    assert not stdin.buffer.closed


def test_lines_of_a_pipe_are_read_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin, os.fdopen(writing, "wb", buffering=0) as pipe:
        monkeypatch.setattr(sys, "stdin", stdin)
        pipe.write(b'{"id": "1"}\n')
        found = iter(opened("-"))
        assert next(found).row == 1
        pipe.write(b'{"id": "2"}\n')
        assert next(found).row == 2


def test_position_goes_from_the_start_to_the_size(write: Writer) -> None:
    path = write(HEADER + "".join(f"{n},P1,x,\n" for n in range(50_000)))
    export = opened(path)
    positions = [export.position() for _ in export]
    assert export.size_bytes == os.path.getsize(path) == positions[-1]
    assert positions == sorted(positions)
    assert positions[0] < 100_000


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
def test_position_in_a_workbook_and_in_parquet_goes_by_rows(tmp_path: Path, ending: str) -> None:
    import polars as pl

    path = tmp_path / f"t{ending}"
    frame = pl.DataFrame({"id": [str(n) for n in range(1000)], "filed": ["P1"] * 1000})
    frame.write_excel(path) if ending == ".xlsx" else frame.write_parquet(path)
    export = opened(path)
    positions = [export.position() for _ in export]
    assert export.size_bytes is not None
    assert export.size_bytes == os.path.getsize(path) == export.position()
    assert positions == sorted(positions)
    assert 0.4 < positions[500] / export.size_bytes < 0.6


def test_an_export_is_read_once_and_closed(write: Writer) -> None:
    with opened(write(HEADER)) as export:
        assert list(export) == []
        with pytest.raises(RuntimeError, match="read once"):
            iter(export)


# -- nothing is dropped


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet='ab1,";\t\r\n\0 é😀', max_size=200))
@example('1,"')
@example('1,a\n2,"b\n3,c')
@example("\n\n,\n")
def test_rows_of_a_table_are_tickets_and_rejects(write: Writer, text: str) -> None:
    content = HEADER + text
    expected = [row for row in csv.reader(io.StringIO(content, newline="")) if row]
    found = rows(write(content))
    assert len(found) == len(expected) - 1
    for row, cells in zip(found, expected[1:], strict=True):
        assert list(row.record.values())[: len(cells)] == cells
    assert [row.row for row in found] == sorted({row.row for row in found})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(alphabet='{}[]":, id1nul\\ud8é', max_size=30), max_size=8))
def test_lines_of_json_are_tickets_and_rejects(write: Writer, lines: list[str]) -> None:
    path = write("\n".join(['{"id": "first"}', *lines]), "t.jsonl")
    assert len(rows(path)) == 1 + sum(1 for line in lines if line.strip())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from([b"", HEADER.encode(), b'{"id": "1"}\n', b'[{"id": "', codecs.BOM_UTF16_LE]),
    st.binary(max_size=120),
    st.booleans(),
)
def test_no_bytes_end_in_a_traceback(
    write: Writer, ending: str, start: bytes, data: bytes, packed: bool
) -> None:
    content = gzip.compress(start + data) if packed else start + data
    path = write(content, f"t{ending}" + (".gz" if packed else ""))
    try:
        found = rows(path)
    except InputError:
        return
    for each in found:
        assert isinstance(each, Row) or each.reasons


def test_the_same_export_gives_the_same_rows(write: Writer) -> None:
    path = str(FIXTURES / "native.jsonl")
    assert [repr(each) for each in rows(path)] == [repr(each) for each in rows(path)]


def test_every_real_servicenow_incident_is_a_ticket() -> None:
    path = SHARED / "servicenow_incidents.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    found = rows(str(path))
    assert Counter(type(each) for each in found) == {Row: 20_769}
    assert [each.row for each in found] == list(range(2, 20_771))
    assert all(isinstance(each, Row) and each.ticket.created_at for each in found)


def test_every_real_jira_bug_is_a_ticket_with_its_text() -> None:
    path = SHARED / "jira_hadoop_bugs.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    profile = Profile(
        "bugs",
        columns={
            "id": ("Issue id",),
            "filed": ("Priority",),
            "subject": ("Summary",),
            "description": ("Description",),
            "created_at": ("Created",),
        },
        dates=("%d/%b/%y %H:%M",),
        zone="UTC",
    )
    found = tickets(str(path), profile)
    with path.open(encoding="utf-8", newline="") as file:
        assert [row.record for row in found] == list(csv.DictReader(file))
    assert all(row.ticket.subject and row.ticket.created_at for row in found)
