"""Descriptions in HTML and wiki markup as the text that a reader saw."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudge.tickets.body import as_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("plain, 1 < 2 & so on", "plain, 1 < 2 & so on"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("<p>One <b>two</b></p><p>three</p>", "One two\n\nthree"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<script>alert('down')</script><style>p {}</style>up", "up"),
        ("<ul><li>a<li>b</ul>", "a\n\nb"),
        ("<blockquote>It is<br>down</blockquote>Not for me", "> It is\n> down\nNot for me"),
        ("<pre>x &lt; 1\ny</pre>", "```\nx < 1\ny\n```"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>never closed", "never closed"),
        ("</p></div>", ""),
        ("<!-- hidden -->shown", "shown"),
    ],
)
def test_html_is_read_as_text(body: str, text: str) -> None:
    assert as_text(body, "html") == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("h1. Title\nNobody can *log in*.", "Title\nNobody can log in."),
        ("see [the page|https://x.example/1] and [https://y.example]", "see the page and https://y.example"),
        ("{color:red}down{color}", "down"),
        ("{code:java}\nint x = 1;\n{code}", "\n```\nint x = 1;\n```\n"),
        ("{quote}It is down{quote}", "\n> It is down\n"),
        ("bq. old words", "> old words"),
        ("{code} never closed", " never closed"),
        ("!shot.png|thumbnail! here", " here"),
        ("2 * 3 * 4, a_b_c, \\{x\\}", "2 * 3 * 4, a_b_c, {x}"),
        ("run {{make}}", "run make"),
    ],
)  # fmt: skip
def test_wiki_markup_is_read_as_text(body: str, text: str) -> None:
    assert as_text(body, "wiki") == text


@given(st.text(alphabet="<>/abpre &;!-\"'={}*[]|\n", max_size=80))
def test_any_body_is_read(body: str) -> None:
    assert as_text(body, "plain") == body
    assert isinstance(as_text(body, "html"), str)
    assert isinstance(as_text(body, "wiki"), str)


@pytest.mark.parametrize(
    "unit", ["<b>", "<p>", "{code}", "[a|", "*a", "<blockquote>", "!x", "&lt;"]
)
def test_a_hostile_body_takes_no_long_time(unit: str) -> None:
    body = unit * 20_000
    before = time.perf_counter()
    as_text(body, "html")
    as_text(body, "wiki")
    assert time.perf_counter() - before < 5
