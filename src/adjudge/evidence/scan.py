"""Finds a lexicon's phrases in a token stream: one pass of an Aho-Corasick automaton.

The stream is written with two blanks between words, and each phrase with one blank on either
side, so that a phrase can only be found at whole words and neighbours never share a blank.
Of overlapping phrases the leftmost, then the longest, is taken: a longer phrase hides what it
contains.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import ahocorasick_rs

from adjudge.evidence.tokens import NUMBER, Tokenizer, Tokens
from adjudge.model.lexicon import Lexicon, Meaning


@dataclass(frozen=True, slots=True)
class Span:
    """A range of tokens of one field."""

    first: int
    last: int


class Phrase:
    """What a phrase means, sorted for quick looks: its cues, and what else it can be.

    `predicate` and `verb` say that a negation can be about it.
    """

    __slots__ = ("cues", "facts", "impacts", "meanings", "parts", "predicate", "things", "verb")

    def __init__(self, meanings: Iterable[Meaning]) -> None:
        self.meanings = meanings = tuple(meanings)
        self.cues = frozenset(found.name for found in meanings if found.role == "cue")
        self.things = tuple(found for found in meanings if found.role == "thing")
        self.impacts = tuple(found for found in meanings if found.role in ("impact", "weak"))
        self.parts = tuple(found for found in meanings if found.role == "part")
        self.facts = tuple(
            found for found in meanings if found.role in ("fact", "weak_fact", "hint")
        )
        self.predicate = bool(self.impacts) or not self.cues.isdisjoint(_PREDICATES)
        self.verb = (
            self.predicate
            or not self.cues.isdisjoint(_VERBS)
            or any(thing.value == "verb" for thing in self.things)
        )


_PREDICATES = ("works", "runs", "affected", "fine")
_VERBS = ("ability", "act")
NO_PHRASE = Phrase(())


@dataclass(slots=True)
class Hit:
    """A phrase found, and its first and last token."""

    phrase: Phrase
    first: int
    last: int
    quoted: bool

    def cue(self, name: str) -> bool:
        """Whether one of the phrase's meanings is the cue `name`."""
        return name in self.phrase.cues


Match = tuple[int, int, int]


class Scanner:
    """A compiled lexicon.

    `things` are the words and the number of each phrase that names a thing.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        bare = Tokenizer(lexicon.rewrites, lexicon.folds)
        fillers = {bare.fold(word) for word in lexicon.fillers}
        found: dict[tuple[str, ...], list[Meaning]] = {}
        for phrase, meanings in lexicon.phrases.items():
            words = bare.phrase(phrase)
            if words and not _collapses(phrase, words, fillers, bare):
                known = found.setdefault(words, [])
                known.extend(meaning for meaning in meanings if meaning not in known)
        _inherit(found)
        # Thousands of phrases mean the same, and looking up is cheaper than sorting anew.
        shared: dict[tuple[Meaning, ...], Phrase] = {}
        for meanings in map(tuple, found.values()):
            if meanings not in shared:
                shared[meanings] = Phrase(meanings)
        self.phrases = [shared[tuple(meanings)] for meanings in found.values()]
        self.things = [
            (words, number)
            for number, (words, phrase) in enumerate(zip(found, self.phrases, strict=True))
            if phrase.things
        ]
        self.automaton = ahocorasick_rs.AhoCorasick(
            [pattern_of(words) for words in found],
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        )
        vocabulary = {word.rstrip("*") for words in found for word in words}
        vocabulary |= {bare.fold(word) for word in lexicon.stopwords} | set(bare.rewrites)
        self.tokenizer = Tokenizer(lexicon.rewrites, lexicon.folds, frozenset(vocabulary))

    def hits(self, tokens: Tokens) -> list[Hit]:
        """Return the phrases in the stream, in order, without overlaps."""
        if not tokens.words:
            return []
        return [
            Hit(self.phrases[number], first, last, tokens.quoted[first])
            for first, last, number in matches(self.automaton, canonical(tokens.words))
        ]


def canonical(words: list[str]) -> list[str]:
    """Return the words of a text as phrases have them: every number is the same."""
    if any(word[0].isdigit() for word in words):
        return [NUMBER if word[0].isdigit() else word for word in words]
    return words


def matches(automaton: ahocorasick_rs.AhoCorasick, words: list[str]) -> list[Match]:
    """Return first word, last word and number of each pattern in the words, in order."""
    stream = " " + "  ".join(words) + " "
    starts = list(accumulate((len(word) + 2 for word in words), initial=0))
    return [
        (bisect_right(starts, start) - 1, bisect_right(starts, end - 2) - 1, number)
        for number, start, end in automaton.find_matches_as_indexes(stream)
    ]


def _inherit(found: dict[tuple[str, ...], list[Meaning]]) -> None:
    """Let a phrase that is only part of a frame, or a fact that is a problem too, keep its cues.

    "Can not" as a part hides "can" and "not", which the rest of the reading needs, and
    "developers can not deploy" says of deploys that they are unavailable. A part of one frame
    that ends like a shorter part of another ("we have no", "have no") is that part as well.
    """
    cues = {
        words: kept
        for words, meanings in found.items()
        if (kept := [meaning for meaning in meanings if _is_inherited(meaning)])
    }
    for words, meanings in found.items():
        if not all(_bears_cues(meaning) for meaning in meanings):
            continue
        for first in range(len(words)):
            for last in range(first + 1, len(words) + 1):
                for meaning in cues.get(words[first:last], ()):
                    if meaning.role == "part" and last < len(words):
                        continue
                    if meaning not in meanings:
                        meanings.append(meaning)


def _is_inherited(meaning: Meaning) -> bool:
    if meaning.role == "part":
        return True
    return meaning.name in _INHERITED or (meaning.role == "thing" and meaning.value == "verb")


def _bears_cues(meaning: Meaning) -> bool:
    return meaning.role == "part" or meaning.name in ("development_workflow", "business_impact")


_INHERITED = ("negation", "ability", "cannot")


def _collapses(
    phrase: str, words: tuple[str, ...], fillers: set[str], tokenizer: Tokenizer
) -> bool:
    """Whether a phrase says less without its fillers: "good now" is no more than "good"."""
    written = [tokenizer.fold(word) for word in phrase.lower().split()]
    if any(word in fillers for word in written):
        return True
    return len(words) == 1 and len(written) > 1


def pattern_of(words: tuple[str, ...]) -> str:
    """Return the words of a phrase as they stand in a stream."""
    body = "  ".join(NUMBER if word[0].isdigit() else word for word in words)
    return f" {body[:-1]}" if body.endswith("*") else f" {body} "
