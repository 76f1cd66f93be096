"""Everyday words in a text about code: "call", "map" and "task" are the code's there.

Whoever names methods and classes writes of their insides, where a call is no phone call and a
reader no customer. Such words, if nothing longer covers them, then tell nothing.
"""

from __future__ import annotations

import re

from adjudge.evidence.scope import Sentence

_IDENTIFIER = re.compile(
    r"(?<![\w/.@-])(?:[a-z]{2,30}(?:[A-Z][a-z0-9]{1,30}){1,8}+|(?:[A-Z][a-z0-9]{1,30}){3,8}+)\b"
    r"|\b[A-Za-z]\w{1,60}+(?:\(\)|#[a-z]\w)"
    r"|(?<![\w/.])[A-Z][A-Za-z]{1,60}(?:Exception|Error)\b"
)
"""A name in camel case, of three parts if it begins with a capital; a method: `close()`; an
exception. Not what follows a dot, as in stack traces, which customers paste too."""

_ENOUGH = 2


def names_code(*texts: str) -> bool:
    """Whether texts name several identifiers of a program. Linear in their length."""
    seen: set[str] = set()
    for text in texts:
        for match in _IDENTIFIER.finditer(text):
            seen.add(match.group())
            if len(seen) >= _ENOUGH:
                return True
    return False


def void_code_words(sentences: list[Sentence], words: list[str], coded: frozenset[str]) -> None:
    """Make void the single words that are the code's."""
    for sentence in sentences:
        for said in sentence.said:
            hit = said.hit
            if hit.first == hit.last and words[hit.first] in coded:
                said.void = said.void or CODE


CODE = "code"
