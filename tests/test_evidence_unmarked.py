"""Texts whose letters have lost their marks."""

from __future__ import annotations

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.evidence.language import LanguageDetector
from adjudge.evidence.unmarked import Unmarked
from adjudge.reading.lexicon import load_lexicons

LETTERS = {"å": "a", "ä": "a", "ö": "o"}


def test_only_what_one_word_can_be_is_meant() -> None:
    words = Unmarked(LETTERS, ["fråga", "här", "har", "läsa", "låsa", "ö"])
    assert words.meant == {"fraga": "fråga"}  # "har" is a word, "lasa" two, "o" a letter


def test_a_text_with_marks_is_spelled_as_it_stands() -> None:
    words = Unmarked(LETTERS, ["fråga"])
    assert words.applies("en fraga")
    assert not words.applies("en fraga på er")


@pytest.mark.parametrize(
    "text",
    [
        "Vi når inte servern längre, sidan går inte att öppna.",
        "Säkerhetskopieringen går inte igång.",
        "Produktionsmiljön är nere för alla användare.",
    ],
)
def test_the_same_is_read_without_marks(text: str) -> None:
    extractor = LexiconExtractor(load_lexicons())
    bare = text.translate(str.maketrans("åäö", "aao"))
    with_marks = extractor.extract("", text, "sv").facts
    without = extractor.extract("", bare, "sv").facts
    assert with_marks
    assert {name: found.value for name, found in without.items()} == {
        name: found.value for name, found in with_marks.items()
    }


def test_what_a_ruleset_names_is_known_without_marks() -> None:
    extractor = LexiconExtractor(load_lexicons()).naming(
        {"critical_function": {"sv": ("lastfördel*",)}}
    )
    found = extractor.extract("", "Lastfordelaren ar helt nere.", "sv")
    assert found.facts["affected_function"].value == "critical_function"


def test_the_language_is_known_without_marks() -> None:
    detector = LanguageDetector(load_lexicons())
    assert detector.of("vi far inga samtal langre, vad ar det som ar fel pa er sida?") == "sv"


def test_quotes_are_the_customers_own_letters() -> None:
    found = LexiconExtractor(load_lexicons()).extract("", "Databasen gar inte att na.", "sv")
    assert "gar inte" in found.facts["functional_impact"].quote
