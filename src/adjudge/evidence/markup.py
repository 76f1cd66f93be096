"""Markup read as text: tags, wiki and Markdown marks become blanks, so that positions stay.

HTML block tags become line breaks. Code (fences, `{code}`, `<pre>`) and quotations are blanked,
because they are not what the customer says in this message. Every expression is possessive or
bounded: no backtracking over user text.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"</?+[a-z][a-z0-9]{0,15}+(?:[\s/][^<>]{0,2000}+)?+>|<!--[^<>]{0,2000}+-->")
_BLOCK = frozenset(
    [
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "blockquote",
        "pre",
        "section",
        "body",
        "html",
    ]
)
_HIDDEN = frozenset(("pre", "code", "blockquote", "script", "style", "samp", "tt"))
_WIKI_BLOCK = re.compile(r"\{(code|noformat|quote)(?:[:|][^{}\n]{0,200}+)?+\}")
_WIKI_MARK = re.compile(r"\{(?:color|panel|anchor)(?:[:|][^{}\n]{0,200}+)?+\}|\bh[1-6]\. |!\[")
_LINK_TARGET = re.compile(
    r"\]\([^()\s]{1,2000}+\)|\|(?:https?|mailto|#)[^\s\]|]{0,2000}+(?:\|[^\s\]]{0,100}+)?+\]"
)
_FENCE = re.compile(r"^[ \t]{0,3}+(?:```|~~~)", re.M)


def blank_markup(text: str) -> str:
    """Return lower-case `text` with markup replaced, character for character, by blanks."""
    if "<" in text:
        text = _blank_tags(text)
    if "{" in text:
        text = _blank_pairs(text, _WIKI_BLOCK)
        text = _WIKI_MARK.sub(_blanks, text)
    if "```" in text or "~~~" in text:
        text = _blank_fences(text)
    if "](" in text or "|" in text:
        text = _LINK_TARGET.sub(_blanks, text)
    return text


def _blanks(match: re.Match[str]) -> str:
    return hidden(match.group())


def hidden(text: str) -> str:
    """Return as many blanks as `text` has characters, with its line breaks kept."""
    if "\n" not in text:
        return " " * len(text)
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _blank_tags(text: str) -> str:
    pieces: list[str] = []
    at = 0
    inside: str | None = None
    last: dict[str, int] = {}
    for match in _TAG.finditer(text):
        tag = match.group()
        name = tag.strip("</>").split()[0].split("/")[0] if tag[1] != "!" else ""
        between = text[at : match.start()]
        pieces.append(hidden(between) if inside else between)
        filler = " " * len(tag)
        pieces.append("\n" + filler[1:] if name in _BLOCK else filler)
        if name in _HIDDEN:
            if tag[1] == "/":
                inside = None if inside == name else inside
            elif inside is None:
                if name not in last:
                    last[name] = text.rfind("</" + name)
                inside = name if last[name] >= match.end() else None
        at = match.end()
    pieces.append(text[at:])
    return "".join(pieces)


def _blank_pairs(text: str, opener: re.Pattern[str]) -> str:
    pieces: list[str] = []
    at = 0
    begun: re.Match[str] | None = None
    for match in opener.finditer(text):
        if begun is None:
            pieces.append(text[at : match.start()])
            begun, at = match, match.start()
        elif begun.group(1) == match.group(1):
            pieces.append(hidden(text[at : match.end()]))
            begun, at = None, match.end()
    pieces.append(text[at:])
    return "".join(pieces)


def _blank_fences(text: str) -> str:
    marks = [match.start() for match in _FENCE.finditer(text)]
    pieces: list[str] = []
    at = 0
    for opening, closing in zip(marks[::2], marks[1::2], strict=False):
        end = text.find("\n", closing)
        end = len(text) if end < 0 else end
        pieces += (text[at:opening], hidden(text[opening:end]))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)
