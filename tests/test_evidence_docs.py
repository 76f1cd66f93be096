"""The examples of `docs/text-evidence.md` are read as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.learned.weighed import WeighedExtractor
from adjudge.model.fact import VOCABULARY, Value, plain
from adjudge.reading.lexicon import load_lexicons

PAGE = Path(__file__).parents[1] / "docs" / "text-evidence.md"
SECTIONS = (
    "Negation and scope",
    "Hypotheticals and fears",
    "Past and resolved events",
    "Reported speech",
    "Questions",
    "Quoted history, signatures and logs",
    "A subject that the body corrects",
    "Two problems in one ticket",
    "Tone against impact",
    "Words that look like evidence",
)


def rows() -> list[tuple[str, str, str, str]]:
    found = []
    section = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and not line.startswith(("| ticket", "| ---")):
            ticket, read, unread = (cell.strip() for cell in line.strip("|").split("|"))
            found.append((section, ticket, read, unread))
    return found


@pytest.fixture(scope="module")
def extractor() -> WeighedExtractor:
    return WeighedExtractor(LexiconExtractor(load_lexicons()))


def test_every_kind_of_difficulty_has_examples() -> None:
    sections = [section for section, *_ in rows()]
    assert all(sections.count(section) >= 3 for section in SECTIONS)


def claims(cell: str) -> list[tuple[str, str]]:
    return [tuple(claim.strip().partition("=")[::2]) for claim in cell.split(",") if claim.strip()]  # type: ignore[misc]


def shown(value: Value) -> str:
    return str(plain(value))


@pytest.mark.parametrize(("section", "ticket", "read", "unread"), rows())
def test_example(
    extractor: WeighedExtractor, section: str, ticket: str, read: str, unread: str
) -> None:
    subject, _, body = ticket.rpartition(" // ")
    facts = extractor.extract(subject, body.replace("⏎", "\n")).facts
    found = {name: shown(evidence.value) for name, evidence in facts.items()}
    for name, value in claims(read):
        assert name in VOCABULARY
        assert found.get(name) == value, found
    for name, value in claims(unread):
        assert name in VOCABULARY
        assert found.get(name) is None if not value else found.get(name) != value, found
