"""Deciding by columns writes what deciding row by row writes, byte for byte."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

import adjudge
from adjudge.batch import write_table
from adjudge.batch.classify import Told, Wishes, tell
from adjudge.batch.columnar import answers, parquet, regular
from adjudge.batch.columnar.due import Due, DueTimes
from adjudge.batch.columnar.hashes import hashes_of
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.columnar.iso import iso_texts
from adjudge.batch.columnar.moments import SECOND, Moments, ZoneTable, micros_of
from adjudge.batch.columnar.run import write_by_columns
from adjudge.batch.columnar.texts import strings_of
from adjudge.batch.summary import Summary
from adjudge.batch.write import Layout, open_sink, reject_line
from adjudge.cli.exports import opened
from adjudge.decide import Ruleset, clock
from adjudge.model.policy import Calendar

FIXTURES = Path(__file__).parent.parent / "fixtures" / "exports"
HEADER = [
    "id",
    "filed",
    "created_at",
    "subject",
    "language",
    "request_type",
    "functional_impact",
    "affected_function",
    "workaround",
    "users_affected",
    "users_affected_percent",
    "scheduled_maintenance",
]


@pytest.fixture(scope="module")
def zenput() -> Ruleset:
    return adjudge.load("zenput")


def by_rows(
    path: Path, ruleset: Ruleset, wishes: Wishes, layout: Layout, map_file: str | None = None
) -> tuple[bytes, list[str], Summary]:
    source = opened(str(path), None, map_file, ruleset.policy.facts)
    summary = Summary(ruleset.policy.level_ids)
    output = path.with_name(f"rows{_ending(path)}")
    rejects = []
    with open_sink(str(output), source, layout) as sink:
        for outcome in tell(source, ruleset, wishes, summary, sink.telling):
            if isinstance(outcome, Told):
                sink.write(outcome.row, outcome.words)
            else:
                rejects.append(reject_line(outcome))
    return output.read_bytes(), rejects, summary


def by_columns(
    path: Path, ruleset: Ruleset, wishes: Wishes, layout: Layout, map_file: str | None = None
) -> tuple[bytes, list[str], Summary] | None:
    source = opened(str(path), None, map_file, ruleset.policy.facts)
    output = path.with_name(f"columns{_ending(path)}")
    rejects = path.with_name("columns.rejects")
    rejects.unlink(missing_ok=True)
    positions: list[int] = []
    summary = write_by_columns(
        source, ruleset, wishes, str(output), str(rejects), layout, positions.append
    )
    if summary is None:
        return None
    assert positions[-1] == max(positions)  # a second run begins anew
    lines = rejects.read_text().splitlines() if rejects.exists() else []
    return output.read_bytes(), lines, summary


def _ending(path: Path) -> str:
    return ".parquet" if path.suffix == ".parquet" else ".csv"


def same(
    path: Path,
    ruleset: Ruleset,
    wishes: Wishes | None = None,
    layout: Layout | None = None,
    map_file: str | None = None,
) -> Summary | None:
    """Compare both ways; return the counts, None where columns are left to the rows."""
    wishes, layout = wishes or Wishes(text=False), layout or Layout()
    quick = by_columns(path, ruleset, wishes, layout, map_file)
    if quick is None:
        return None
    slow = by_rows(path, ruleset, wishes, layout, map_file)
    assert quick[0] == slow[0]
    assert quick[1] == slow[1]
    assert quick[2] == slow[2]
    return quick[2]


ODD_TIMES = (
    "",
    "-",
    "2025-03-09T10:00:00",
    "20250309T100000Z",
    "2025-02-30T10:00:00Z",
    "2025-03-09 10:00:00+00:00",
    "2025-03-09T10:00+01",
    "1850-03-09T10:00:00Z",
    "soon",
)
CELLS = {
    "id": st.one_of(
        st.integers(1, 10_000).map("T-{}".format),
        st.sampled_from(
            ["", "-", " T-1", "T-1", "null", "工单", "=x", "a,b", 'say "x"', "  ", "?"]
        ),
    ),
    "filed": st.sampled_from(["L1", "l2", "Sev 1", "", "-", "Level  3", "P9", "urgent "]),
    "created_at": st.one_of(
        st.datetimes(
            datetime(2023, 1, 1),
            datetime(2026, 12, 31),
            timezones=st.sampled_from(
                [UTC, timezone(timedelta(hours=-7)), ZoneInfo("Europe/Paris")]
            ),
        ).map(lambda moment: moment.isoformat()),
        st.datetimes(datetime(2025, 3, 8), datetime(2025, 3, 10)).map(
            lambda m: f"{m:%Y-%m-%dT%H:%M:%S}Z"
        ),
        st.sampled_from(ODD_TIMES),
    ),
    "subject": st.text(st.sampled_from("ab ,;\"'=-+@\n\r\tä"), max_size=8),
    "language": st.sampled_from(["", "en", "sv", "sv-SE", "de", "xx"]),
    "request_type": st.sampled_from(
        ["incident", "Incident", "how to", "", "unknown", "training", "?"]
    ),
    "functional_impact": st.sampled_from(["unavailable", "slow", "degraded", "", "broken"]),
    "affected_function": st.sampled_from(
        ["whole_service", "critical-function", "minor_function", ""]
    ),
    "workaround": st.sampled_from(["none", "available", "unacceptable", ""]),
    "users_affected": st.sampled_from(["all", "many", "single", ""]),
    "users_affected_percent": st.sampled_from(["2", "5", "4,9 %", "100", "", "1e1", "101"]),
    "scheduled_maintenance": st.sampled_from(["", "yes", "no", "1"]),
}
# Mostly rows that are in order, so that what is not does not hide the rest.
PLAIN = {
    **CELLS,
    "id": st.uuids().map(str),
    "filed": st.sampled_from(["L1", "l2", "Sev 1", ""]),
    "created_at": st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31)).map(
        lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"
    ),
    "request_type": st.sampled_from(["incident", "defect", "how_to", ""]),
    "functional_impact": st.sampled_from(["unavailable", "slow", "degraded", ""]),
    "users_affected_percent": st.sampled_from(["2", "5", ""]),
    "users_affected": st.sampled_from(["many", "single", ""]),
}
ROWS = st.lists(
    st.one_of(
        st.tuples(*(CELLS[name] for name in HEADER)), st.tuples(*(PLAIN[name] for name in HEADER))
    ),
    min_size=1,
    max_size=30,
)


def write_csv(path: Path, rows: list[tuple[str, ...]], **form: str | int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, **{"lineterminator": "\n", **form})  # type: ignore[arg-type]
        writer.writerow(HEADER)
        writer.writerows(rows)


@settings(max_examples=25, deadline=None)
@given(
    rows=ROWS,
    uncertain=st.sampled_from(["proven", "cautious", "filed"]),
    language=st.sampled_from([None, "sv"]),
    as_of=st.sampled_from([None, date(2025, 1, 1)]),
    end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    layout=st.sampled_from([Layout(), Layout(only_results=True), Layout(unsafe=True)]),
    block=st.sampled_from([200, 5_000]),
    stripe=st.sampled_from([1, 7, 64, 1 << 20]),
    hashed=st.sampled_from([0, 1_000]),
)
def test_columns_write_what_rows_write(
    tmp_path_factory: pytest.TempPathFactory,
    zenput: Ruleset,
    rows: list[tuple[str, ...]],
    uncertain: str,
    language: str | None,
    as_of: date | None,
    end: str,
    delimiter: str,
    quoting: int,
    layout: Layout,
    block: int,
    stripe: int,
    hashed: int,
) -> None:
    path = tmp_path_factory.mktemp("columns") / "tickets.csv"
    write_csv(path, rows, lineterminator=end, delimiter=delimiter, quoting=quoting)
    wishes = Wishes(uncertain, as_of, language, text=False)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regular, "BLOCK_BYTES", block)
        patch.setattr(regular, "_STRIPE", stripe)
        patch.setattr(answers, "_HASHED", hashed)
        same(path, zenput, wishes, layout)


@pytest.mark.parametrize("name", ["puppet", "jelastic", "cloudtalk", "zeet", "zenput"])
def test_every_ruleset_is_decided_alike_by_columns(tmp_path: Path, name: str) -> None:
    ruleset = adjudge.load(name)
    random = np.random.default_rng(1)
    facts = list(ruleset.policy.facts.values())
    path = tmp_path / "tickets.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "filed", "created_at", *(fact.name for fact in facts)])
        for row in range(400):
            moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(
                minutes=int(random.integers(1_000_000))
            )
            cells = []
            for fact in facts:
                values = {
                    "yes_no": ("yes", "no"),
                    "number": ("3", "50"),
                    "words": ("java; php", "none"),
                }
                choices = [*(fact.values or values.get(fact.kind, ("x",))), "", ""]
                cells.append(str(random.choice(choices)))
            filed = str(random.choice([*ruleset.policy.level_ids, ""]))
            writer.writerow([f"T-{row}", filed, moment.isoformat(), *cells])
    summary = same(path, ruleset)
    assert summary is not None
    assert summary.decided > 0


def test_words_are_left_to_the_rows(tmp_path: Path, zenput: Ruleset) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("id,filed,description\nA,L1,everything is down\n")
    assert by_columns(path, zenput, Wishes(), Layout()) is None
    assert by_columns(path, zenput, Wishes(text=False), Layout()) is not None


def test_fixtures_are_decided_alike(tmp_path: Path) -> None:
    compared = 0
    for source in sorted(FIXTURES.glob("*.csv")):
        for name in ("zenput", "servicenow"):
            path = tmp_path / source.name
            path.write_bytes(source.read_bytes())
            try:
                opened(str(path), None, None, adjudge.load(name).policy.facts).close()
            except adjudge.InputError:
                continue
            compared += same(path, adjudge.load(name)) is not None
    assert compared >= 2


def test_ids_that_come_again_are_rejected_with_the_first_row(
    tmp_path: Path, zenput: Ruleset
) -> None:
    path = tmp_path / "tickets.csv"
    plain = [(f"T-{n % 90}", "L1", "", "s", *[""] * 8) for n in range(100)]
    write_csv(path, [*plain, (" T-5", *plain[0][1:])])
    summary = same(path, zenput)
    assert summary is not None
    assert (summary.decided, summary.rejected) == (90, 11)


def test_a_collision_is_no_repetition() -> None:
    # What a second run is told are hashes; the ids themselves decide.
    texts = pa.array(["a", "b", "c", "a"], pa.large_string())
    ids = Ids(hashes_of(texts[:2]))
    odd = np.array([False, False, False, True])
    assert ids.look(texts, odd).tolist() == [True, True, False, False]
    assert ids.first_row("a", 2) == 2
    assert ids.first_row("b", 3) == 3
    assert ids.first_row("a", 9) == 2


IRREGULAR = {
    "a row that is too narrow": "id,filed,subject\nT-1,L1,x\nT-2,L1\n",
    "a narrow row with a comma at its end": "id,filed,subject\nT-1,L1,x\nT-2,\n",
    "a row that is too wide": "id,filed,subject\nT-1,L1,x,y\n",
    "a wide row with nothing in it": "id,filed,subject\nT-1,L1,x,\n",
    "a blank line": "id,filed,subject\nT-1,L1,x\n\nT-2,L1,y\n",
    "a blank line at the beginning": "\nid,filed,subject\nT-1,L1,x\n",
    "a quote within a cell": 'id,filed,subject\nT-1,L1,5" pipe\nT-2,L1,6" pipe\n',
    "text behind a quote": 'id,filed,subject\nT-1,L1,"a"b\n',
    "a quote that is not closed": 'id,filed,subject\nT-1,L1,"a\nT-2,L1,b\n',
    "a bare carriage return": "id,filed,subject\nT-1,L1,x\rT-2,L1,y\n",
    "the header again": "id,filed,subject\nT-1,L1,x\nid,filed,subject\nT-2,L1,y\n",
    "a separator that is declared": "sep=;\nid;filed;subject\nT-1;L1;x\n",
    "only a header": "id,filed,subject",
}


@pytest.mark.parametrize("text", IRREGULAR.values(), ids=IRREGULAR.keys())
def test_what_is_irregular_is_left_to_the_rows(tmp_path: Path, zenput: Ruleset, text: str) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(text, newline="")
    assert same(path, zenput) is None
    assert not (tmp_path / "columns.csv").exists()


@pytest.mark.parametrize("moment", ["9999-12-31T10:00:00Z", "0001-01-01T00:00:00+01:00"])
def test_times_that_are_far_off_are_decided_alike(
    tmp_path: Path, zenput: Ruleset, moment: str
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(f"id,filed,created_at\nT-1,L1,2026-11-20T09:12:00Z\nT-2,L1,{moment}\n")
    assert same(path, zenput) is not None


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,filed,subject\nT-1,L1,ä\nT-2,L1,b\n", "cp1252"),
        ("id,filed,gemäß\nT-1,L1,ä\n", "cp1252"),
        ("id,filed\nT-1,L1\nT-2,L2\n", "utf-16"),
        ('id,filed,subject\r\nT-1,L1,"工单\r\n"\r\n', "utf-16-le"),
        ("\ufeffid;filed\nT-1;L1\n", "utf-16-be"),
    ],
)
def test_other_encodings_are_decided_alike_by_columns(
    tmp_path: Path, zenput: Ruleset, text: str, encoding: str
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(text.encode(encoding))
    assert same(path, zenput) is not None


def test_bytes_that_are_no_text_further_on_are_decided_alike(
    tmp_path: Path, zenput: Ruleset
) -> None:
    path = tmp_path / "tickets.csv"
    rows = "".join(f"T-{row},L1,plain\n" for row in range(200)).encode()
    path.write_bytes(b"id,filed,subject\n" + rows + "T-x,L2,ä\n".encode("cp1252"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regular, "BLOCK_BYTES", 500)
        assert same(path, zenput) is not None


def test_text_that_breaks_off_within_a_character_is_left_to_the_rows(
    tmp_path: Path, zenput: Ruleset
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes("id,filed\nT-1,L1\n".encode("utf-16") + b"x")
    assert by_columns(path, zenput, Wishes(text=False), Layout()) is None


@pytest.mark.parametrize(
    "text",
    [
        'id,filed,subject\nT-1,L1,""\nT-2,L1,""""\n',
        'id,filed,subject\r\nT-1,L1,"a\r\nb"\r\nT-2,L2,"a\rb"\r\n',
        '\ufeff"id","filed","subject"\n"T-1","L1","a, b"\n',
        "id,filed,subject\nT-1,L1,=1+1\nT-2,L1,-5\nT-3,L2,'=x\nT-4,L2,-\nT-5,L3,+46 8\n",
        "id,filed,subject\nT-1,L1,no newline at the end",
        "id,filed,subject\n,,\nT-2,L1,\x00\n",
        "id,filed,environment\nT-1,L1,filed\nT-2,L1,production\n",
        "id,filed,adjudge_level\nT-1,L1,x\n",
        "id,filed,\x00filed,filed\nT-1,L1,x,y\n",
    ],
)
def test_odd_but_regular_files_are_decided_by_columns(
    tmp_path: Path, zenput: Ruleset, text: str
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(text, newline="", encoding="utf-8")
    assert same(path, zenput) is not None


@pytest.mark.parametrize(
    ("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.ZstdCompressor().compress)]
)
def test_packed_files_are_decided_by_columns(
    tmp_path: Path, zenput: Ruleset, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"tickets.csv.{ending}"
    path.write_bytes(pack(b"id,filed,subject\nT-1,L1,x\nT-2,L2,y\n"))
    assert same(path, zenput) is not None


def test_hashes_are_those_of_the_texts_alone() -> None:
    texts = ["", "a", "ä", "12345678", "123456789", "x" * 127, "x" * 129, "y" * 400, "a\0", "a"]
    hashes = hashes_of(strings_of(["before", *texts, "behind"]))[1:-1]
    alone = [hashes_of(strings_of([text]))[0] for text in texts]
    assert hashes.tolist() == alone
    assert len(set(alone)) == len(set(texts))


@pytest.mark.parametrize("subject", ["-5\n", "=x\n", "-5", "'-5", "'=5", "\tx", "\rx", "@", "5\n"])
def test_cells_that_a_spreadsheet_runs_are_made_safe_alike(
    tmp_path: Path, zenput: Ruleset, subject: str
) -> None:
    path = tmp_path / "tickets.csv"
    row = ["L1", "2025-03-09T10:00:00Z", subject, *[""] * 8]
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        write_csv(path, [("A-1", *row), ("B-1", *row[:2], "plain", *row[3:])], quoting=quoting)
        if quoting == csv.QUOTE_ALL or "\r" not in subject:
            assert same(path, zenput) is not None
            assert same(path, zenput, layout=Layout(unsafe=True)) is not None


def test_a_row_longer_than_a_block_is_one_row(tmp_path: Path, zenput: Ruleset) -> None:
    path = tmp_path / "tickets.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(
            [["id", "filed", "subject"], ["T-1", "L1", "a,\n" * 1_000], ["T-2", "L2", ""]]
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regular, "BLOCK_BYTES", 1_000)
        assert same(path, zenput) is not None
    assert b"T-2" in path.with_name("columns.csv").read_bytes()


@settings(max_examples=40, deadline=None)
@given(
    seconds=st.lists(st.integers(1_700_000_000, 1_800_000_000), min_size=1, max_size=20),
    name=st.sampled_from(["puppet", "zenput", "cloudtalk", "jelastic", "zeet"]),
    hours=st.integers(-11, 12),
    fraction=st.sampled_from([0, 250_000]),
)
def test_due_times_are_those_of_the_clock(
    seconds: list[int], name: str, hours: int, fraction: int
) -> None:
    policy = adjudge.load(name).policy
    zone = timezone(timedelta(hours=hours))
    moments = [datetime.fromtimestamp(each, zone).replace(microsecond=fraction) for each in seconds]
    local = np.array([micros_of(moment.replace(tzinfo=None)) for moment in moments])
    yes = np.ones(len(moments), dtype=np.bool_)
    offsets = np.full(len(moments), hours * 3_600)
    arrays = Moments(yes, ~yes, ~yes, local, offsets)
    times = DueTimes(policy, None)
    for promise in policy.promises:
        if promise.within is None:
            continue
        expected = [clock.due(policy, promise, moment) for moment in moments]
        shown = [None if each is None else each.isoformat() for each in expected]
        due = Due(len(moments))
        times.put(promise, arrays, np.arange(len(moments)), due)
        assert due.texts().to_pylist() == shown


CHANGES = [
    ("America/Los_Angeles", "2025-03-09T10:00"),
    ("America/Los_Angeles", "2025-11-02T09:00"),
    ("America/Santiago", "2025-04-06T03:00"),  # at midnight
    ("Australia/Lord_Howe", "2025-04-05T15:00"),  # of half an hour
    ("Pacific/Apia", "2011-12-30T10:00"),  # of a whole day
]


@pytest.mark.parametrize("opens", [time(0), time(1, 30)])
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_due_times_where_clocks_change_are_those_of_the_clock(
    zenput: Ruleset, zone: str, change: str, opens: time
) -> None:
    week = Calendar("weekdays", zone, tuple(range(7)), opens, time(0))
    policy = replace(zenput.policy, calendars={"weekdays": week})
    there = datetime.fromisoformat(change).replace(tzinfo=UTC)
    moments = [there + timedelta(minutes=7 * step) for step in range(-600, 600)]
    local = np.array([micros_of(moment.replace(tzinfo=None)) for moment in moments])
    yes = np.ones(len(moments), dtype=np.bool_)
    arrays = Moments(yes, ~yes, ~yes, local, np.zeros_like(local))
    for promise in policy.promises:
        if promise.calendar is not None:
            due = Due(len(moments))
            DueTimes(policy, None).put(promise, arrays, np.arange(len(moments)), due)
            expected = [clock.due(policy, promise, moment) for moment in moments]
            assert due.texts().to_pylist() == [each and each.isoformat() for each in expected]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_zone_changes_on_the_second(zone: str, change: str) -> None:
    place = ZoneInfo(zone)
    there = int(datetime.fromisoformat(change).replace(tzinfo=UTC).timestamp())
    seconds = there + np.array([-86_400, -2, -1, 0, 1, 86_400])
    offsets = ZoneTable(place).offsets(seconds * SECOND).tolist()
    told = [datetime.fromtimestamp(each, place).utcoffset() for each in seconds.tolist()]
    assert offsets == [each and each.total_seconds() for each in told]
    assert offsets[2] != offsets[3]
    near = ZoneTable(place).changes((there + np.arange(-9, 10) * 86_400) * SECOND)
    assert near.any()
    assert not near.all()


def test_zones_are_tables_of_python_s_own_data() -> None:
    for name in ("America/Los_Angeles", "Europe/Stockholm", "Asia/Kolkata", "America/Santiago"):
        zone = ZoneInfo(name)
        utc = np.arange(1_700_000_000, 1_740_000_000, 7_321, dtype=np.int64) * SECOND
        offsets = ZoneTable(zone).offsets(utc)
        for moment, offset in zip(utc[::50].tolist(), offsets[::50].tolist(), strict=True):
            there = datetime.fromtimestamp(moment // SECOND, zone).utcoffset()
            assert there == timedelta(seconds=offset)


def test_times_are_written_as_python_writes_them() -> None:
    local = np.array([0, 1_750_000_000_250_000, 86_399_000_000], dtype=np.int64)
    offset = np.array([0, -25_200, 19_800], dtype=np.int64)
    known = np.ones(3, dtype=np.bool_)
    shown = iso_texts(local, offset, known).to_pylist()
    assert shown == [
        "1970-01-01T00:00:00+00:00",
        "2025-06-15T15:06:40.250000-07:00",
        "1970-01-01T23:59:59+05:30",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_full_disk_is_said_in_one_sentence(tmp_path: Path, zenput: Ruleset) -> None:
    path = tmp_path / "tickets.csv"
    write_csv(path, [(f"T-{n}", "L1", "", "x" * 100, *[""] * 8) for n in range(2_000)])
    full = tmp_path / "full.csv"
    full.symlink_to("/dev/full")
    source = opened(str(path), None, None, zenput.policy.facts)
    rejects = str(tmp_path / "rejects.jsonl")
    with pytest.raises(adjudge.InputError, match="cannot be written: no space left on device"):
        write_by_columns(
            source, zenput, Wishes(text=False), str(full), rejects, Layout(), lambda position: None
        )


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, zenput: Ruleset) -> None:
    path = tmp_path / "tickets.csv"
    write_csv(path, [("T-1", "L1", *[""] * 10)])
    source = opened(str(path), None, None, zenput.policy.facts)
    with path.open("a") as file:
        file.write("T-2,L2" + "," * 10 + "\n")
    output = tmp_path / "results.csv"
    with pytest.raises(adjudge.InputError):
        write_by_columns(
            source,
            zenput,
            Wishes(text=False),
            str(output),
            f"{output}.rejects",
            Layout(),
            lambda _: None,
        )
    assert not output.exists()


def parquet_of(path: Path, rows: int, **columns: pa.Array) -> None:
    impacts = ["unavailable", "slow", None, "degraded", "broken"]
    table = {
        "id": pa.array([f"T-{row % (rows - 1)}" for row in range(rows)]),
        "filed": pa.array(
            [("L1", "L2", None, "P7")[row % 4 if row % 50 == 3 else row % 3] for row in range(rows)]
        ),
        "request_type": pa.array([("incident", "how_to", "")[row % 3] for row in range(rows)]),
        "functional_impact": pa.array([impacts[row // 3 % 5] for row in range(rows)]),
    }
    pq.write_table(pa.table({**table, **columns}), path, row_group_size=70)


@pytest.mark.parametrize("layout", [Layout(), Layout(only_results=True)])
def test_parquet_is_decided_alike_by_columns(
    tmp_path: Path, zenput: Ruleset, layout: Layout
) -> None:
    path = tmp_path / "tickets.parquet"
    moment = datetime(2025, 3, 9, 10, tzinfo=UTC)
    parquet_of(
        path,
        300,
        created_at=pa.array([moment + timedelta(hours=row) for row in range(300)]),
        users_affected_percent=pa.array([(2.0, 5.5, None)[row % 3] for row in range(300)]),
        scheduled_maintenance=pa.array([(True, False, None)[row % 3] for row in range(300)]),
        note=pa.array([(None, "=1+1", "ä" * 60)[row % 3] for row in range(300)]),
        count=pa.array([row or None for row in range(300)]),
    )
    with pytest.MonkeyPatch.context() as patch:
        for module in (write_table, parquet):
            patch.setattr(module, "GROUP_ROWS", 64)
            patch.setattr(module, "GROUP_CHARACTERS", 1_500)
        patch.setattr(parquet, "_BATCH", 50)
        summary = same(path, zenput, layout=layout)
    assert summary is not None
    assert summary.decided > 100
    assert summary.rejected > 50


def test_parquet_of_other_types_is_left_to_the_rows(tmp_path: Path, zenput: Ruleset) -> None:
    path = tmp_path / "tickets.parquet"
    parquet_of(path, 5, tags=pa.array([["a"], [], None, ["b"], ["c"]]))
    assert same(path, zenput) is None
