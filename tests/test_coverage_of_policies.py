"""Every sentence of a published policy is claimed by exactly one passage of its ruleset."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from adjudge.reading.folder import rules_folder
from adjudge.reading.library import find_ruleset, load_policies
from adjudge.reading.nodes import parse, read_text
from adjudge.source import Source

POLICIES = Path(__file__).resolve().parents[2] / "shared" / "policies"
VENDORS = ("zeet", "zenput", "puppet", "jelastic", "cloudtalk")

# A sentence ends at a full stop, question or exclamation mark (and quotes or brackets that close
# there) before white space, unless a small letter follows, as after "e.g.". A table row or an item
# of a list has no rule of its own: what stands on one line is split only at ends of sentences.
_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_])")


def sentences_of(line: str) -> list[str]:
    """Return the sentences of one line, in order; none for a blank line."""
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(line):
        following = next(letter for letter in line[end.end() :] if letter.isalnum())
        if not following.islower():
            sentences.append(line[start : end.end()].strip())
            start = end.end()
    rest = line[start:].strip()
    return [*sentences, rest] if rest else sentences


def sentences_by_place(text: str) -> dict[str, str]:
    """Return the sentences of a text by `LINE.SENTENCE`, both from 1."""
    return {
        f"{line_number}.{number}": sentence
        for line_number, line in enumerate(text.split("\n"), start=1)
        for number, sentence in enumerate(sentences_of(line), start=1)
    }


def places_claimed(vendor: str) -> list[str]:
    """Return what the passages of the ruleset's main document (its first one) claim, as written."""
    path = find_ruleset(vendor)
    roots, findings = parse(Source(str(path), read_text(path)))
    assert not findings
    document = roots[-1].plain()
    assert isinstance(document, dict)
    main = next(iter(document["documents"]))
    return [
        place
        for passage in document["passages"]
        if passage["document"] == main
        for place in passage.get("lines", [])
    ]


def published_text(vendor: str) -> str:
    """Return the vendor's text, or skip the test where the text or the ruleset is not there."""
    if not (rules_folder() / f"{vendor}.yaml").is_file():
        pytest.skip(f"there is no ruleset {vendor}")
    path = POLICIES / f"{vendor}.txt"
    if not path.is_file():
        pytest.skip(f"the published text is not at {path}")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_sentence_is_claimed_by_one_passage(vendor: str) -> None:
    sentences = sentences_by_place(published_text(vendor))
    claims: Counter[str] = Counter()
    astray: list[str] = []
    for place in places_claimed(vendor):
        # `15` claims the whole line, `15.2` its second sentence.
        hit = [each for each in sentences if each == place or each.split(".")[0] == place]
        claims.update(hit)
        if not hit:
            astray.append(place)
    missing = [f"{place}: {text}" for place, text in sentences.items() if not claims[place]]
    doubled = [f"{place}: {text}" for place, text in sentences.items() if claims[place] > 1]
    assert not missing, "no passage claims\n" + "\n".join(missing)
    assert not doubled, "several passages claim\n" + "\n".join(doubled)
    assert not astray, f"passages claim lines that are not there: {astray}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_passage_is_carried_or_informative(vendor: str) -> None:
    if not (rules_folder() / f"{vendor}.yaml").is_file():
        pytest.skip(f"there is no ruleset {vendor}")
    _, warnings = load_policies(vendor)
    assert [finding.render() for finding in warnings] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("A heading", ["A heading"]),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "It fails, e.g. on a dashboard. It stops.",
            ["It fails, e.g. on a dashboard.", "It stops."],
        ),
        ('He said "it is down." Then he left.', ['He said "it is down."', "Then he left."]),
        ("Level 1 | It is down. | 2 hours |", ["Level 1 | It is down. | 2 hours |"]),
        ("Det gäller .Net och MS-SQL. Även här.", ["Det gäller .Net och MS-SQL.", "Även här."]),
    ],
)
def test_a_line_is_split_at_ends_of_sentences(line: str, expected: list[str]) -> None:
    assert sentences_of(line) == expected
