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


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        # What the customer's own people say is his report; what others say is not.
        ("Laut unseren Agenten kommen keine Anrufe mehr rein.", "unavailable"),
        ("Die Fahrer melden, sie könnten die Fotos nicht hochladen.", "unavailable"),
        ("Am Montag schrieb Ihr Kollege, die Datenbank sei ausgefallen.", None),
        # Over.
        ("Heute war das Portal nicht erreichbar. Jetzt geht es wieder.", "none"),
        ("Heute war das Portal nicht erreichbar. Jetzt geht es wieder nicht.", "unavailable"),
        # Denied, or only supposed.
        ("Seit dem Update schlägt bei uns kein Build mehr fehl.", None),
        ("Kein Build schlägt fehl.", None),
        ("Es ist nicht so, dass gar nichts geht.", None),
        ("Nehmen wir an, zwei Knoten fallen gleichzeitig aus.", None),
        ("Woran erkenne ich, ob ein Agent nicht mehr läuft?", None),
        ("Ausfall // Nein, ausgefallen ist zum Glück nichts.", "none"),
        ("Die Lieferung der Ware fällt aus. Wie pausiere ich die Aufgaben?", None),
        # Verbs at the end, and objects between a verb and its denial.
        ("Wir schreiben mit, weil die Sensoren keine Daten liefern.", "unavailable"),
        ("Die meisten Fahrer sehen ihre Aufgaben nicht mehr.", "unavailable"),
        ("Alle Mitarbeiter sind seit acht Uhr aus dem System ausgesperrt.", "unavailable"),
        ("Auditoren sollen Aufgaben nicht sehen dürfen.", None),
    ],
)
def test_how_hard(extractor: LexiconExtractor, ticket: str, expected: str | None) -> None:
    assert read(extractor, ticket).get("functional_impact") == expected


@pytest.mark.parametrize(
    ("ticket", "function"),
    [
        ("Bei uns ist das gesamte Portal nicht erreichbar.", "whole_service"),
        ("Die Suche ist langsam, außerdem kommen keine Anrufe mehr durch.", "critical_function"),
    ],
)
def test_what_is_hit(extractor: LexiconExtractor, ticket: str, function: str) -> None:
    assert read(extractor, ticket)["affected_function"] == function


@pytest.mark.parametrize(
    ("ticket", "users"),
    [
        ("Die Anmeldung schlägt bei allen fehl.", "all"),
        ("Es sind nur drei Kollegen im Lager, die sich nicht anmelden können.", "some"),
    ],
)
def test_who_is_hit(extractor: LexiconExtractor, ticket: str, users: str) -> None:
    assert read(extractor, ticket)["users_affected"] == users


def test_lost_data_are_no_mere_news(extractor: LexiconExtractor) -> None:
    found = read(extractor, "Zur Info: Sämtliche Aufzeichnungen sind unwiederbringlich gelöscht.")
    assert (found["request_type"], found["data_impact"]) == ("incident", "major")


def test_goods_are_produced_in_no_environment(extractor: LexiconExtractor) -> None:
    found = read(extractor, "In der Produktion fertigen wir Gehäuse. Wie legt man ein Formular an?")
    assert "environment" not in found


def test_a_way_round_that_does_not_work_is_not_used(extractor: LexiconExtractor) -> None:
    found = read(extractor, "Der Export lädt nicht. Euer Workaround funktioniert bei uns nicht.")
    assert "workaround" not in found


def test_a_guess_at_the_cause_is_none(extractor: LexiconExtractor) -> None:
    found = read(extractor, "Der Dienstleister vermutet, die Ursache liege bei Ihnen.")
    assert "caused_by" not in found


@pytest.mark.parametrize(
    "ticket",
    ["Kein Anrufer wird abgewiesen.", "Kein Benutzer wird abgewiesen, es ist nur langsam."],
)
def test_that_nobody_is_turned_away_hits_nobody(extractor: LexiconExtractor, ticket: str) -> None:
    assert "users_affected" not in read(extractor, ticket)


def test_what_was_lost_long_ago_is_no_trouble(extractor: LexiconExtractor) -> None:
    assert "data_impact" not in read(extractor, "Vor zwei Jahren sind uns Daten verloren gegangen.")
    found = read(extractor, "Vorgestern sind uns Daten verloren gegangen.")
    assert found["data_impact"] == "major"


def test_who_signs_for_another_is_no_evidence(extractor: LexiconExtractor) -> None:
    found = read(
        extractor, "Der Export ist langsam.\n\ni. A. Bernd Stillstand\nAbteilung Produktion"
    )
    assert found["functional_impact"] == "slow"
    assert "environment" not in found
    found = read(
        extractor, "Der Export ist langsam.\ni. A. lädt er nach Minuten.\nAuf Staging geht er."
    )
    assert found["functional_impact"] == "slow"


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ("Ich glaube nicht, dass die Datenbank ausgefallen ist.", None),
        ("Server down // Vergesst es, ich hatte kein WLAN.", "none"),
        ("Ein Ausfall von Schulstunden soll erfasst werden. Wie lege ich das Feld an?", None),
        ("Der Kollege ist ausgefallen (krank). Wie übertrage ich seine Aufgaben?", None),
        ("Liegt es an uns oder an euch, dass kein Webhook mehr ankommt?", "unavailable"),
        ("Es ist niemandem möglich, sich am Dashboard anzumelden.", "unavailable"),
        ("Bei den Endkunden erscheint im Shop nur eine weiße Seite.", "unavailable"),
    ],
)
def test_how_hard_by_words(extractor: LexiconExtractor, ticket: str, expected: str | None) -> None:
    found = read(extractor, ticket)
    assert found.get("functional_impact") == expected
    assert "caused_by" not in found


@pytest.mark.parametrize(
    ("ticket", "workaround"),
    [
        ("Ersatzweise nutzen wir das alte Portal, denn das neue lädt nicht.", "in_use"),
        ("Das Logo ist zu klein. Das ist inakzeptabel!", None),
        (
            "Die Fotos laden nicht. Ein Workaround ist bekannt, hilft uns aber nicht weiter.",
            "unacceptable",
        ),
    ],
)
def test_ways_round(extractor: LexiconExtractor, ticket: str, workaround: str | None) -> None:
    assert read(extractor, ticket).get("workaround") == workaround


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ("Das Dashboard stürzt seit dem Update nicht mehr ab.", "none"),
        ("Der Server liefert keinen Fehler mehr, sondern gar nichts.", "unavailable"),
        (
            "Die Telefonie ist erneut ausgefallen, dabei hieß es gestern, alles sei behoben.",
            "unavailable",
        ),
        ("Jetzt läuft die Datenbank wieder stabil. Vorher war sie nicht erreichbar.", "none"),
        ("Früher kamen die Mails gleich an, inzwischen kommen sie nicht mehr an.", "unavailable"),
        (
            "Gestern ist die Datenbank abgestürzt und seither nicht mehr hochgekommen.",
            "unavailable",
        ),
        ("Mein Chef will wissen, ob die Plattform ausgefallen sei.", None),
        ("Die Kollegen berichten, das Dashboard lade nicht mehr.", "unavailable"),
        ("Unser Chef ist zurzeit nicht erreichbar. Wer unterschreibt?", None),
        ("Der Aufzug im Gebäude ist ausgefallen, der Techniker nimmt die Treppe.", None),
        ("Die Fehlerquote unserer Produktion liegt bei 3 %. Wie trage ich das ein?", None),
    ],
)
def test_what_was_and_what_is(
    extractor: LexiconExtractor, ticket: str, expected: str | None
) -> None:
    found = read(extractor, ticket)
    assert found.get("functional_impact") == expected
    assert "environment" not in found


def test_a_body_that_owns_a_mistake_corrects(extractor: LexiconExtractor) -> None:
    ticket = (
        "Störung in Produktion // Mein Fehler, es ist die Testumgebung. Die API antwortet nicht."
    )
    assert read(extractor, ticket)["environment"] == "test"


@pytest.mark.parametrize(
    ("ticket", "workaround"),
    [
        ("Lädt man die Seite neu, klappt das Absenden. Sonst schlägt es fehl.", "available"),
        ("Lädt man die Seite neu, funktioniert nichts.", None),
        (
            "Uns bleibt nichts anderes übrig, als telefonisch zu bestellen, der Shop lädt nicht.",
            "in_use",
        ),
        ("Uns bleibt nichts anderes übrig, als zu warten, der Shop lädt nicht.", None),
    ],
)
def test_what_can_be_done(extractor: LexiconExtractor, ticket: str, workaround: str | None) -> None:
    assert read(extractor, ticket).get("workaround") == workaround


def test_a_bare_verb_behind_a_denial(extractor: LexiconExtractor) -> None:
    found = read(extractor, "Die Fotos lassen sich hochladen, aber nicht herunterladen.")
    assert (found["affected_function"], found["functional_impact"]) == (
        "important_function",
        "degraded",
    )
    found = read(extractor, "Agenten können Kontakte sehen, aber nicht ändern. Ist das gewollt?")
    assert "functional_impact" not in found
