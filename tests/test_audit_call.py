"""What is checked of a call of `audit` before anything is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adjudge.cli.main import main

ROWS = (
    "id,filed,created,request_type,environment\n"
    "A,P1,2026-03-02T10:00:00Z,how_to,\n"
    "B,P1,2026-03-20T10:00:00Z,incident,staging\n"
    "C,P2,2026-04-11T10:00:00Z,,\n"
)
OVERRIDES = "ticket,level,who,why,until\nA,P1,Mia Holm,launch week,2026-12-01\n"
MAP = "profile: site\nextends: base.yaml\n"
BASE = "profile: base\nextends: native\n"
REPLIES = 'replies:\n  any:\n    en:\n      ask: ["Dear customer,"]\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the calls, with one of every file that `audit` reads."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "x.csv": ROWS,
        "earlier.csv": ROWS,
        "overrides.csv": OVERRIDES,
        "map.yaml": MAP,
        "base.yaml": BASE,
        "replies.yaml": REPLIES,
        "gold.jsonl": '{"id": "A", "facts": {"request_type": "how_to"}}\n',
    }.items():
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


def call(command: str, *words: str, ruleset: str = "puppet", input: str | None = None) -> Result:
    return CliRunner().invoke(main, [command, *words, "--ruleset", ruleset], input=input)


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.count("error[") == 1, result.stderr
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.output


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "x.csv"], "`x.csv` is the export itself"),
        (["-o", "./x.csv"], "`./x.csv` is the export itself"),
        (["-o", "link.csv"], "`link.csv` is the export itself"),
        (["-o", "hard.csv"], "`hard.csv` is the export itself"),
        (["-o", "a.html", "-o", "x.csv"], "`x.csv` is the export itself"),
        (["--review", "x.csv", "--sample", "4"], "`x.csv` is the export itself"),
        (["--bulk", "zendesk=x.csv"], "`x.csv` is the export itself"),
        (["--rejects", "x.csv"], "`x.csv` is the export itself"),
        (["--compare", "earlier.csv", "-o", "earlier.csv"], "is the export of `--compare` itself"),
        (["--overrides", "overrides.csv", "-o", "overrides.csv"], "is the file of `--overrides`"),
        (["--map", "map.yaml", "--rejects", "map.yaml"], "is the file of `--map` itself"),
        (["--map", "map.yaml", "--rejects", "base.yaml"], "is the file of `--map` itself"),
        (["--replies", "replies.yaml", "--bulk", "jira=replies.yaml"], "file of `--replies`"),
    ],
)
def test_no_file_that_is_read_is_written(folder: Path, words: list[str], message: str) -> None:
    Path("link.csv").symlink_to("x.csv")
    os.link("x.csv", "hard.csv")
    before = contents(folder)
    refused(call("audit", "x.csv", *words), "output-is-input", message, "choose another file")
    assert contents(folder) == before


@pytest.mark.parametrize("command", ["audit", "classify"])
def test_a_ruleset_is_not_written_over(folder: Path, command: str) -> None:
    shown = CliRunner().invoke(main, ["rules", "show", "puppet", "--format", "yaml"]).stdout
    Path("own.yaml").write_text(shown, encoding="utf-8")
    before = contents(folder)
    result = call(command, "x.csv", "--rejects", "own.yaml", ruleset="./own.yaml")
    refused(result, "output-is-input", "`own.yaml` is the file of `--ruleset` itself")
    assert contents(folder) == before


@pytest.mark.parametrize("command", [["classify"], ["compare", "--ruleset", "zeet"]])
def test_a_map_is_not_written_over(folder: Path, command: list[str]) -> None:
    Path("map.csv").write_text("profile: site\nextends: native\n")
    before = contents(folder)
    result = call(*command, "x.csv", "--map", "map.csv", "-o", "map.csv")
    refused(result, "output-is-input", "`map.csv` is the file of `--map` itself")
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "a.csv", "--bulk", "zendesk=a.csv"], "a report and the changes for zendesk"),
        (["-o", "a.csv", "-o", "./a.csv"], "a report and another one"),
        (["-o", "a.csv", "--rejects", "a.csv"], "a report and the rejects"),
        (
            ["--sample", "2", "--review", "a.csv", "--rejects", "a.csv"],
            "the rejects and the sample",
        ),
        (["--bulk", "jira=a.csv", "--bulk", "zendesk=a.csv"], "changes for jira and the changes"),
        (["-o", "-", "--rejects", "-"], "standard output would hold a report and the rejects"),
    ],
)
def test_two_outputs_need_two_files(folder: Path, words: list[str], message: str) -> None:
    before = contents(folder)
    refused(call("audit", "x.csv", *words), "bad-call", message, "name two files")
    assert contents(folder) == before


def test_what_is_thrown_away_may_go_to_one_place() -> None:
    words = ["--rejects", os.devnull, "--bulk", f"zendesk={os.devnull}"]
    assert call("audit", "x.csv", *words).exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["audit", "-", "--compare", "-"], "EXPORT and `--compare` both"),
        (["audit", "-", "--replies", "/dev/stdin"], "EXPORT and `--replies` both"),
        (["audit", "x.csv", "--map", "/dev/stdin", "--replies", "/dev/stdin"], "both"),
        (["evaluate", "-", "--gold", "/dev/stdin"], "EXPORT and `--gold` both"),
    ],
)
def test_standard_input_is_read_once(words: list[str], message: str) -> None:
    result = call(*words, input='{"id": "A", "filed": "P1"}\n')
    refused(result, "bad-call", message, "standard input", "in a file")
