"""Whether a ticket speaks of code, by the identifiers that it names."""

from __future__ import annotations

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.evidence.code_words import names_code
from adjudge.reading.lexicon import load_lexicons


@pytest.mark.parametrize(
    "text",
    [
        "getFileStatus is called too late",
        "IOException after an OutOfMemoryError",
        "Foo#close and close() differ",
        "UserGroupInformation sets it before an IOException",
        "_ClientTokenProvider_ calls AbfsClient.getAccessToken",
    ],
)
def test_identifiers(text: str) -> None:
    assert names_code("", text)


@pytest.mark.parametrize(
    "text",
    [
        "Our iPhone app and HubSpot, GitHub, WordPress and CloudTalk on macOS",
        "OutOfMemoryError, and OutOfMemoryError once more",
        "at org.acme.shop.CheckoutServletHandler.run(CheckoutServletHandler.java:12)\n"
        "Caused by: java.lang.NullPointerException",
        "See www.acme.example.com or jane.doe@acme.example.com",
        "a" * 100_000 + "A" * 100_000,
    ],
)
def test_no_identifiers(text: str) -> None:
    assert not names_code("", text)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("The shop-catalog-web-ui fails.", None),
        ("The catalog fails.", "critical_function"),
        ("The login-page fails.", "critical_function"),
    ],
)
def test_parts_of_names(text: str, rank: str | None) -> None:
    facts = LexiconExtractor(load_lexicons()).extract("", text, "en").facts
    found = facts.get("affected_function")
    assert (found.value if found else None) == rank
    assert facts["functional_impact"].value == "unavailable"
