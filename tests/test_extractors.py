"""Extractors that other packages bring: found by name, checked, and never trusted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import adjudge
from adjudge.cli.main import main
from adjudge.decide.extractors import GROUP, find_extractor
from adjudge.decide.words import read_words
from adjudge.evidence import Evidence, TextFacts
from adjudge.findings import InputError

MODULE = '''
from adjudge.evidence import Evidence, TextFacts

class Shouting:
    """Reads capitals as production, and claims what nobody wrote."""

    def extract(self, subject, description, language=None):
        facts = {}
        for word in description.split():
            if word.isupper():
                facts["environment"] = Evidence(
                    "environment", "production", "description", 0, 0, word
                )
        facts["workaround"] = Evidence(
            "workaround", "none", "description", 3, 9, "no way around it"
        )
        return TextFacts(facts, language="en")

class Failing:
    def extract(self, subject, description, language=None):
        raise RuntimeError("the model is not there")

class Wrong:
    def extract(self, subject, description, language=None):
        return {"environment": "production"}

def make():
    return Shouting()

ready = Shouting()
mute = object()

def refuse():
    raise OSError("no licence")
'''
POINTS = """[adjudge.extractors]
shouting = shouting_words:Shouting
made = shouting_words:make
ready = shouting_words:ready
failing = shouting_words:Failing
wrong = shouting_words:Wrong
mute = shouting_words:mute
refused = shouting_words:refuse
gone = shouting_words:Nothing
twice = shouting_words:Shouting
"""


def install(folder: Path, name: str, points: str) -> None:
    """Lay a distribution down as an installer does."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with two distributions that offer extractors."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "shouting_words.py").write_text(MODULE)
    install(folder, "shouting-words", POINTS)
    install(folder, "other-words", f"[{GROUP}]\ntwice = shouting_words:Failing\n")
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    sys.modules.pop("shouting_words", None)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of one ticket that shouts."""
    path = tmp_path / "tickets.jsonl"
    text = "It is broken, HELP!"
    path.write_text(json.dumps({"id": "T-1", "description": text}) + "\n")
    return path


@pytest.mark.parametrize("name", ["shouting", "made", "ready"])
def test_a_class_a_function_and_an_object_are_taken(installed: Path, name: str) -> None:
    ruleset = adjudge.load("zenput", extractor=name)
    decision = ruleset.decide(adjudge.Ticket("", description="Please HELP"))
    fact = decision.facts["environment"]
    assert (fact.value, fact.quote, fact.start, fact.end) == ("production", "HELP", 7, 11)
    assert [item.fact for item in decision.dropped] == ["workaround"]
    assert "workaround" not in decision.facts
    assert "no way around it" in decision.to_text()


def test_a_call_outranks_how_the_ruleset_was_loaded(installed: Path) -> None:
    ruleset = adjudge.load("zenput", extractor="shouting")
    ticket = adjudge.Ticket("", description="Zenput is down. HELP")
    assert ruleset.read(ticket).facts.keys() == {"environment"}
    for read in (
        ruleset.read(ticket, "lexicon"),
        adjudge.load("zenput").read(ticket),
        adjudge.load("zenput", extractor="lexicon").read(ticket),
    ):
        assert read.facts["affected_function"].value == "whole_service"
    decision = ruleset.decide(ticket, extractor="lexicon")
    assert decision.facts["functional_impact"].origin == "text"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("shoutin", "did you mean `shouting`"),
        ("mute", "shouting-words cannot be loaded|has no method `extract`"),
        ("refused", "OSError: no licence"),
        ("gone", "cannot be loaded: AttributeError"),
        ("twice", "`other-words` and `shouting-words` both offer"),
    ],
)
def test_what_cannot_be_had_is_said(installed: Path, export: Path, name: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        find_extractor(name)
    for command in (
        ["classify", str(export), "--ruleset", "zenput"],
        ["explain", str(export), "--ticket", "T-1", "--ruleset", "zenput"],
        ["audit", str(export), "--ruleset", "zenput"],
        ["compare", str(export), "--ruleset", "zenput", "--ruleset", "zeet"],
        ["facts", str(export)],
    ):
        result = CliRunner().invoke(main, [*command, "--extractor", name])
        assert result.exit_code == 2, (command, result.output)
        assert "Traceback" not in result.output


def test_commands_read_with_the_chosen_one(installed: Path, export: Path) -> None:
    chosen = ["--extractor", "shouting"]
    result = CliRunner().invoke(main, ["facts", str(export), "--format", "jsonl", *chosen])
    assert result.exit_code == 0, result.output
    read = json.loads(result.stdout)["facts"]
    assert {name: item["value"] for name, item in read.items()} == {"environment": "production"}
    assert "dropped:  1 read with quotes" in result.stderr
    result = CliRunner().invoke(main, ["classify", str(export), "--ruleset", "zenput", *chosen])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["facts"]["environment"]["quote"] == "HELP!"
    assert "dropped:  1 read with quotes" in result.stderr
    result = CliRunner().invoke(
        main, ["explain", str(export), "--ticket", "T-1", "--ruleset", "zenput", *chosen]
    )
    assert "HELP!" in result.stdout
    result = CliRunner().invoke(main, ["audit", str(export), "--ruleset", "zenput", *chosen])
    assert result.exit_code == 0, result.output
    assert "dropped:  1 read with quotes" in result.stderr
    both = ["--ruleset", "zenput", "--ruleset", "zeet"]
    result = CliRunner().invoke(main, ["compare", str(export), *both, *chosen])
    assert result.stderr.count("dropped:  1 read with quotes") == 2
    gold = export.with_name("gold.jsonl")
    gold.write_text('{"id": "T-1", "ruleset": "zenput", "facts": {"environment": "production"}}\n')
    result = CliRunner().invoke(main, ["evaluate", str(export), "--gold", str(gold), *chosen])
    assert result.exit_code == 0, result.output
    assert "environment 1.000 1.000" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("name", "says"),
    [("failing", "RuntimeError: the model is not there"), ("wrong", "returned no `TextFacts`")],
)
def test_one_that_fails_makes_a_reject(installed: Path, export: Path, name: str, says: str) -> None:
    command = ["classify", str(export), "--ruleset", "zenput", "--extractor", name]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert f"row 1 (T-1) rejected: the extractor `{name.capitalize()}`" in result.stderr
    assert says in result.stderr


class Said:
    """Reads what it is told."""

    def __init__(self, *items: Evidence) -> None:
        self.items = items

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return the evidence, as facts, as conflicts and beside them."""
        return TextFacts(
            {item.fact: item for item in self.items},
            {"environment": self.items},
            also=self.items,
        )


@pytest.mark.parametrize(
    ("item", "place"),
    [
        (Evidence("workaround", "none", "description", 4, 8, "none"), (4, 8)),
        (Evidence("workaround", "none", "description", 0, 2, "none"), (4, 8)),
        (Evidence("workaround", "none", "description", -4, 8, "none"), (4, 8)),
        (Evidence("workaround", "none", "subject", 4, 8, "none"), None),
        (Evidence("workaround", "none", "body", 4, 8, "none"), None),  # type: ignore[arg-type]
        (Evidence("workaround", "none", "description", 0, 3, "any"), None),
        (Evidence("workaround", "none", "description", 3, 4, " "), None),
        (Evidence("workaround", "none", "description", 0, 0, ""), None),
    ],
)
def test_a_quote_stands_in_the_ticket_or_its_fact_is_dropped(
    item: Evidence, place: tuple[int, int] | None
) -> None:
    read = read_words(adjudge.Ticket("", description="way none"), Said(item))
    kept = [*read.facts.values(), *read.conflicts.get("environment", ()), *read.also]
    assert [(each.start, each.end) for each in kept] == ([place] * 3 if place else [])
    assert len(read.dropped) == (0 if place else 3)


@pytest.mark.parametrize("named", [None, 5, ValueError("no such part")])
def test_an_extractor_that_cannot_be_told_names_is_said(named: object) -> None:
    class Odd:
        def naming(self, functions: object) -> object:
            if isinstance(named, Exception):
                raise named
            return named

        def extract(self, *words: object) -> TextFacts:
            return TextFacts()

    ticket = adjudge.Ticket("1", description="it is down")
    with pytest.raises(InputError, match="the extractor `Odd`"):
        adjudge.load("zenput", extractor=Odd()).decide(ticket)  # type: ignore[arg-type]


EVIDENCE = Evidence("environment", "production", "description", 0, 10, "production")


@pytest.mark.parametrize(
    "read",
    [
        TextFacts(None),  # type: ignore[arg-type]
        TextFacts([EVIDENCE]),  # type: ignore[arg-type]
        TextFacts({}, {"environment": EVIDENCE}),  # type: ignore[dict-item]
        TextFacts({}, also=None),  # type: ignore[arg-type]
        TextFacts({"environment": replace(EVIDENCE, fact=[])}),  # type: ignore[arg-type]
        TextFacts({"environment": replace(EVIDENCE, quote=None)}),  # type: ignore[arg-type]
        TextFacts({"environment": replace(EVIDENCE, quote=5)}),  # type: ignore[arg-type]
        TextFacts({}, {"environment": iter([EVIDENCE])}),  # type: ignore[dict-item]
        TextFacts({}, dropped=None),  # type: ignore[arg-type]
        TextFacts({}, dropped=(1,)),  # type: ignore[arg-type]
        TextFacts({}, unread="all"),  # type: ignore[arg-type]
        TextFacts({}, language=None, foreign=True),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_evidence_is_said(read: TextFacts) -> None:
    class Odd:
        def extract(self, *words: object) -> TextFacts:
            return read

    with pytest.raises(InputError, match=r"the extractor `Odd` returned (no )?`TextFacts`"):
        adjudge.load("puppet").decide(
            adjudge.Ticket("1", description="production"), extractor=Odd()
        )


def test_what_is_no_value_contradicts_nothing() -> None:
    """Words that contradict each other are told as evidence, and so have to be that of the fact."""
    staging, odd = replace(EVIDENCE, value="staging"), replace(EVIDENCE, value=object())  # type: ignore[arg-type]
    other = replace(EVIDENCE, fact="workaround", value="none")

    class Odd:
        def __init__(self, *said: Evidence) -> None:
            self.said = said

        def extract(self, *words: object) -> TextFacts:
            return TextFacts({}, {"environment": self.said})

    ruleset, ticket = adjudge.load("puppet"), adjudge.Ticket("1", description="production")
    decision = ruleset.decide(ticket, extractor=Odd(odd, EVIDENCE, staging, other))
    assert decision.conflicts == {"environment": (EVIDENCE, staging)}
    assert "production" in decision.to_json()
    assert not ruleset.decide(ticket, extractor=Odd(odd, other)).conflicts
