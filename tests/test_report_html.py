"""The HTML report as a document: inert data, escaped words, a policy that fits, the same bytes."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjudge.report.html import inert_json, render_html
from adjudge.report.html_index import possible_words
from adjudge.report.html_view import hours, percent, points, rate_words, visible

SAMPLE = Path(__file__).parents[1] / "fixtures" / "audit" / "sample-audit.json"
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "</SCRIPT/><img src=x onerror=alert(3)>",
    "<!--<script>",
    "]]>--></style><svg onload=alert(4)>",
    "\"><iframe src='javascript:alert(5)'></iframe>",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "&lt;b&gt; &amp;lt; &#60;script&#62; &nbsp",
    "\x00\x01\x1b[31m\x7f\x85",
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u200bzero\ufeff",
    "\u2028line\u2029paragraph",
    "half a pair \ud83d and \udc4d",
    "A" * 5000,
    "Z\u0351\u0357\u0310" * 200,
    "__proto__",
    "=cmd|'/C calc'!A0",
)


@pytest.fixture(scope="module")
def audit() -> dict[str, Any]:
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


def with_text(audit: dict[str, Any], text: str) -> dict[str, Any]:
    """An audit in which everything that a customer could have written is `text`."""
    audit = copy.deepcopy(audit)
    for ticket in audit["tickets"]:
        for name in ("id", "subject", "description", "organization", "requester", "product"):
            ticket[name] = text
        ticket["channel"] = ticket["summary"] = ticket["reply"] = ticket["nearest"] = text
        ticket["reasons"] = ticket["questions"] = ticket["disagreements"] = [text]
        for condition in ticket["conditions"]:
            condition["quote"] = condition["actual_label"] = condition["column"] = text
        for quote in ticket["quotes"]:
            quote["start"], quote["end"] = 0, max(1, len(text) // 2)
    for grouping in audit["groups"]:
        for group in grouping["groups"]:
            group["name"] = text
    for override in audit["overrides"]:
        override.update(ticket=text, who=text, why=text)
    for rejected in audit["rejected"]:
        rejected.update(id=text, reasons=[text])
    audit["meta"]["export"] = text
    return audit


class Document(HTMLParser):
    """What a browser would make of the page: elements, attributes, and the raw blocks."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.raw: list[tuple[dict[str, str], str]] = []
        self.words: list[str] = []
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = tag in ("script", "style")
        if self._inside:
            self.raw.append((dict([*attrs, ("tag", tag)]), ""))  # type: ignore[arg-type]

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            attributes, text = self.raw[-1]
            self.raw[-1] = (attributes, text + data)
        else:
            self.words.append(data)

    def blocks(self) -> list[Any]:
        return [json.loads(text) for attributes, text in self.raw if "data-tickets" in attributes]


def test_the_same_audit_gives_the_same_bytes(audit: dict[str, Any]) -> None:
    shuffled = json.loads(json.dumps(audit))
    assert render_html(audit) == render_html(shuffled)


def test_nothing_comes_from_elsewhere(audit: dict[str, Any]) -> None:
    document = Document(render_html(audit))
    for tag, name, value in document.attributes:
        assert name not in ("src", "srcset", "action", "formaction", "data", "style"), (tag, name)
        assert not name.startswith("on"), (tag, name)
        if name == "href":
            assert value.startswith("#"), value
    assert not {"link", "iframe", "object", "embed", "img", "base"} & document.elements.keys()
    styles = "".join(text for attributes, text in document.raw if attributes["tag"] == "style")
    assert "url(" not in styles
    assert "@import" not in styles


def test_the_policy_names_the_scripts_and_styles_that_are_there(audit: dict[str, Any]) -> None:
    document = Document(render_html(audit))
    policy = next(v for _, name, v in document.attributes if name == "content" and "src" in v)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    hashes = re.findall(r"'(sha256-[^']+)'", policy)
    running = [text for attributes, text in document.raw if "type" not in attributes]
    assert len(running) == 2
    for text in running:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"sha256-{digest}" in hashes


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(audit: dict[str, Any], text: str) -> None:
    plain = Document(render_html(with_text(audit, "plain")))
    page = render_html(with_text(audit, text))
    document = Document(page)
    assert document.elements == plain.elements
    assert [(t, n) for t, n, _ in document.attributes] == [(t, n) for t, n, _ in plain.attributes]
    assert document.blocks()[0][0]["description"] == text
    # Outside the blocks the words are there, with what cannot be seen shown by its code.
    assert visible(text[:599]) in "".join(document.words)
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


@given(st.text(st.characters(), max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_is_inert_as_json(text: str) -> None:
    written = inert_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert written.isascii()
    assert not re.search(r"[<>&\x00-\x1f\x7f]", written)


@given(st.text(st.characters(), max_size=80))
def test_visible_text_is_writable_and_settled(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert visible(shown) == shown


def test_every_ticket_is_in_the_page_in_its_order(audit: dict[str, Any]) -> None:
    many = copy.deepcopy(audit)
    many["tickets"] = [
        {**audit["tickets"][number % len(audit["tickets"])], "id": f"T-{number}"}
        for number in range(450)
    ]
    document = Document(render_html(many))
    found = [ticket["id"] for block in document.blocks() for ticket in block]
    assert found == [f"T-{number}" for number in range(450)]
    data = next(json.loads(text) for attrs, text in document.raw if attrs.get("id") == "audit")
    assert data["index"]["id"] == found
    assert data["index"]["block"] == len(document.blocks()[0])


def test_a_page_that_lists_fewer_says_so(audit: dict[str, Any]) -> None:
    assert "listed here" not in render_html(audit)
    assert "Of 12,345 tickets, the 7 most serious are listed here" in render_html(audit, 12_345)


def test_an_empty_audit_is_a_page(audit: dict[str, Any]) -> None:
    empty = copy.deepcopy(audit)
    none = {"count": 0, "total": 0, "share": None, "low": None, "high": None, "small": True}
    for name in ("overfiled", "underfiled", "unproven", "exceptions"):
        empty["summary"][name] = none
    empty["summary"].update(filed=0, verdicts={}, outcomes={})
    for name in ("matrix", "groups", "weeks", "failing", "missing", "overrides", "rejected"):
        empty[name] = []
    empty.update(tickets=[], comparison=None)
    empty["meta"].update(level=None, first_created=None, last_created=None)
    page = render_html(empty)
    assert "No ticket was filed" in page
    assert Document(page).blocks() == []


def test_an_audit_of_all_levels_counts_what_was_filed_too_low(audit: dict[str, Any]) -> None:
    every = copy.deepcopy(audit)
    every["meta"]["level"] = None
    page = render_html(every)
    assert "each in one of five outcomes" in page
    assert "of 40 tickets filed under a level were filed too high" in page


def test_the_cells_of_the_heat_map_lead_to_their_tickets(audit: dict[str, Any]) -> None:
    document = Document(render_html(audit))
    only = [json.loads(v) for _, name, v in document.attributes if name == "data-only"]
    assert {"filed": "P1", "decided": "P4"} in only
    assert {"filed": None, "decided": "P1"} in only
    # Confirmed tickets are counted and not listed: their cell leads nowhere.
    assert {"filed": "P1", "decided": "P1"} not in only


def test_rates_of_few_tickets_are_counts() -> None:
    rate = {"count": 2, "total": 6, "share": 1 / 3, "low": 0.1, "high": 0.7, "small": True}
    assert rate_words(rate) == "2 of 6"
    assert rate_words({**rate, "small": False}) == "33.3%"
    assert percent(0.0001) == "<0.1%"
    assert percent(0.0) == "0.0%"
    assert points(-0.2) == "−20.0"
    assert (hours(1.0), hours(6.5), hours(1200.0)) == ("1 hour", "6.5 hours", "1,200 hours")


def test_possible_levels_in_short() -> None:
    levels = ["P1", "P2", "P3", "P4"]
    assert possible_words(["P3"], levels) == "P3"
    assert possible_words(["P1", "P2"], levels) == "P1, P2"
    assert possible_words(["P1", "P2", "P3"], levels) == "P1–P3"
    assert possible_words(["P1", "P2", "P4"], levels) == "P1, P2, P4"


def test_the_licences_of_what_is_embedded_are_in_the_page(audit: dict[str, Any]) -> None:
    licences = resources.files("adjudge.report").joinpath("page", "charts", "LICENSES.txt")
    assert "Observable" in licences.read_text(encoding="utf-8")
    assert "@observablehq/plot" in render_html(audit)


def test_a_report_leaves_the_audit_alone(audit: dict[str, Any]) -> None:
    before = json.dumps(audit)
    render_html(audit)
    assert json.dumps(audit) == before
