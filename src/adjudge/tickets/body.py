"""Descriptions in HTML and wiki markup, as the text that a reader of the ticket saw.

What was quoted gets `> ` before its lines and what was code gets fences, as in mail: whoever reads
the text can still tell what the customer said from what the customer passed on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from adjudge.model.profile import Markup

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MARKED = re.compile(r"<[a-zA-Z!/]|&[a-zA-Z#][a-zA-Z0-9]{1,30};")
_BREAKING = frozenset(
    (
        *("address", "article", "aside", "body", "dd", "div", "dl", "dt", "fieldset", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "li"),
        *("main", "nav", "ol", "p", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    )
)
_SILENT = frozenset(("head", "script", "style", "template", "title"))
_FENCE = "```"
_MAX_DEPTH = 200

_WIKI_BLOCK = re.compile(r"\{(code|noformat|quote)(?:[:|][^{}\n]{0,200})?\}")
_WIKI_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{(?:color|panel|anchor)(?:[:|][^{}\n]{0,200})?\}"), ""),
    (re.compile(r"^h[1-6]\.[ \t]+", re.M), ""),
    (re.compile(r"^bq\.[ \t]+", re.M), "> "),
    (re.compile(r"![^!\s|]{1,300}(?:\|[^!\n]{0,200})?!"), ""),
    (re.compile(r"\[([^\[\]|\n]{1,500})\|[^\[\]\s|]{1,2000}(?:\|[^\[\]\n]{0,100})?\]"), r"\1"),
    (re.compile(r"\[((?:https?://|mailto:|~)[^\[\]\s]{1,2000})\]"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"\{\{([^{}\n]{1,500})\}\}"), r"\1"),
    (re.compile(r"\\([{}\[\]*_!|-])"), r"\1"),
)


def as_text(body: str, markup: Markup) -> str:
    """Return a description as text; one without any markup is returned as it is."""
    if markup == "html":
        return _from_html(body)
    return _from_wiki(body) if markup == "wiki" else body


def _from_html(body: str) -> str:
    if _MARKED.search(body) is None:
        return body
    if "<" not in body:
        return html.unescape(body)
    from selectolax.lexbor import LexborHTMLParser  # only for exports that hold HTML

    root = LexborHTMLParser(body).body
    if root is None:
        return ""
    pieces = "".join(_spoken(root, 0))
    lines = [" ".join(line.split(" ")).strip(" \t") for line in pieces.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _spoken(node: LexborNode, depth: int) -> Iterator[str]:
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            yield re.sub(r"\s+", " ", child.text_content or "")
        elif tag == "br":
            yield "\n"
        elif tag in ("td", "th"):
            yield from (*_inner(child, depth), " ")
        elif tag == "pre":
            yield f"\n{_FENCE}\n{child.text(deep=True).strip()}\n{_FENCE}\n"
        elif tag == "blockquote":
            quoted = "".join(_inner(child, depth)).strip()
            yield "\n" + "\n".join(f"> {line.strip()}" for line in quoted.split("\n")) + "\n"
        elif tag in _BREAKING:
            yield from ("\n", *_inner(child, depth), "\n")
        elif tag not in _SILENT:
            yield from _inner(child, depth)


def _inner(node: LexborNode, depth: int) -> Iterator[str]:
    # Thousands of tags inside each other are no message: their text is enough.
    if depth >= _MAX_DEPTH:
        yield node.text(deep=True)
    else:
        yield from _spoken(node, depth + 1)


def _from_wiki(body: str) -> str:
    if not any(mark in body for mark in "{[*!\\") and "h" not in body and "bq." not in body:
        return body
    pieces: list[str] = []
    at = 0
    opened: re.Match[str] | None = None
    for match in _WIKI_BLOCK.finditer(body):
        if opened is None:
            pieces.append(_bare(body[at : match.start()]))
            opened, at = match, match.end()
        elif opened.group(1) == match.group(1):
            pieces.append(_BLOCKS[opened.group(1)](body[at : match.start()].strip("\r\n")))
            opened, at = None, match.end()
    # A block that is never closed is none: its mark goes, its words stay.
    pieces.append(_bare(body[at:]))
    return "".join(pieces)


def _bare(text: str) -> str:
    for pattern, instead in _WIKI_MARKS:
        text = pattern.sub(instead, text)
    return text


def _code(text: str) -> str:
    return f"\n{_FENCE}\n{text}\n{_FENCE}\n"


def _quotation(text: str) -> str:
    return "\n" + "\n".join(f"> {line}" for line in _bare(text).splitlines()) + "\n"


_BLOCKS: dict[str, Callable[[str], str]] = {
    "code": _code,
    "noformat": _code,
    "quote": _quotation,
}
