"""Phrases with alternatives, written out.

A phrase is plain words; `(a|b|)` stands for one of several, the empty one among them, `<name>`
for an entry of the lexicon's `lists`, and a `*` at the end of a word for any ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product

MAX_EXPANSION = 4000
_OPENING = re.compile("[(<]")


def expand(pattern: str, lists: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the phrases that a pattern stands for; raise `ValueError` for a broken one."""
    return map("".join, product(*choices(pattern, lists)))


def choices(pattern: str, lists: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Yield what can stand at each place of a pattern, in order."""
    at = 0
    while opening := _OPENING.search(pattern, at):
        yield [pattern[at : opening.start()]]
        if opening.group() == "<":
            closing = pattern.find(">", opening.start())
            name = pattern[opening.end() : closing]
            if closing < 0 or name not in lists:
                raise ValueError(f"there is no list `{name}`")
            yield lists[name]
        else:
            closing = _closing(pattern, opening.start())
            inside = _alternatives(pattern[opening.end() : closing], lists)
            yield list(islice(inside, MAX_EXPANSION + 1))
        at = closing + 1
    yield [pattern[at:]]


def _closing(pattern: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(pattern)):
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        if depth == 0:
            return at
    raise ValueError("a bracket is not closed")


def _alternatives(inside: str, lists: Mapping[str, list[str]]) -> Iterator[str]:
    depth, start = 0, 0
    for at, char in enumerate(inside + "|"):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            yield from expand(inside[start:at], lists)
            start = at + 1
