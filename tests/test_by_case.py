"""Deciding by case tells what deciding row by row tells, byte for byte, in every format."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import adjudge
from adjudge.batch import by_case, pool
from adjudge.batch.by_case import ByCase
from adjudge.batch.classify import Told, Wishes, tell
from adjudge.batch.summary import Summary
from adjudge.batch.write import Layout, open_sink, reject_line
from adjudge.cli import classify
from adjudge.cli.exports import opened
from adjudge.cli.main import main
from adjudge.decide import Ruleset
from adjudge.tickets.export import Reject, Row
from conftest import REPOSITORY

FIXTURES = REPOSITORY / "fixtures" / "exports"
OUTPUTS = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx")
Result = tuple[bytes, list[str], Summary, tuple[object, ...]]


def told(
    source: Path,
    output: Path,
    ruleset: Ruleset,
    wishes: Wishes,
    layout: Layout,
    map_file: str | None,
    *,
    cases: bool,
) -> Result:
    """Classify an export, by case or row by row."""
    export = opened(str(source), None, map_file, ruleset.policy.facts)
    summary = Summary(ruleset.policy.level_ids)
    rejects = []
    with open_sink(str(output), export, layout) as sink:
        outcomes: Iterator[Told[Any] | Reject] = (
            ByCase(ruleset, wishes, summary, sink, export.profile.zone).tell(export)
            if cases
            else tell(export, ruleset, wishes, summary, sink.telling)
        )
        for outcome in outcomes:
            if isinstance(outcome, Told):
                sink.write(outcome.row, outcome.words)
            else:
                rejects.append(reject_line(outcome))
    return output.read_bytes(), rejects, summary, (*export.remarks(), *sink.remarks)


def same(
    source: Path,
    folder: Path,
    ruleset: Ruleset,
    *,
    wishes: Wishes | None = None,
    layout: Layout | None = None,
    map_file: str | None = None,
    outputs: tuple[str, ...] = OUTPUTS,
) -> Summary:
    """Compare both ways in several formats; return the counts."""
    wishes, layout = wishes or Wishes(text=False), layout or Layout()
    for ending in outputs:
        output = folder / f"results.{ending}"
        quick, slow = (
            told(source, output, ruleset, wishes, layout, map_file, cases=cases)
            for cases in (True, False)
        )
        assert quick[0] == slow[0], ending
        assert quick[1:] == slow[1:], ending
    return quick[2]


@pytest.fixture(scope="module")
def zenput() -> Ruleset:
    return adjudge.load("zenput")


MAPS = {"helpdesk.csv": "map.yaml", "intercom.csv": "intercom-map.yaml"}
EXPORTS = sorted(
    path for path in FIXTURES.iterdir() if path.is_file() and path.suffix not in (".yaml", ".yml")
)


@pytest.mark.parametrize("source", EXPORTS, ids=[path.name for path in EXPORTS])
@pytest.mark.parametrize("name", ["puppet", "servicenow"])
def test_every_fixture_is_told_alike_in_every_format(
    tmp_path: Path, source: Path, name: str
) -> None:
    mapped = MAPS.get(source.name)
    same(
        source,
        tmp_path,
        adjudge.load(name),
        map_file=str(FIXTURES / mapped) if mapped else None,
        outputs=OUTPUTS if name == "puppet" else ("jsonl", "csv"),
    )


FACTS = {
    "request_type": st.sampled_from(["incident", "defect", "how_to", "Incident", "?"]),
    "functional_impact": st.sampled_from(["unavailable", "slow", "degraded"]),
    "affected_function": st.sampled_from(["whole_service", "critical_function"]),
    "workaround": st.sampled_from(["none", "available", ["none"], {"a": 1}]),
    "users_affected_percent": st.sampled_from([2, 2.0, 4.9, 5, "5", True, 1, 101, "1e1"]),
    "technology": st.lists(st.sampled_from(["java", "Java", "php"]), max_size=2),
    "scheduled_maintenance": st.sampled_from([True, False, "yes", 1]),
    "no_such_fact": st.sampled_from([None, "x"]),
}
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7)), ZoneInfo("Europe/Paris")])
MOMENTS = st.one_of(
    st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=ZONES).map(str),
    st.sampled_from(
        [None, "", "soon", "1850-03-09T10:00:00Z", "9999-12-31T10:00:00Z", "2025-03-09T10:00:00"]
    ),
)
IDS = st.one_of(
    st.integers(1, 10_000).map("T-{}".format),
    st.sampled_from(["", 7, None, "T-1", 'say "x"', "工单", "a \nb", "a\nb ", " x ", "\\", "{id}"]),
)
TICKETS = st.fixed_dictionaries(
    {"id": IDS},
    optional={
        "filed": st.sampled_from(["L1", "l2", "Sev 1", "", "-", "P9", 2, None]),
        "subject": st.text(max_size=4),
        "created_at": MOMENTS,
        "language": st.sampled_from(["en", "sv", "sv-SE", "xx", None]),
        "facts": st.fixed_dictionaries({}, optional=FACTS),
        "more": st.just("x"),
    },
)


@settings(max_examples=25, deadline=None)
@given(
    tickets=st.lists(TICKETS, min_size=1, max_size=25),
    name=st.sampled_from(["zenput", "puppet", "jelastic"]),
    uncertain=st.sampled_from(["proven", "cautious", "filed"]),
    language=st.sampled_from([None, "sv"]),
    as_of=st.sampled_from([None, date(2025, 1, 1), date(1990, 1, 1)]),
    layout=st.sampled_from([Layout(), Layout(only_results=True), Layout(unsafe=True)]),
    batch=st.sampled_from([1, 7, 4_000]),
    kept=st.sampled_from([1, 20_000]),
)
def test_tickets_of_json_are_told_alike(
    tmp_path_factory: pytest.TempPathFactory,
    tickets: list[dict[str, object]],
    name: str,
    uncertain: str,
    language: str | None,
    as_of: date | None,
    layout: Layout,
    batch: int,
    kept: int,
) -> None:
    folder = tmp_path_factory.mktemp("cases")
    source = folder / "tickets.jsonl"
    lines = [json.dumps(each) + "\n" for each in [{"id": "first"}, *tickets]]
    source.write_text("".join(lines), encoding="utf-8")
    wishes = Wishes(uncertain, as_of, language, text=False)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_case, "_ROWS", batch)
        patch.setattr(by_case, "_CASES", kept)
        same(
            source,
            folder,
            adjudge.load(name),
            wishes=wishes,
            layout=layout,
            outputs=("jsonl", "json", "csv"),
        )


HEADER = ("id", "filed", "created_at", "subject", *(name for name in FACTS if name[0] != "n"))


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(
        st.tuples(IDS, st.sampled_from(["L1", "Level 2", "", "P9"]), MOMENTS, st.text(max_size=4))
        .flatmap(lambda cells: st.tuples(*map(st.just, cells), *(FACTS[n] for n in HEADER[4:])))
        .flatmap(lambda cells: st.integers(1, 14).map(lambda n: [*cells, "", "extra"][:n])),
        min_size=1,
        max_size=25,
    )
)
def test_narrow_and_wide_rows_are_told_alike(
    tmp_path_factory: pytest.TempPathFactory, zenput: Ruleset, rows: list[list[object]]
) -> None:
    folder = tmp_path_factory.mktemp("cases")
    source = folder / "tickets.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    same(source, folder, zenput, outputs=("csv", "jsonl"))


def test_rows_before_an_error_are_told(zenput: Ruleset) -> None:
    def rows() -> Iterator[Row | Reject]:
        for number in range(5):
            ticket = adjudge.Ticket(f"T-{number}", filed="L1")
            yield Row(number, {"id": ticket.id}, ticket)
        raise adjudge.InputError([])

    summary = Summary(zenput.policy.level_ids)
    with open_sink("/dev/null", opened(str(FIXTURES / "native.jsonl"), None, None, {})) as sink:
        outcomes = ByCase(zenput, Wishes(text=False), summary, sink, None).tell(rows())
        with pytest.raises(adjudge.InputError):
            for _ in outcomes:
                pass
    assert summary.decided == 5


@pytest.mark.parametrize("cell", ["x" * 90, [{"body": "x" * 90}]])
@pytest.mark.parametrize("rejected", [False, True])
def test_few_rows_with_much_in_them_are_held(
    monkeypatch: pytest.MonkeyPatch, zenput: Ruleset, cell: object, rejected: bool
) -> None:
    monkeypatch.setattr(by_case, "_CHARACTERS", 1_000)
    met = []

    def rows() -> Iterator[Row | Reject]:
        for number in range(100):
            met.append(number)
            record = {"id": f"T-{number}", "comments": cell}
            ticket = adjudge.Ticket(f"T-{number}", filed="L1")
            yield (
                Reject(number, None, ("odd",), record) if rejected else Row(number, record, ticket)
            )

    summary = Summary(zenput.policy.level_ids)
    with open_sink("/dev/null", opened(str(FIXTURES / "native.jsonl"), None, None, {})) as sink:
        outcomes = ByCase(zenput, Wishes(text=False), summary, sink, None).tell(rows())
        next(outcomes)
        assert len(met) == 11
        assert len(list(outcomes)) == 99


@pytest.mark.parametrize("output", ["o.jsonl", "o.csv", None])
def test_the_command_decides_a_large_export_by_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str | None
) -> None:
    source = tmp_path / "tickets.jsonl"
    source.write_text(
        "".join(f'{{"id": "T-{n % 190}", "filed": "P1", "facts": {{}}}}\n' for n in range(200))
    )

    def run(name: str) -> tuple[str, bytes, bytes]:
        words = ["classify", str(source), "--ruleset", "puppet", "--no-text"]
        path = tmp_path / f"{name}-{output}" if output else None
        rejects = tmp_path / f"{name}.rejects"
        words += ["--output", str(path)] if path else []
        result = CliRunner().invoke(main, [*words, "--rejects", str(rejects)])
        assert result.exit_code == 0, result.output
        said = result.output.replace(name, "")
        return said, path.read_bytes() if path else b"", rejects.read_bytes()

    slow = run("-slow-")
    monkeypatch.setattr(classify, "_LARGE", 10)
    met = []
    tell_by_case = ByCase.tell
    monkeypatch.setattr(ByCase, "tell", lambda *words: met.append(1) or tell_by_case(*words))
    assert run("-quick-") == slow
    assert met


def test_no_process_is_started_for_what_is_decided_by_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "tickets.jsonl"
    lines = (f'{{"id": "T-{n}", "requester": "{"x" * 120}"}}\n' for n in range(1_100))
    source.write_text("".join(lines))
    monkeypatch.setattr(pool, "_Pool", None)
    words = ["classify", str(source), "--ruleset", "puppet", "--no-text", "--jobs", "2"]
    result = CliRunner().invoke(main, [*words, "--rejects", str(tmp_path / "rejects")])
    assert result.exit_code == 0, result.output


def test_a_reply_without_a_due_time_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = (REPOSITORY / "fixtures" / "rulesets" / "acme.yaml").read_text()
    (tmp_path / "own.yaml").write_text(
        policy + "\nreplies: {en: {keep: ['{ticket} stays.'], ask: ['{ticket}: {questions}']}}\n"
    )
    source = tmp_path / "tickets.jsonl"
    source.write_text(
        "".join(
            f'{{"id": "{n}", "filed": "S{n % 3 + 1}", "created_at": "2026-03-04T10:00:00Z", '
            f'"facts": {{"support_plan": "gold", "request_type": "{kind}"}}}}\n'
            for n, kind in enumerate(["how_to", "incident"] * 6)
        )
    )
    ruleset = adjudge.load(tmp_path / "own.yaml")
    assert same(source, tmp_path, ruleset, outputs=("jsonl",)).decided == 12
    monkeypatch.setattr(by_case, "tell", None)  # that would tell each by itself
    export = opened(str(source), None, None, ruleset.policy.facts)
    summary = Summary(ruleset.policy.level_ids)
    with open_sink("/dev/null", export) as sink:
        assert (
            len(list(ByCase(ruleset, Wishes(text=False), summary, sink, None).tell(export))) == 12
        )
