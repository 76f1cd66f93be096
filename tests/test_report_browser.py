"""The HTML report in a real browser: what people do with it, and what hostile text tries to."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adjudge.report.html import render_html
from adjudge.report.html_view import visible
from test_report_html import HOSTILE, SAMPLE, with_text

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
Page = playwright_api.Page
expect = playwright_api.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not there (Debian: apt-get install chromium)"
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright_api.sync_playwright() as play:
        # The driver makes a fresh profile of its own for every start.
        started = play.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def audit() -> dict[str, Any]:
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def show(browser: Any, tmp_path: Path, audit: dict[str, Any]) -> Iterator[Open]:
    """Open the report of an audit; whatever the page asks for or complains of fails the test."""
    contexts: list[Any] = []
    trouble: list[str] = []

    def opened(data: dict[str, Any] | None = None, **wishes: Any) -> Any:
        path = tmp_path / "report.html"
        path.write_bytes(render_html(data or audit).encode("utf-8"))
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | wishes))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
        page.on("popup", lambda _: trouble.append("popup"))
        page.on(
            "request",
            lambda request: (
                None if request.url == path.as_uri() else trouble.append(f"asked for {request.url}")
            ),
        )
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


# Marks aside: how many there are follows from where the quotes lie in the text.
ELEMENTS = "[...document.querySelectorAll('body *:not(mark)')].map(e => e.localName).sort().join()"


def with_texts(audit: dict[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """An audit with a ticket, and a group of each kind, for each of the texts."""
    whole = with_text(audit, texts[0])
    whole["tickets"] = [
        with_text(audit, text)["tickets"][number % len(audit["tickets"])]
        for number, text in enumerate(texts)
    ]
    for grouping in whole["groups"]:
        grouping["groups"] = [{**grouping["groups"][0], "name": text} for text in texts]
    return whole


def ids(page: Any) -> list[str]:
    return page.locator(".tickets .id").all_inner_texts()


def status(page: Any) -> Any:
    return page.locator("#tickets [role=status]")


def many(audit: dict[str, Any], count: int) -> dict[str, Any]:
    data = copy.deepcopy(audit)
    kinds = audit["tickets"]
    words = "the print server answers with an error and the queue grows " * 12
    data["tickets"] = [
        {
            **kinds[number % len(kinds)],
            "id": f"T-{number}",
            "organization": f"Customer {number % 300}",
            "description": f"{kinds[number % len(kinds)]['description']} {words} case{number}",
        }
        for number in range(count)
    ]
    return data


def test_search_and_filters_narrow_the_list(show: Open, audit: dict[str, Any]) -> None:
    page = show()
    total = len(audit["tickets"])
    expect(status(page)).to_have_text(f"{total} tickets")
    page.get_by_label("Search id, subject, text, people").fill("staging CLUSTER")
    expect(status(page)).to_have_text(f"1 of {total} tickets")
    assert ids(page) == ["T-1042"]
    page.get_by_role("button", name="Reset filters").click()
    expect(status(page)).to_have_text(f"{total} tickets")
    for label, field, value in (
        ("Outcome", "outcome", "missed"),
        ("Verdict", "verdict", "overfiled"),
        ("Filed", "filed", "P3"),
        ("Organization", "organization", "Cobalt Ltd"),
    ):
        wanted = [each["id"] for each in audit["tickets"] if each[field] == value]
        select = page.get_by_label(label, exact=True)
        option = select.locator(f"option[data-value='{json.dumps(value)}']")
        select.select_option(option.get_attribute("value"))
        assert ids(page) == wanted
        page.get_by_role("button", name="Reset filters").click()
    decided = page.get_by_label("Decided", exact=True)
    decided.select_option(label="still open (1)")
    assert ids(page) == [each["id"] for each in audit["tickets"] if len(each["possible"]) > 1]
    page.get_by_label("Search").fill("nothing is like this")
    expect(page.get_by_text("No ticket is like that")).to_be_visible()


def test_sorting_goes_both_ways_and_says_so(show: Open, audit: dict[str, Any]) -> None:
    page = show()
    by_id = sorted(each["id"] for each in audit["tickets"])
    head = page.locator(".c-ticket")
    assert head.get_attribute("aria-sort") is None
    page.get_by_role("button", name="Ticket", exact=True).click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert ids(page) == by_id
    page.get_by_role("button", name="Ticket", exact=True).click()
    assert head.get_attribute("aria-sort") == "descending"
    assert ids(page) == by_id[::-1]
    page.get_by_role("button", name="Created", exact=True).click()
    assert head.get_attribute("aria-sort") is None
    made = {each["id"]: each["created_at"] for each in audit["tickets"]}
    shown = [made[each] for each in ids(page)]
    assert shown == sorted(shown)


def test_a_ticket_unfolds_with_its_quotes_marked(show: Open, audit: dict[str, Any]) -> None:
    page = show()
    fold = page.get_by_role("button", name=re.compile("T-1042"))
    assert fold.get_attribute("aria-expanded") == "false"
    fold.click()
    assert fold.get_attribute("aria-expanded") == "true"
    details = page.locator(f"#{fold.get_attribute('aria-controls')}")
    marked = details.locator("mark").all_inner_texts()
    assert "staging cluster" in marked
    assert "completely down" in marked
    expect(details.get_by_text(audit["tickets"][0]["nearest"], exact=True)).to_be_visible()
    expect(details.get_by_text("Downgrade to P3")).to_be_visible()
    fold.click()
    assert details.count() == 0
    page.get_by_role("button", name="Unfold all").click()
    assert page.locator("tr.unfolded").count() == len(audit["tickets"])
    page.get_by_role("button", name="Fold all").click()
    assert page.locator("tr.unfolded").count() == 0


def test_quotes_are_counted_in_characters(show: Open, audit: dict[str, Any]) -> None:
    data = copy.deepcopy(audit)
    ticket = data["tickets"][0]
    ticket["description"] = "\U0001f525\U0001f525 our staging cluster \U0001f525 is down\r\nnow"
    start = ticket["description"].index("staging cluster")
    quote = {"fact": "environment", "value": "staging", "field": "description"}
    ticket["quotes"] = [
        {**quote, "start": start, "end": start + 15},
        {**quote, "fact": "workaround", "start": start + 8, "end": start + 15},
    ]
    page = show(data)
    page.locator(".fold").first.click()
    assert page.locator("mark").all_inner_texts() == ["staging ", "cluster"]
    assert page.locator("mark").last.get_attribute("data-says") == "environment, workaround"


def test_the_reply_is_copied(show: Open, audit: dict[str, Any]) -> None:
    page = show(permissions=["clipboard-read", "clipboard-write"])
    page.locator(".fold").first.click()
    page.get_by_role("button", name="Copy reply").click()
    expect(page.locator("[data-announce]")).to_have_text("Reply for T-1042 copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == audit["tickets"][0]["reply"]


def test_the_reply_is_copied_without_leave_for_the_clipboard(show: Open) -> None:
    page = show()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('no'); }")
    page.locator(".fold").first.click()
    button = page.locator(".copy")
    button.click()
    expect(button).to_have_text("Copied")
    expect(button).to_be_focused()
    assert page.locator("textarea").count() == 0


def test_cells_groups_and_conditions_lead_to_their_tickets(
    show: Open, audit: dict[str, Any]
) -> None:
    page = show()
    cell = page.locator(".heat button").first
    only = json.loads(cell.get_attribute("data-only"))
    cell.click()
    found = [
        each["id"]
        for each in audit["tickets"]
        if each["filed"] == only["filed"] and each["possible"] == [only["decided"]]
    ]
    assert ids(page) == found
    expect(page.locator("#tickets-head")).to_be_focused()
    assert (
        page.get_by_label("Filed", exact=True).evaluate("e => e.selectedOptions[0].text")[:2]
        == (only["filed"])
    )
    page.get_by_role("button", name=re.compile("listed tickets of Anna Berg")).click()
    assert ids(page) == [e["id"] for e in audit["tickets"] if e["requester"] == "Anna Berg"]
    page.get_by_role("button", name="Remove filter Requester: Anna Berg").click()
    assert len(ids(page)) == len(audit["tickets"])


def test_the_keyboard_is_enough(show: Open) -> None:
    page = show()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the tickets")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search id, subject, text, people")).to_be_focused()
    page.keyboard.type("staging cluster")
    expect(status(page)).to_have_text(re.compile("^1 of"))
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "fold":
            break
    page.keyboard.press("Enter")
    assert page.locator("tr.unfolded").count() == 1
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    for _ in range(6):
        page.keyboard.press("Tab")
        if "copy" in page.evaluate("document.activeElement.className"):
            break
    page.keyboard.press("Space")
    expect(page.locator("[data-announce]")).to_have_text(re.compile("."))


def test_the_theme_follows_the_system_until_the_button_is_pressed(show: Open) -> None:
    page = show(color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    button = page.get_by_role("button", name="Dark theme")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert page.evaluate(ground) != dark
    page.reload()
    assert page.evaluate(ground) != dark
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate(ground) == dark


def test_paper_has_every_ticket_unfolded_and_no_controls(
    show: Open, audit: dict[str, Any], tmp_path: Path
) -> None:
    page = show()
    page.get_by_label("Outcome", exact=True).select_option(index=1)
    shown = ids(page)
    written = page.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True)
    assert written.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", written)) >= 3
    # What was open on the screen is as it was.
    assert page.locator("tr.unfolded").count() == 0
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("tr.unfolded").count() == len(shown) > 0
    for control in (".filters", ".bar", ".pager", "[data-reset]", ".copy"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator("details[data-print]:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("tr.unfolded").count() == 0


def test_every_chart_is_drawn_and_named(show: Open) -> None:
    page = show()
    charts = page.locator("[data-chart]")
    assert charts.count() == 4
    for number in range(4):
        drawn = charts.nth(number).get_by_role("img")
        expect(drawn).to_be_visible()
        assert len(drawn.get_attribute("aria-label")) > 20


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(show: Open, theme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not there")
    page = show(color_scheme=theme, viewport={"width": width, "height": 900})
    page.locator(".fold").first.click()
    for closed in page.locator("details").all():
        closed.evaluate("e => (e.open = true)")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_narrow_window_scrolls_one_way(show: Open) -> None:
    page = show(viewport={"width": 320, "height": 700})
    page.get_by_role("button", name="Unfold all").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_hostile_text_does_nothing(show: Open, audit: dict[str, Any]) -> None:
    # What `show` listens for would fail the test: a dialog, a request, a message, an error.
    made = []
    for texts in ([f"plain {number}" for number in range(len(HOSTILE))], HOSTILE):
        page = show(with_texts(audit, texts))
        expect(status(page)).to_have_text(f"{len(texts)} tickets")
        for text in texts:
            page.get_by_label("Search").fill(text[:20])
        page.get_by_label("Search").fill("nowhere in any of them")
        expect(status(page)).to_have_text(f"0 of {len(texts)} tickets")
        page.get_by_role("button", name="Reset filters").click()
        page.get_by_role("button", name="Unfold all").click()
        page.get_by_role("button", name="Organization", exact=True).click()
        said = page.locator(".words").evaluate_all("all => all.map(e => e.textContent)")
        assert sorted(said) == sorted(visible(text) * 2 for text in texts)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        made.append(page.evaluate(ELEMENTS))
    assert made[0] == made[1]


def test_the_page_and_the_program_call_the_same_characters_unseen(show: Open) -> None:
    page = show()
    source = Path(render_html.__code__.co_filename).parent / "page" / "text.js"
    codes = [*range(0x10000), 0x1F525, 0xE0001]
    script = f"(() => {{ {source.read_text(encoding='utf-8')}; return (codes) => "
    script += "codes.map((code) => visible(String.fromCodePoint(code)).length > 2) })()"
    shown = page.evaluate(f"(codes) => ({script})(codes)", codes)
    assert [code for code, coded in zip(codes, shown, strict=True) if coded] == [
        code for code in codes if len(visible(chr(code))) > 2
    ]


def test_ten_thousand_tickets_open_and_filter_smoothly(show: Open, audit: dict[str, Any]) -> None:
    page = show(many(audit, 10_000))
    expect(status(page)).to_have_text("10,000 tickets")
    timing = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    # Generous for a busy machine; on an idle one it is about half a second.
    assert page.evaluate(timing) < 5000
    took = page.evaluate(
        """() => new Promise((done) => {
          const search = document.getElementById('filter-search');
          const status = document.querySelector('#tickets [role=status]');
          const start = performance.now();
          new MutationObserver(() => done(performance.now() - start))
            .observe(status, {childList: true});
          search.value = 'queue case9999';
          search.dispatchEvent(new Event('input'));
        })"""
    )
    assert took < 3000
    assert ids(page) == ["T-9999"]
    page.get_by_role("button", name="Reset filters").click()
    sorting = page.evaluate(
        """() => {
          const start = performance.now();
          document.querySelector('[data-order=organization]').click();
          return performance.now() - start;
        }"""
    )
    assert sorting < 1500
    assert page.locator(".fold").count() == 50
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[data-where]")).to_have_text("51–100 of 10,000")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".printed")).to_contain_text("the first 200 of 10,000")


def test_without_scripts_the_numbers_are_there(show: Open) -> None:
    page = show(java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("12 of 40")
    expect(page.locator(".heat")).to_be_visible()
    assert "needs JavaScript" in page.content()
    assert page.get_by_label("Outcome", exact=True).is_hidden()
