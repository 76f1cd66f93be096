"""The command line as people use it: real files, real output, exit codes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adjudge.cli import explain
from adjudge.cli.console import progress
from adjudge.cli.main import main
from conftest import REPOSITORY, SHARED

TICKETS = [
    {"id": "T-1", "filed": "P1", "facts": {"request_type": "how_to"}},
    {"id": "T-2", "filed": "P1", "facts": {"environment": "nowhere"}},
    {"id": "T-3", "filed": "P9", "facts": {}},
    {"id": "T-4", "facts": {"request_type": "incident", "environment": "test",
                            "functional_impact": "slow"}},
]  # fmt: skip


def adjudge(*words: str, input: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=input)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.jsonl"
    path.write_text("".join(json.dumps(ticket) + "\n" for ticket in TICKETS))
    return path


def test_classify_writes_decisions_rejects_and_a_summary(export: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    result = adjudge("classify", str(export), "--ruleset", "puppet", "--output", str(output))
    assert result.exit_code == 0, result.output
    decided = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(d["id"], d["level"], d["verdict"]) for d in decided] == [
        ("T-1", "P4", "overfiled"),
        ("T-4", "P3", "unfiled"),
    ]
    assert "4 rows = 2 decided + 2 rejected" in result.stderr
    assert "levels:   P1 0, P2 0, P3 1, P4 1" in result.stderr
    rejects = [json.loads(x) for x in Path(f"{output}.rejects.jsonl").read_text().splitlines()]
    assert [(reject["row"], reject["id"]) for reject in rejects] == [(2, "T-2"), (3, "T-3")]
    assert "`environment` is `nowhere`" in rejects[0]["reasons"][0]
    assert rejects[1]["record"]["filed"] == "P9"


def test_classify_to_standard_output_from_standard_input() -> None:
    lines = "".join(json.dumps(ticket) + "\n" for ticket in TICKETS)
    result = adjudge("classify", "-", "--ruleset", "puppet", input=lines)
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["T-1", "T-4"]
    assert "row 2 (T-2) rejected: " in result.stderr


def test_output_has_a_short_name(export: Path, tmp_path: Path) -> None:
    for words, name in (
        (["classify", str(export), "--ruleset", "zeet"], "results.csv"),
        (["audit", str(export), "--ruleset", "zeet"], "audit.json"),
        (["compare", str(export), "--ruleset", "zeet", "--ruleset", "puppet"], "compared.csv"),
    ):
        short, long = tmp_path / f"short-{name}", tmp_path / f"long-{name}"
        assert adjudge(*words, "-o", str(short)).exit_code == 0
        assert adjudge(*words, "--output", str(long)).exit_code == 0
        assert short.read_bytes().replace(b"short-", b"") == long.read_bytes().replace(
            b"long-", b""
        )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "a.csv", "--output", "b.xlsx"], "`--output` is given twice, and takes one FILE"),
        (["--ruleset", "zeet"], "`--ruleset` is given twice, and takes one NAME"),
        (["--jobs", "1", "--jobs=2"], "`--jobs` is given twice, and takes one N"),
    ],
)
def test_an_option_that_takes_one_value_is_not_taken_twice(
    export: Path, words: list[str], message: str
) -> None:
    result = adjudge("classify", str(export), "--ruleset", "puppet", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not result.stdout


def test_flags_and_options_with_many_values_may_be_given_again(export: Path) -> None:
    words = ("--no-text", "--no-text", "--ruleset", "zeet", "--ruleset", "puppet")
    assert adjudge("compare", str(export), *words).exit_code == 0
    twice = ("--ruleset", "puppet", "--ruleset", "zeet", "--help")
    assert "Usage:" in adjudge("classify", *twice).stdout


def test_masked_words_are_not_written_back_and_nothing_else_is_either(tmp_path: Path) -> None:
    page, table = tmp_path / "audit.html", tmp_path / "jira.csv"
    export = str(REPOSITORY / "fixtures" / "audit" / "zeet.csv")
    words = (export, "--ruleset", "zeet", "--redact")
    result = adjudge("audit", *words, "-o", str(page), "--bulk", f"jira={table}")
    assert result.exit_code == 2
    assert "masked" in result.output
    assert "--redact" in result.output
    assert list(tmp_path.iterdir()) == []


def test_classify_csv_keeps_the_columns_and_adds_ours(tmp_path: Path) -> None:
    export = tmp_path / "tickets.csv"
    export.write_text('id,filed,note,environment,request_type\nA,P1,"a, b",staging,how_to\n')
    output = tmp_path / "out.csv"
    assert (
        adjudge("classify", str(export), "--ruleset", "puppet", "--output", str(output)).exit_code
        == 0
    )
    (row,) = csv.DictReader(output.open(newline=""))
    assert list(row)[:5] == ["id", "filed", "note", "environment", "request_type"]
    assert (row["note"], row["adjudge_level"], row["adjudge_verdict"]) == (
        "a, b",
        "P4",
        "overfiled",
    )
    assert row["adjudge_decided_by"] == "question-or-information"


def test_classify_writes_the_same_bytes_twice(export: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"]
    for output in outputs:
        assert (
            adjudge(
                "classify", str(export), "--ruleset", "puppet", "--output", str(output)
            ).exit_code
            == 0
        )
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    assert gzip.decompress(outputs[0].read_bytes()).count(b"\n") == 2


def test_classify_with_a_map(tmp_path: Path) -> None:
    export = tmp_path / "site.csv"
    export.write_text("Ref,Prio,Where\n7,Top,Live\n8,Top,Lab\n")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "profile: site\ncolumns: {id: Ref, filed: Prio}\nfiled_values: {Top: P1}\n"
        "facts: {environment: {column: Where, values: {Live: production, Lab: test}}}\n"
    )
    result = adjudge("classify", str(export), "--ruleset", "cloudtalk", "--map", str(mapping))
    assert result.exit_code == 0, result.output
    decided = [json.loads(line) for line in result.stdout.splitlines()]
    assert [d["possible"] for d in decided] == [["P1", "P2", "P3"], ["P3"]]
    assert decided[1]["facts"]["environment"]["field"] == "Where"


def test_nothing_decided_is_an_unusable_input(tmp_path: Path) -> None:
    export = tmp_path / "bad.jsonl"
    export.write_text('{"id": "T", "filed": "P9"}\n')
    result = adjudge("classify", str(export), "--ruleset", "puppet")
    assert result.exit_code == 2
    assert "no row of the export could be decided" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("classify", "nowhere.csv", "--ruleset", "puppet"), "nowhere.csv"),
        (("classify", "nameless", "--ruleset", "puppet"), "no ending"),
        (("classify", "{export}", "--ruleset", "pupet"), "did you mean `puppet`"),
        (("classify", "{export}"), "--ruleset"),
        (("classify", "{export}", "--ruleset", "puppet", "--output", "x.doc"), ".jsonl"),
        (
            ("classify", "{export}", "--ruleset", "puppet", "--output", "no/such/x.csv"),
            "no such file",
        ),
        (("classify", "{export}", "--ruleset", "puppet", "--as-of", "soon"), "YYYY-MM-DD"),
        (("classify", "{export}", "--ruleset", "puppet", "--profile", "zendsk"), "profile"),
        (("classify", "{export}", "--ruleset", "puppet", "--option", "x"), "NAME=CHOICE"),
        (("explain", "--ruleset", "puppet"), "nothing to explain"),
        (("explain", "{export}", "--ruleset", "puppet"), "--ticket ID"),
        (("explain", "{export}", "--ruleset", "puppet", "--ticket", "T-77"), "no ticket `T-77`"),
        (("explain", "{export}", "--ruleset", "puppet", "--ticket", "T-2"), "row 2"),
        (("explain", "--ruleset", "puppet", "--fact", "a=b"), "no fact `a`"),
        (("explain", "--ruleset", "puppet", "--fact", "environment=prod"), "no value of"),
        (("explain", "--ruleset", "puppet", "--fact", "environment"), "NAME=VALUE"),
        (("rules", "show", "nothing"), "no ruleset `nothing`"),
        (("clasify",), "did you mean `classify`"),
    ],
)
def test_an_unusable_call_says_what_and_exits_2(
    export: Path, words: tuple[str, ...], message: str
) -> None:
    result = adjudge(*(word.replace("{export}", str(export)) for word in words))
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_explain_facts() -> None:
    result = adjudge(
        "explain", "--ruleset", "zenput", "--filed", "L1", "--fact", "request_type=incident",
        "--fact", "functional_impact=slow", "--fact", "users_affected_percent=4.99",
    )  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout.startswith("facts  filed L1  L2 or L3  OVERFILED")
    assert "small-slowdown" in result.stdout


def test_explain_a_ticket_as_json_and_markdown(export: Path) -> None:
    call = ("explain", str(export), "--ruleset", "puppet", "--ticket", "T-1", "--format")
    assert json.loads(adjudge(*call, "json").stdout)["id"] == "T-1"
    assert adjudge(*call, "markdown").stdout.startswith("## T-1: overfiled")


def test_explain_in_swedish() -> None:
    result = adjudge(
        "explain", "--ruleset", "cloudtalk", "--fact", "request_type=how_to", "--filed", "P1",
        "--language", "sv",
    )  # fmt: skip
    assert "Hej!" in result.stdout


def test_rules_list_and_show() -> None:
    listed = adjudge("rules", "list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        "cloudtalk", "jelastic", "puppet", "servicenow", "zeet", "zenput",
    ]  # fmt: skip
    shown = adjudge("rules", "show", "jelastic")
    assert "L1  production-stopped" in shown.stdout
    assert "dotnet" in shown.stdout
    assert adjudge("rules", "show", "jelastic", "--format", "yaml").stdout.startswith("#")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("puppet",), "puppet"),
        (("./my own.yaml",), "'./my own.yaml'"),
        (
            ("servicenow", "--option", "low_low=planning", "--version", "default"),
            "servicenow --option low_low=planning --version default",
        ),
    ],
)
def test_the_page_of_a_ruleset_names_the_call_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(REPOSITORY / "fixtures" / "rulesets" / "acme.yaml", "my own.yaml")
    page = adjudge("rules", "show", *words, "--format", "markdown").stdout
    assert f"by `adjudge rules show {told} --format markdown`; do not edit" in page


def test_colour_and_progress_on_a_terminal_and_none_in_a_pipe(export: Path) -> None:
    words = [sys.executable, "-m", "adjudge.cli.main", "explain", "--ruleset", "puppet",
             "--fact", "request_type=how_to"]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    piped = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    assert "\x1b[" not in piped.stdout
    parent, child = pty.openpty()
    with subprocess.Popen(words, stdout=child, stderr=child, env=environment) as process:
        os.close(child)
        shown = b""
        try:
            while chunk := os.read(parent, 65536):
                shown += chunk
        except OSError:  # the terminal is gone with the process
            pass
        assert process.wait() == 0
    os.close(parent)
    assert b"\x1b[" in shown


@pytest.mark.parametrize(("total", "told"), [(2000, "50%"), (None, "1.0 kB")])
def test_progress_says_how_far_it_is_or_how_much_was_read(
    monkeypatch: pytest.MonkeyPatch, total: int | None, told: str
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    with progress("deciding", total) as advance:
        advance(1000)
        advance(1000)
    assert told in shown.getvalue()
    assert ("%" in shown.getvalue()) == (total is not None)


def test_the_servicenow_export_as_it_is(tmp_path: Path) -> None:
    export = SHARED / "exports" / "servicenow_incidents.csv"
    if not export.exists():
        pytest.skip("needs ../shared/exports/servicenow_incidents.csv")
    output = tmp_path / "out.csv"
    result = adjudge(
        "classify", str(export), "--ruleset", "servicenow", "--profile", "servicenow",
        "--option", "low_low=low", "--output", str(output),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "20,769 rows = 20,769 decided + 0 rejected" in result.stderr
    names = {
        "critical": "1 - Critical",
        "high": "2 - High",
        "moderate": "3 - Moderate",
        "low": "4 - Low",
    }
    with output.open(newline="") as file:
        for row in csv.DictReader(file):
            assert (
                names[row["adjudge_level"]] == row["priority"]
            )  # the matrix, as the system has it
            assert names[row["adjudge_filed"]] == row["u_filed_priority"]


@pytest.mark.parametrize("again", ["puppet", "rules/puppet.yaml"])
def test_a_ruleset_is_not_compared_with_itself(again: str, export: Path) -> None:
    again = str(REPOSITORY / again) if "/" in again else again
    result = adjudge("compare", str(export), "--ruleset", "puppet", "--ruleset", again)
    assert result.exit_code == 2
    assert f"`--ruleset puppet` and `--ruleset {again}` are the same ruleset" in result.stderr


def test_an_option_of_a_ruleset_without_any_says_so(export: Path) -> None:
    result = adjudge("classify", str(export), "--ruleset", "puppet", "--option", "low=low")
    assert result.exit_code == 2
    assert "help: it has no options at all" in result.stderr


@pytest.mark.parametrize(
    ("id", "help"),
    [
        ("T1", "did you mean `T-1`?"),
        ("t-2", "did you mean `T-2`?"),
        ("90210", "its first ids are `T-1`, `T-2`, `T-3`"),
    ],
)
def test_a_ticket_that_is_not_there_is_told_with_near_ones(
    id: str, help: str, export: Path
) -> None:
    result = adjudge("explain", str(export), "--ruleset", "puppet", "--ticket", id)
    assert result.exit_code == 2
    assert f"error[no-such-ticket]: there is no ticket `{id}` in the export" in result.stderr
    assert help in result.stderr


def test_a_ticket_far_behind_is_near_but_for_its_capitals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "_LOOKED_AT", 2)
    table = tmp_path / "t.csv"
    table.write_text("id,filed\n" + "".join(f"T-{row},P1\n" for row in range(1, 31)))
    result = adjudge("explain", str(table), "--ruleset", "puppet", "--ticket", "t-20")
    assert "did you mean `T-20`?" in result.stderr


def test_two_columns_for_one_fact_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "both.csv"
    table.write_text("id,filed,environment,facts.environment\n1,P1,production,staging\n")
    result = adjudge("classify", str(table), "--ruleset", "puppet")
    assert result.exit_code == 2
    assert "`environment` and `facts.environment` are columns for the same thing" in result.stderr
    assert f"--> {table}" in result.stderr
    # A map says which one it is.
    mapped = tmp_path / "map.yaml"
    mapped.write_text("profile: mine\nextends: native\nfacts: {environment: environment}\n")
    result = adjudge("classify", str(table), "--ruleset", "puppet", "--map", str(mapped))
    assert result.exit_code == 0, result.stderr
    # Each record of JSON has keys of its own, and so each is a row of its own.
    lines = tmp_path / "both.jsonl"
    lines.write_text(
        '{"id": "1", "environment": "test", "facts": {"environment": "production"}}\n'
        '{"id": "2", "environment": "test"}\n'
    )
    mapped.write_text("profile: mine\ncolumns: {id: id}\nfacts_by_name: true\n")
    result = adjudge("classify", str(lines), "--ruleset", "puppet", "--map", str(mapped))
    assert result.exit_code == 0, result.stderr
    assert "2 rows = 1 decided + 1 rejected" in result.stderr
    assert "are columns for the same thing" in result.stderr


@pytest.mark.parametrize("percent", ["100%", "100 %", "100"])
def test_a_percent_sign_is_read(percent: str, export: Path) -> None:
    result = adjudge("audit", str(export), "--ruleset", "puppet", "--fail-over", percent)
    assert result.exit_code == 0, result.stderr
    for wrong in ("five", "nan", "101%", ""):
        result = adjudge("audit", str(export), "--ruleset", "puppet", "--fail-over", wrong)
        assert result.exit_code == 2
    assert "write 5, 2.5 or 5%" in result.stderr
