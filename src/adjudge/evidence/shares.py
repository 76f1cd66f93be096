"""How large a part of something fails: "eight of ten deploys", "60 % of the requests".

Shares of people say how many are hit (`users`), and nothing of how hard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from adjudge.evidence.scope import Sentence
from adjudge.model.lexicon import Lexicon

HALF = 0.5
_PERCENT = frozenset(("%", "percent", "prozent", "procent"))
_REACH = 3
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Share:
    """A part of things, above 0 and below 1, and the clause in which it is told."""

    part: float
    clause: int


def find_shares(sentence: Sentence, words: list[str], lexicon: Lexicon) -> Iterator[Share]:
    """Yield the shares of things that a sentence tells; linear in its words."""
    counting = lexicon.counting
    told = words[sentence.first : sentence.last]
    if counting.of.isdisjoint(told) and _PERCENT.isdisjoint(told):
        return
    machines = frozenset() if counting.software.isdisjoint(words) else counting.machines
    named = frozenset(said.hit.first for said in sentence.said if said.hit.phrase.things)
    things = {
        at
        for said in sentence.said
        if said.hit.phrase.things and said.hit.last > said.hit.first
        for at in range(said.hit.first, said.hit.last + 1)
    }
    """Words that name things, though some of them are words for people: "agent runs"."""
    for at in range(sentence.first, min(sentence.last, len(words)) - 2):
        whole = words[at + 1]
        if whole not in counting.of and whole not in _PERCENT:
            continue
        part = _number(words[at], lexicon)
        if part is None or (at > sentence.first and words[at - 1] in counting.denials):
            continue  # "not one of 900"
        share = _share(part, at + 1, words, lexicon, named)
        if share is None:
            continue
        value, end = share
        near = enumerate(words[end : end + _REACH], end)
        others = [word for place, word in near if place not in things]
        if not 0 < value < 1 or not _counts_things(words[end : end + 1], others, lexicon, machines):
            continue
        clause = next((said.clause for said in sentence.said if said.hit.last >= at), 0)
        yield Share(value, clause)


def _share(
    part: float, at: int, words: list[str], lexicon: Lexicon, named: frozenset[int]
) -> tuple[float, int] | None:
    """The share that begins with a number, and where what it is a part of is named."""
    of = lexicon.counting.of
    by_hundred = words[at] in _PERCENT
    at += by_hundred
    start = at
    while at < len(words) and (words[at] in of or words[at] in lexicon.counting.determiners):
        at += 1
    if at >= len(words) or (at == start and not (by_hundred and at in named)):
        return None  # "at 60 %" is no part of anything, unlike "60 % calls" without its article
    if by_hundred:
        return part / 100, at
    whole = _number(words[at], lexicon)
    return (part / whole, at + 1) if whole else None


def _number(word: str, lexicon: Lexicon) -> float | None:
    if word in lexicon.numbers:
        return lexicon.numbers[word]
    digits = word.replace(" ", "")  # "2 000" is one number
    return float(digits) if digits.isdecimal() and len(digits) <= _DIGITS else None


def _counts_things(
    first: list[str], others: list[str], lexicon: Lexicon, machines: frozenset[str]
) -> bool:
    """Whether things are counted: no minutes, and no people.

    `others` are the words that follow, without those that name things.
    """
    counting = lexicon.counting
    if not first or not first[0][0].isalpha() or first[0] in counting.units:
        return False
    if first[0] in lexicon.prepositions:
        return False  # "four of six in reception"
    own = takewhile(lambda word: word not in lexicon.prepositions, others)
    return (counting.people - machines).isdisjoint(own)
