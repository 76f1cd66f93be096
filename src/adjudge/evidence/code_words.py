"""Everyday words in a text about code: "call", "map" and "task" are the code's there.

Whoever names methods and classes writes of their insides, where a call is no phone call and a
reader no customer. Such words, if nothing longer covers them, then tell nothing.
"""

from __future__ import annotations

import re

from adjudge.evidence.scan import Phrase
from adjudge.evidence.scope import Sentence
from adjudge.evidence.tokens import Tokens

_IDENTIFIER = re.compile(
    r"(?<![A-Za-z0-9/.@-])"
    r"(?:[a-z]{2,30}(?:[A-Z][a-z0-9]{1,30}){1,8}+|(?:[A-Z][a-z0-9]{1,30}){3,8}+)"
    r"(?![A-Za-z0-9]|\.[a-z]{1,5}:\d)"
    r"|(?<![\w/.@-])[A-Z]\w{1,40}+\.[a-z]{2,30}[A-Z][a-z0-9]"
    r"|\b[A-Za-z]\w{1,60}+(?:\(\)|#[a-z]\w)"
    r"|(?<![\w/.])[A-Z][A-Za-z]{1,60}(?:Exception|Error)\b"
)
"""A name in camel case, of three parts if it begins with a capital; a method: `close()`; an
exception. Not what follows a dot, as in stack traces, which customers paste too."""

_ANY = re.compile(r"[a-z0-9][A-Z]|\(\)|#[a-z]|[A-Z](?:Exception|Error)")
"""What every identifier has; most texts of customers have none of it."""

_EXCEPTIONS = ("Exception", "Error")
_ENOUGH = 2
"""So many exceptions make a text one about code: customers name one, too."""


def names_code(*texts: str) -> bool:
    """Whether texts name a program's methods or classes, or several exceptions.

    Linear in their length.
    """
    seen: set[str] = set()
    for text in filter(_ANY.search, texts):
        for match in _IDENTIFIER.finditer(text):
            seen.add(match.group())
            if len(seen) >= _ENOUGH or not match.group().endswith(_EXCEPTIONS):
                return True
    return False


def void_code_words(sentences: list[Sentence], words: list[str], coded: frozenset[str]) -> None:
    """Make void the single words that are the code's."""
    for sentence in sentences:
        for said in sentence.said:
            hit = said.hit
            if hit.first == hit.last and words[hit.first] in coded:
                said.void = said.void or CODE


def void_name_parts(sentences: list[Sentence], tokens: Tokens, text: str) -> None:
    """Make void what is a part of a longer name: "web-app-catalog-ui", "http.login.file"."""
    for sentence in sentences:
        for said in sentence.said:
            hit = said.hit
            if hit.first != hit.last or not _is_thing(hit.phrase) or said.void:
                continue
            start, end = tokens.starts[hit.first], tokens.ends[hit.first]
            if not (text[start - 1 : start] in _GLUE or text[end : end + 1] in _GLUE):
                continue
            before = _BEFORE.search(text, max(0, start - _LONGEST), start)
            after = _AFTER.match(text, end, end + _LONGEST)
            name = (before.group() if before else "") + "x" + (after.group() if after else "")
            if sum(map(name.count, _GLUE)) >= _JOINTS:
                said.void = CODE


def _is_thing(phrase: Phrase) -> bool:
    return bool(phrase.things) and not phrase.facts


CODE = "code"
_GLUE = (".", "-", "_")
_JOINTS = 2
_LONGEST = 60
_BEFORE = re.compile(r"(?:(?<!\w)[^\W\d]\w*+[._-])++\Z")
_AFTER = re.compile(r"(?:[._-][^\W\d]\w*+)++")
