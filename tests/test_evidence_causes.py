"""Since whose change something is so, and what people do meanwhile, by a sentence's build."""

from __future__ import annotations

import pytest

from adjudge.evidence.extractor import LexiconExtractor
from adjudge.reading.lexicon import load_lexicons


@pytest.fixture(scope="module")
def extractor() -> LexiconExtractor:
    return LexiconExtractor(load_lexicons())


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        (
            "Der Export lädt nicht, seit wir (also wir, nicht ihr) alles verlagert haben.",
            "customer",
        ),
        ("Seit dem Umbau, den eure Kollegen veranlasst haben, lädt der Export nicht.", "vendor"),
        ("Der Export lädt seit Ihrer Netzumstellung nicht.", "vendor"),
        ("Ihre Techniker haben den Knoten verlagert. Seither lädt der Export nicht.", "vendor"),
        ("Der Export lädt nicht, seit wir das gemeldet haben.", None),
        ("Ob es davon kommt, seit wir alles verlagert haben? Der Export lädt nicht.", None),
        ("Vermutlich lädt der Export nicht, seit wir alles verlagert haben.", None),
    ],
)
def test_since_whose_change(extractor: LexiconExtractor, text: str, maker: str | None) -> None:
    found = extractor.extract("", text, "de").facts.get("caused_by")
    assert (found.value if found else None) == maker


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("Der Export lädt nicht. Bis dahin tippt eine Werkstudentin die Zahlen ab.", "in_use"),
        ("Der Export lädt nicht. Wir kopieren die Zahlen jetzt von Hand.", "in_use"),
        ("Der Export lädt nicht. Wir faxen die Zahlen vorerst nicht.", None),
        ("Der Export lädt nicht. Wir kopieren die Zahlen in die Ablage.", None),
    ],
)
def test_what_is_done_meanwhile(extractor: LexiconExtractor, text: str, done: str | None) -> None:
    found = extractor.extract("", text, "de").facts.get("workaround")
    assert (found.value if found else None) == done
