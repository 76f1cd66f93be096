"""Who says "all" and means most: "nearly everyone", "nobody except me", "almost the whole team"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adjudge.evidence.statements import Statement
from adjudge.model.lexicon import Counting, Lexicon

_BETWEEN = 2
"""How many words may stand between who is meant and an exception: "all of our shops but one"."""


def nearly_all(
    statements: Sequence[Statement], words: Sequence[str], lexicon: Lexicon
) -> Iterator[Statement]:
    """Yield the statements, with most users where all are hit but for a few."""
    small = lexicon.counting
    for found in statements:
        everyone = (found.fact, found.value) == ("users_affected", "all")
        if everyone and (_is_less(found, words, small) or _is_excepted(found, words, lexicon)):
            yield replace(found, value="many")
        else:
            yield found


def _is_less(found: Statement, words: Sequence[str], small: Counting) -> bool:
    """Whether the word before says that it is not quite all: "almost nobody"."""
    before = found.span.first - 1
    return before >= 0 and words[before] in small.nearly


def _is_excepted(found: Statement, words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether somebody is named who is not among them: "everyone but me", "nobody except Tom"."""
    small = lexicon.counting
    people = small.determiners | small.people | lexicon.verbs.persons | lexicon.numbers.keys()
    return any(
        words[at] in small.excepting and words[at + 1] in people
        for at in range(found.span.first + 1, min(found.span.last + _BETWEEN, len(words) - 1))
    )
