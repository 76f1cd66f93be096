"""What questions and wishes are after, where no list has how they begin."""

from __future__ import annotations

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.reading.lexicon import load_lexicons


@pytest.fixture(scope="module")
def extractor() -> LexiconExtractor:
    return LexiconExtractor(load_lexicons())


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Can I swap the domains of the two environments?", "en", "information"),
        ("Lohnt es sich, zwei Cluster zu nehmen?", "de", "information"),
        ("Riskerar körningarna att stanna om vi byter namn?", "sv", "information"),
        ("Please reticulate the splines of our account.", "en", "configuration"),
        ("Bitte die Zone umhängen.", "de", "configuration"),
        ("Koppla samman kontot med HubSpot är ni snälla.", "sv", "configuration"),
        ("Please send word about our account.", "en", None),
        ("Bitte unser Konto prüfen.", "de", None),
        ("Why can't she?", "en", "information"),
        ("Does she not?", "en", "information"),
        ("So it does not?", "en", None),
    ],
)
def test_a_request_by_its_form(
    extractor: LexiconExtractor, text: str, language: str, kind: str | None
) -> None:
    found = extractor.extract("", text, language).facts.get("request_type")
    assert (found.value if found else None) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Our CA key has been stolen.", "incident"),
        ("The data is irretrievably gone. Could you call us?", "incident"),
        ("Forget my last message. All works well.", "information"),
        ("Everything works. Please raise the limit to 5.", "configuration"),
    ],
)
def test_a_request_by_the_other_facts(extractor: LexiconExtractor, text: str, kind: str) -> None:
    found = extractor.extract("", text, "en").facts["request_type"]
    assert found.value == kind
    assert found.quote in text


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("I can't log in.", "en", "account_access"),
        ("I can't log in. My colleagues are fine.", "en", "account_access"),
        ("Ich kann mich nicht anmelden.", "de", "account_access"),
        ("Jag kan inte logga in.", "sv", "account_access"),
        ("I can't log in and neither can anyone else.", "en", "incident"),
        ("I can't log in. The dashboard is down.", "en", "incident"),
        ("We can't log in.", "en", "incident"),
        ("The night shift can't log in. Everyone else gets in.", "en", "incident"),
    ],
)
def test_one_person_who_cannot_log_in(
    extractor: LexiconExtractor, text: str, language: str, kind: str
) -> None:
    assert extractor.extract("", text, language).facts["request_type"].value == kind
