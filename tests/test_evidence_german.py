"""What German tickets say by the build of their sentences, as the lexicon reads them."""

from __future__ import annotations

import pytest

from adjudge.evidence.extractor import LexiconExtractor
from adjudge.model.fact import Value, plain
from adjudge.reading.lexicon import load_lexicons


@pytest.fixture(scope="module")
def extractor() -> LexiconExtractor:
    return LexiconExtractor(load_lexicons())


def read(extractor: LexiconExtractor, ticket: str) -> dict[str, Value]:
    """The facts of a ticket, its subject before `//`."""
    subject, _, body = ticket.rpartition(" // ")
    found = extractor.extract(subject, body, "de").facts
    return {name: evidence.value for name, evidence in found.items()}


@pytest.mark.parametrize(
    "ticket",
    [
        "Niemand scheitert beim Anmelden.",
        "Kein Benutzer scheitert am Login.",
    ],
)
def test_that_nobody_fails_is_no_failure(extractor: LexiconExtractor, ticket: str) -> None:
    found = read(extractor, ticket)
    assert "functional_impact" not in found
    assert "users_affected" not in found


@pytest.mark.parametrize(
    "ticket",
    [
        "Bekomme ich einen Fehler, wenn ich zwei Umgebungen anlege?",
        "Verliert man die Aufnahmen, wenn der Server ausfällt?",
        "Seht ihr, dass das Dashboard nicht lädt?",
    ],
)
def test_a_verb_before_its_subject_asks(extractor: LexiconExtractor, ticket: str) -> None:
    found = read(extractor, ticket)
    assert "functional_impact" not in found
    assert found.get("request_type") != "incident"


@pytest.mark.parametrize(
    "ticket",
    [
        "Seit wir umgezogen sind, lädt das Dashboard nicht, könnt ihr helfen?",
        "Hallo, wir haben ein Problem: Das Dashboard lädt nicht, was tun?",
    ],
)
def test_a_plea_before_what_fails_asks_nothing_about_it(
    extractor: LexiconExtractor, ticket: str
) -> None:
    assert read(extractor, ticket)["functional_impact"] == "unavailable"


def test_a_verb_after_a_filler_does_not_ask(extractor: LexiconExtractor) -> None:
    assert (
        read(extractor, "Gibt es einen Workaround? Der Export lädt nicht.").get("workaround")
        is None
    )
    found = read(extractor, "Leider gibt es doch keinen Workaround, der Export lädt nicht.")
    assert found["workaround"] == "none"


def test_what_is_called_untrue_is_not_read(extractor: LexiconExtractor) -> None:
    found = read(
        extractor, "Dass der Export nicht lädt, stimmt so nicht. Er ist langsamer als früher."
    )
    assert found["functional_impact"] == "slow"


@pytest.mark.parametrize(
    ("ticket", "environment", "function"),
    [
        ("Lokal läuft es, in Prod nicht.", "production", None),
        (
            "In Staging funktioniert der Export, in Produktion nicht.",
            "production",
            "important_function",
        ),
        ("In Produktion läuft alles, auf Staging nicht.", "staging", None),
    ],
)
def test_what_fails_in_another_environment(
    extractor: LexiconExtractor, ticket: str, environment: str, function: str | None
) -> None:
    found = read(extractor, ticket)
    assert found["functional_impact"] == "unavailable"
    assert found["environment"] == environment
    assert found.get("affected_function") == function


def test_a_share_told_by_the_genitive(extractor: LexiconExtractor) -> None:
    found = read(extractor, "45 der 60 Restaurants können keine Fotos hochladen.")
    assert (plain(found["users_affected_percent"]), found["users_affected"]) == (75, "many")
    found = read(extractor, "Seit 2024 haben die 60 Restaurants ein Tablet. Die Fotos laden nicht.")
    assert "users_affected_percent" not in found
