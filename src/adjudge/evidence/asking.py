"""What a ticket asks for, by how its questions and wishes begin.

A last resort, for a ticket that tells of no trouble and has no phrase that names its kind: "does
...?" wants information, "could you ...?" has something done. Where no beginning is known either,
a question still wants to know something, and "please" has something set up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Sentence
from adjudge.evidence.tokens import QUESTION, Tokens
from adjudge.model.lexicon import Opening, Verbs

_MARKS = frozenset((",", ":", "-", "(", ")"))
_LEAD = 2
_MIN_WORDS = 3
MAX_OPENING = 10


class Beginnings:
    """How questions and wishes begin in a language, by the first of their words.

    Few words begin one, so that most places of a text are passed over at once.
    """

    def __init__(self, openings: Mapping[tuple[str, ...], Opening]) -> None:
        self._openings = openings
        sizes: dict[str, set[int]] = {}
        for words in openings:
            if len(words) <= MAX_OPENING:
                sizes.setdefault(words[0], set()).add(len(words))
        self._sizes = {word: sorted(each, reverse=True) for word, each in sizes.items()}

    def __contains__(self, word: str) -> bool:
        """Whether an opening begins with this word."""
        return word in self._sizes

    def at(self, at: int, end: int, words: list[str]) -> Iterator[tuple[Opening, Span]]:
        """Yield the openings that stand at a place, the longest first; none reaches `end`."""
        for size in self._sizes.get(words[at], ()):
            if at + size <= end:
                opening = self._openings.get(tuple(words[at : at + size]))
                if opening is not None:
                    yield opening, Span(at, at + size - 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of request that a sentence makes, the words that it begins with, its number."""

    kind: str
    span: Span
    sentence: int


def find_asked(
    tokens: Tokens, ends: list[int], beginnings: Beginnings, verbs: Verbs
) -> list[Asked]:
    """Return what the sentences of a field ask for, in order. Linear in the tokens."""
    found = []
    words = tokens.words
    first = 0
    for number, end in enumerate(ends):
        question = end < len(words) and words[end] == QUESTION
        # "We are stuck: how do we ...?" What follows a colon is what is asked.
        starts = [at for at in _starts(words, first, end) if words[at] in beginnings]
        for at in sorted(starts, key=lambda at: not _opened(at, first, words)):
            asked = _asked_at(at, words, end, question, beginnings)
            told = (
                at > first
                and words[at] in verbs.auxiliaries
                and (
                    words[at - 1] in verbs.pronouns
                    or (question and words[at - 1] in verbs.persons)  # "we have two, is that all?"
                )
            )
            if asked is not None and not tokens.quoted[at] and not told:
                found.append(Asked(asked[0], asked[1], number))
                break
        first = end + 1
    return found


def find_loosely_asked(
    tokens: Tokens, ends: list[int], sentences: list[Sentence], asked: list[Asked], verbs: Verbs
) -> list[Asked]:
    """Return what sentences seem to ask for whose beginning no language lists, in order.

    "Why does it not ...?" complains more often than it asks, and what follows a colon at once may
    be a label ("a message like: Really?"): neither counts.
    """
    known = {one.sentence for one in asked}
    denying = {sentence.number for sentence in sentences if "negation" in sentence.cues}
    found = []
    words = tokens.words
    first = 0
    for number, end in enumerate(ends):
        inside = words[first:end]
        if number not in known and len(inside) >= _MIN_WORDS and not tokens.quoted[first]:
            kind = ""
            if end < len(words) and words[end] == QUESTION:
                kind = "" if number in denying or ":" in inside[-_MIN_WORDS:] else "information"
            elif not verbs.pleas.isdisjoint(inside) and verbs.mending.isdisjoint(inside):
                kind = "configuration"
            if kind:
                found.append(Asked(kind, Span(first, end - 1), number))
        first = end + 1
    return found


def _opened(at: int, first: int, words: list[str]) -> bool:
    return at > first and words[at - 1] == ":"


def _starts(words: list[str], first: int, end: int) -> Iterator[int]:
    """Where a sentence or one of its parts can begin: at its first words, and after marks."""
    for at in range(first, end):
        if at - first <= _LEAD or words[at - 1] in _MARKS:
            yield at


def _asked_at(
    at: int, words: list[str], end: int, question: bool, beginnings: Beginnings
) -> tuple[str, Span] | None:
    for opening, span in beginnings.at(at, end, words):
        if question or opening.wish:
            return opening.kind, span
    return None
