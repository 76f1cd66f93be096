"""The parts of a product as a ruleset names them: read from its file, and found in words."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

import adjudge
from adjudge.cli.main import main
from adjudge.decide.words import lexicon_extractor, read_words
from adjudge.evidence.named import NamedScanner
from adjudge.evidence.scan import Hit, Scanner
from adjudge.findings import InputError
from adjudge.model.lexicon import Lexicon, Meaning
from conftest import HEAD, ruleset_of

RULE = "criteria:\n  - {id: c, level: P1, because: b, when: {affected_function: whole_service}}\n"


def rank(text: str, functions: str, language: str = "en") -> object:
    """The rank of what a text says is hit, by a ruleset with these `functions`."""
    ruleset = ruleset_of(HEAD + RULE + "functions:\n" + functions)
    read = ruleset.read(adjudge.Ticket("", description=text, language=language))
    found = read.facts.get("affected_function")
    return found.value if found is not None else None


@pytest.mark.parametrize(
    ("functions", "code", "marked"),
    [
        ("functions: {critical_funktion: {en: [login]}}", "unknown-function", "{en: [login]}"),
        ("functions: {minor_function: {eo: [nomo]}}", "unknown-language", "[nomo]"),
        ("functions: {minor_function: {en: [logo, '*']}}", "function-name", "'*'"),
        ("functions: {minor_function: {en: [log* in]}}", "function-name", "log* in"),
        ("functions: {minor_function: {en: [logo *]}}", "function-name", "logo *"),
        (
            "functions: {critical_function: {en: [Log-in]}, minor_function: {en: [log in]}}",
            "function-twice",
            "log in",
        ),
        (
            "functions: {critical_function: {sv: [SMS]}, minor_function: {any: [sms]}}",
            "function-twice",
            "sms",
        ),
    ],
)
def test_a_mistake_is_found_at_its_place(functions: str, code: str, marked: str) -> None:
    with pytest.raises(InputError) as caught:
        ruleset_of(HEAD + functions + "\n")
    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.span is not None
    assert finding.span.line == len(HEAD.splitlines()) + 1
    assert functions[finding.span.column - 1 :].startswith(marked)


def test_a_near_rank_and_a_near_language_are_named() -> None:
    with pytest.raises(InputError, match="did you mean `critical_function`"):
        ruleset_of(HEAD + "functions: {critical_funktion: {en: [login]}}\n")
    with pytest.raises(InputError, match="`de`, `en`, `sv`, `any`"):
        ruleset_of(HEAD + "functions: {minor_function: {eo: [nomo]}}\n")


@pytest.mark.parametrize(
    ("functions", "language", "text", "expected"),
    [
        # The lexicon leaves "app" open; a ruleset settles it.
        ("  minor_function: {sv: [foo]}", "en", "The app is down.", None),
        ("  critical_function: {en: [app]}", "en", "The app is down.", "critical_function"),
        ("  whole_service: {any: [app]}", "en", "The app is down.", "whole_service"),
        # It outranks what the lexicon says, of verbs, too.
        ("  minor_function: {en: [reports]}", "en", "Reports do not load.", "minor_function"),
        (
            "  important_function: {en: [log in]}",
            "en",
            "Nobody can log in.",
            "important_function",
        ),
        # Names that the lexicon has not, alone and beside ones that it has.
        (
            "  critical_function: {en: [bank feed]}",
            "en",
            "The bank feed fails.",
            "critical_function",
        ),
        (
            "  critical_function: {en: [report engine room]}",
            "en",
            "The report engine room is down.",
            "critical_function",
        ),
        # Capitals and hyphens make no difference.
        ("  critical_function: {en: [Bank-Feed]}", "en", "BANK FEED IS DOWN", "critical_function"),
        # Inflections and compounds, where the lexicon has the word and where it has not.
        (
            "  minor_function: {sv: [inspelning*]}",
            "sv",
            "Inspelningarna fungerar inte.",
            "minor_function",
        ),
        (
            "  critical_function: {sv: [bankkoppling*]}",
            "sv",
            "Bankkopplingarna fungerar inte.",
            "critical_function",
        ),
        (
            "  critical_function: {de: [zahlungslauf*]}",
            "de",
            "Der Zahlungslaufdienst ist ausgefallen.",
            "critical_function",
        ),
        # A word that the lexicon has as a part of what is said, and not as a thing.
        (
            "  critical_function: {sv: [utrullning*]}",
            "sv",
            "Utrullningarna fungerar inte.",
            "critical_function",
        ),
        # The name without `*` counts before the one with it, and the longer before the shorter.
        (
            "  minor_function: {en: [bank*]}\n  critical_function: {en: [banking]}",
            "en",
            "Banking is down.",
            "critical_function",
        ),
        (
            "  minor_function: {sv: [bank*]}\n  critical_function: {sv: [bankkoppl*]}",
            "sv",
            "Bankkopplingen fungerar inte.",
            "critical_function",
        ),
        # A name of the whole gives way to the part beside it.
        (
            "  whole_service: {en: [acme ledger]}\n  minor_function: {en: [letterhead]}",
            "en",
            "The letterhead in Acme Ledger does not load.",
            "minor_function",
        ),
        ("  whole_service: {en: [acme ledger]}", "en", "Acme Ledger is down.", "whole_service"),
        # Another language's names are not read.
        ("  minor_function: {sv: [reports]}", "en", "Reports do not load.", "important_function"),
    ],
)
def test_what_is_hit_has_the_rank_that_the_ruleset_gives_it(
    functions: str, language: str, text: str, expected: str | None
) -> None:
    assert rank(text + "\n", functions + "\n", language) == expected


def test_one_word_has_its_rank_in_each_product() -> None:
    ticket = adjudge.Ticket("", description="The recordings do not load.", language="en")
    login = adjudge.Ticket("", description="Nobody can log in.", language="en")
    ranks = {
        name: adjudge.load(name).read(login).facts["affected_function"].value
        for name in ("zeet", "cloudtalk")
    }
    assert ranks == {"zeet": "critical_function", "cloudtalk": "important_function"}
    assert read_words(ticket).facts["affected_function"].value == "important_function"


def test_a_decision_is_made_with_the_names() -> None:
    text = HEAD + RULE + "functions: {whole_service: {en: [letterhead]}}\n"
    ruleset = ruleset_of(text)
    ticket = adjudge.Ticket("", description="The letterhead is down.", language="en")
    decision = ruleset.decide(ticket)
    assert decision.level == "P1"
    assert decision.facts["affected_function"].quote == "letterhead"


def test_each_version_reads_with_its_own_names() -> None:
    older = HEAD + RULE + "functions: {whole_service: {en: [letterhead]}}\n"
    newer = older.replace('version: "1"', 'version: "2"\neffective_from: 2026-01-01').replace(
        "letterhead", "envelope"
    )
    ruleset = ruleset_of(f"{older}---\n{newer}")
    ticket = {"id": "1", "description": "The letterhead is down.", "language": "en"}
    days = {"2025-05-05T10:00:00Z": "whole_service", "2026-05-05T10:00:00Z": None}
    for day, expected in days.items():
        read = ruleset.read(adjudge.Ticket.from_dict({**ticket, "created_at": day}))
        found = read.facts.get("affected_function")
        assert (found.value if found else None) == expected


def test_the_lexicon_is_compiled_once_for_all_rulesets() -> None:
    scanner = lexicon_extractor().scanner("en")
    for name in ("zeet", "cloudtalk"):
        extractor = adjudge.load(name, extractor="lexicon").compiled.extractor
        assert extractor.scanner("en").patterns is scanner.patterns  # type: ignore[attr-defined]


def test_facts_shows_what_is_read_with_a_ruleset(tmp_path: Path) -> None:
    export = tmp_path / "tickets.csv"
    export.write_text("id,description\n1,The app is down.\n")
    for more, expected in ([], None), (["--ruleset", "zenput"], "whole_service"):
        result = CliRunner().invoke(main, ["facts", str(export), "--format", "jsonl", *more])
        assert result.exit_code == 0, result.output
        (line,) = result.stdout.splitlines()
        found = json.loads(line)["facts"].get("affected_function")
        assert (found["value"] if found else None) == expected
    refused = CliRunner().invoke(main, ["facts", str(export), "--as-of", "2026-01-01"])
    assert refused.exit_code == 2


WORDS = st.sampled_from(["ab", "abc", "b", "bc", "c"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def _spans(hits: list[Hit]) -> list[tuple[int, int]]:
    return [(hit.first, hit.last) for hit in hits]


@example({"ab abc"}, {"abc ab", "ab"}, ["ab", "abc", "ab"])
@example({"ab ab"}, {"ab ab ab", "ab ab"}, ["ab"] * 5)
@example({"ab ab"}, {"abc ab", "ab ab abc"}, ["ab", "ab", "ab", "abc", "ab"])
@given(
    st.sets(PHRASES, min_size=1, max_size=6),
    st.sets(PHRASES.flatmap(lambda name: st.sampled_from([name, name + "*"])), max_size=4),
    st.lists(WORDS, max_size=12),
)
def test_hits_stand_apart_and_in_order(phrases: set[str], names: set[str], text: list[str]) -> None:
    lexicon = Lexicon("xx", "X", {phrase: (Meaning("neutral"),) for phrase in phrases})
    plain = Scanner(lexicon)
    scanner = NamedScanner(lexicon, plain, dict.fromkeys(names, "minor_function"))
    tokens = plain.tokenizer.tokens(" ".join(text))
    hits = scanner.hits(tokens)
    assert all(one.last < other.first for one, other in pairwise(hits))
    covered = {place for hit in hits for place in range(hit.first, hit.last + 1)}
    # What is left uncovered holds neither a phrase nor a name.
    alone = [word if place not in covered else "-" for place, word in enumerate(text)]
    for piece in " ".join(alone).split("-"):
        assert not scanner.hits(plain.tokenizer.tokens(piece))
    if not names:
        assert _spans(hits) == _spans(plain.hits(tokens))
