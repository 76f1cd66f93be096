"""What is checked of a call of `audit` before anything is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adjudge.cli.main import main

ROWS = (
    "id,filed,created_at,request_type,environment\n"
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


@pytest.mark.parametrize("name", ["a.xlsx", "a.json", "a.HTML"])
@pytest.mark.parametrize("words", [["--bulk", "jira={}"], ["--sample", "2", "--review", "{}"]])
def test_a_table_is_not_written_under_the_name_of_another_kind(
    folder: Path, words: list[str], name: str
) -> None:
    before = contents(folder)
    result = call("audit", "x.csv", *(word.format(name) for word in words))
    refused(result, "error[unknown-format]", f"`{name}`", "a table is written: end it in .csv")
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere/a.csv", "the folder does not exist: make it, or choose another"),
        ("x.csv/a.csv", "cannot be written: not a directory"),
        ("folder.csv", "name a file, not a folder"),
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        ["audit", "-o", "{}"],
        ["audit", "-o", "a.html", "--rejects", "{}"],
        ["audit", "-o", "a.html", "--bulk", "jira={}"],
        ["audit", "-o", "a.html", "--sample", "2", "--review", "{}"],
        ["classify", "-o", "{}"],
        ["classify", "-o", "a.csv", "--rejects", "{}"],
        ["compare", "--ruleset", "zeet", "-o", "{}"],
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_anything_is_done(
    folder: Path, words: list[str], path: str, said: str
) -> None:
    Path("folder.csv").mkdir()
    before = {path.name for path in folder.iterdir()}
    command, *more = (word.format(path) for word in words)
    result = call(command, "x.csv", *more)
    refused(result, "error[output-unwritable]", f"`{path}` cannot be written", said)
    assert "read with the profile" not in result.stderr
    assert {path.name for path in folder.iterdir()} == before


def test_templates_that_are_for_other_rulesets_only_are_told(folder: Path) -> None:
    templates = "replies: {{{}: {{en: {{downgrade: [Dear all]}}}}}}\n"
    Path("r.yaml").write_text(templates.format("pupet"))
    result = call("audit", "x.csv", "--replies", "r.yaml")
    assert result.exit_code == 0
    assert (
        "warning[no-replies]: no template of `r.yaml` is for `puppet`, or for `any`"
        in result.stderr
    )
    assert "help: did you mean `puppet`, where it has `pupet`?" in result.stderr
    for name in ("any", "puppet"):
        Path("r.yaml").write_text(templates.format(name))
        assert "warning" not in call("audit", "x.csv", "--replies", "r.yaml").stderr


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


# -- nothing within the dates


def test_no_row_within_the_dates_is_said(folder: Path) -> None:
    result = call("audit", "x.csv", "--since", "2030-01-01")
    assert result.exit_code == 0, result.output
    assert "warning[none-within-dates]" in result.stderr
    assert "created from 2026-03-02 to 2026-04-11" in result.stderr
    Path("x.csv").write_text(ROWS + "D,P1,soon,,\n")  # a row that cannot be used is no other case
    before = call("audit", "x.csv", "--until", "2020-01-01")
    assert before.exit_code == 0
    assert "created from 2026-03-02 to 2026-04-11" in before.stderr


def test_a_gate_does_not_pass_where_no_row_is_within_the_dates(folder: Path) -> None:
    before = contents(folder)
    words = ["--since", "2030-01-01", "--fail-over", "1", "-o", "out.html"]
    result = call("audit", "x.csv", *words)
    refused(result, "none-within-dates", "2026-03-02 to 2026-04-11", "`--fail-over`")
    assert contents(folder) == before


def test_a_gate_passes_where_no_ticket_within_the_dates_is_of_the_level() -> None:
    words = ["--since", "2026-04-01", "--fail-over", "1"]
    result = call("audit", "x.csv", *words)
    assert result.exit_code == 0, result.output
    assert "none-within-dates" not in result.stderr


# -- what a run says that it wrote


def test_rejects_and_a_short_sample_are_said(folder: Path) -> None:
    rows = "".join(f"{n},P9,2026-03-02T10:00:00Z,,\n" for n in range(7))
    Path("x.csv").write_text(ROWS + rows)
    for words in ([], ["-o", "out.html"]):
        result = call("audit", "x.csv", "--rejects", "bad.jsonl", *words)
        assert "rejects:  bad.jsonl" in result.stderr
        assert "--rejects FILE" not in result.stderr
        assert len(Path("bad.jsonl").read_text().splitlines()) == 7
        result = call("audit", "x.csv", *words)
        assert "2 more rejected; --rejects FILE takes them" in result.stderr
    words = ["--sample", "20", "--review", "review.csv"]
    result = call("audit", "x.csv", *words)
    assert "review:   review.csv, 2 tickets; 20 were asked for, and no more are" in result.stderr
    result = call("audit", "x.csv", "--sample", "1", "--review", "review.csv")
    assert "review:   review.csv, 1 ticket\n" in result.stderr


def test_rejects_of_an_audit_before_do_not_stay(folder: Path) -> None:
    Path("bad.jsonl").write_text("{}\n")
    result = call("audit", "x.csv", "--rejects", "bad.jsonl")
    assert "rejects:" not in result.stderr
    assert not Path("bad.jsonl").exists()


# -- options that would do nothing, and forms


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--bulk-word", "P1=urgent"], "`--bulk-word` needs a table of changes"),
        (["--bulk-agreed"], "`--bulk-agreed` needs a table of changes"),
        (["--seed", "3"], "`--seed` needs a sample"),
        (["--seed", "0"], "`--seed` needs a sample"),
        (["--judged-on", "2026-03-01"], "`--judged-on` needs decisions"),
        (["--bulk", "zendesk"], "write `--bulk zendesk=FILE`"),
        (["--bulk", "zendesk="], "write `--bulk zendesk=FILE`"),
        (["--bulk-word", "P1"], "write `--bulk-word P1=WORD`"),
        (["--bulk-word", "P1="], "write `--bulk-word P1=WORD`"),
        (["--column", "product"], "write `--column product=NAME`"),
        (["--option", "low_low"], "write `--option low_low=CHOICE`"),
        (["--option", "=low"], "write `--option NAME=CHOICE`"),
    ],
)
def test_an_option_that_does_nothing_is_refused(words: list[str], message: str) -> None:
    refused(call("audit", "x.csv", *words), "bad-call", message)


def test_an_unknown_level_is_found_before_the_export_is_read() -> None:
    words = ["--bulk", "zendesk=z.csv", "--bulk-word", "P9=urgent"]
    refused(call("audit", "none.csv", *words), "unknown-level", "`P9` is no level")


# -- evaluate


REVIEW = (
    "id,reviewer_level,filed,adjudge_level,adjudge_possible,adjudge_verdict,adjudge_ruleset\n"
    "A,{level},P1,P4,P4,overfiled,{ruleset}\n"
)


def reviewed(ruleset: str, level: str = "L2") -> str:
    Path("review.csv").write_text(REVIEW.format(level=level, ruleset=ruleset))
    return "review.csv"


def test_a_sample_drawn_under_another_ruleset_is_refused() -> None:
    result = call("evaluate", reviewed("puppet undated"), ruleset="zenput")
    refused(result, "other-ruleset", "puppet undated", "zenput", "--ruleset puppet")
    assert call("evaluate", reviewed("puppet undated", "P4")).exit_code == 0
    assert call("evaluate", reviewed("", "P4")).exit_code == 0


def test_a_sample_drawn_under_another_version_is_told() -> None:
    result = call("evaluate", reviewed("puppet 2019", "P4"))
    assert result.exit_code == 0
    assert "warning[other-version]" in result.stderr
    assert "`puppet 2019`" in result.stderr
    assert "`puppet undated`" in result.stderr


def test_one_row_is_one_row() -> None:
    assert call("evaluate", reviewed("", "P4")).stdout.startswith("1 row = 1 reviewed")
    Path("x.csv").write_text("id,filed\nA,P6\nB,P7\nC,P8\nD,P9\n")
    assert call("classify", "x.csv").stderr.count("and 1 more reason\n") == 1
    Path("x.csv").write_text("id,filed\nA,P1\n")
    assert "\n1 row = 1 audited" in call("audit", "x.csv").stdout
    assert "1 row = 1 decided" in call("classify", "x.csv").stderr


def test_missing_columns_of_a_review_are_listed() -> None:
    message = "has no columns `reviewer_level`, `adjudge_level` and `adjudge_possible`"
    refused(call("evaluate", "x.csv"), "no-such-column", message)
    Path("review.csv").write_text("id,reviewer_level,adjudge_level\n")
    refused(call("evaluate", "review.csv"), "has no column `adjudge_possible`")


def test_gold_that_is_no_json_lines_is_one_finding() -> None:
    result = call("evaluate", "x.csv", "--gold", "x.csv")
    refused(result, "not-json", "`x.csv` is not JSON lines", '{"id": ')
    refused(call("evaluate", "x.csv", "--gold", "gold.json"), "file-not-found", "`gold.jsonl`?")
    Path("bad.jsonl").write_text(Path("gold.jsonl").read_text() + "{\n{\n")
    result = call("evaluate", "x.csv", "--gold", "bad.jsonl")
    assert result.stderr.count("error[not-json]") == 2
    assert "bad.jsonl:3" in result.stderr
