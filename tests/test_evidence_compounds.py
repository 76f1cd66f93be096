"""Compounds that no lexicon lists are read as their heads."""

from __future__ import annotations

import time

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.evidence.compounds import Compounds
from adjudge.reading.lexicon import load_lexicons

COMPOUNDS = Compounds(frozenset({"system", "ticketsystem", "datenbank"}), frozenset({"live"}))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("kundendatenbank", ("datenbank",)),
        ("livedatenbank", ("live", "datenbank")),
        ("altticketsystem", ("ticketsystem",)),  # the longest head
        ("datenbank", ("datenbank",)),
        ("zudatenbank", ("zudatenbank",)),  # two letters are no modifier
        ("datenbanken", ("datenbanken",)),
    ],
)
def test_heads(word: str, parts: tuple[str, ...]) -> None:
    assert COMPOUNDS.parts(word) == parts


def test_without_heads_nothing_is_split() -> None:
    assert Compounds().shortest_word is None


def test_a_compound_is_read_as_its_head_and_quoted_whole() -> None:
    extractor = LexiconExtractor(load_lexicons())
    found = extractor.extract("", "Die Kundendatenbanken sind ausgefallen.", "de")
    assert found.facts["affected_function"].value == "critical_function"
    assert found.facts["affected_function"].quote == "Kundendatenbanken"
    found = extractor.extract("", "Alle Kundendatenbanken sind ausgefallen.", "de")
    assert "users_affected" not in found.facts  # no customer is meant
    found = extractor.extract("", "Die Produktionsdatenbank ist ausgefallen.", "de")
    assert found.facts["environment"].value == "production"


def test_a_ruleset_names_the_head() -> None:
    extractor = LexiconExtractor(load_lexicons()).naming(
        {"minor_function": {"de": ("datenbank*",)}}
    )
    found = extractor.extract("", "Die Kundendatenbanken sind ausgefallen.", "de")
    assert found.facts["affected_function"].value == "minor_function"


def test_an_endless_word_costs_little() -> None:
    extractor = LexiconExtractor(load_lexicons())
    extractor.extract("", "", "de")
    started = time.perf_counter()
    extractor.extract("", "a" * 200_000 + "datenbank", "de")
    assert time.perf_counter() - started < 2
