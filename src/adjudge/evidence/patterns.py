"""Phrases as patterns of one automaton, in which every word is a single character.

A text is written the same way, so a place in it is the number of a token, and a phrase can only be
found at whole words. A word that no phrase has is `OTHER`; a number is `NUMBER`, whatever number it
is. Of overlapping phrases the leftmost, then the longest, is taken: a longer phrase hides what it
contains. A word of a phrase that ends in `*` stands for all that begin like it; the word itself
goes before it, and a longer such word before a shorter one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import ahocorasick_rs

from adjudge.evidence.tokens import NUMBER

OTHER = "\0"
ANY_ENDING = "*"
_FIRST = 0x21
_SURROGATES = range(0xD800, 0xE000)  # are no characters of their own

Match = tuple[int, int, int]
"""The first and the last token of what was found, and the number of its pattern."""


class Alphabet:
    """The words of phrases, each with its character; `stems` are those that end in `*`."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.exact: dict[str, str] = {}
        self.stems: dict[str, str] = {}
        self._written = _Written(self)
        self._longest = 0
        for word in words:
            self.add(word)

    def add(self, word: str) -> str:
        """Return the character of a word of a phrase, which may end in `*`."""
        if word[0].isdigit():
            word = NUMBER
        stem = word.removesuffix(ANY_ENDING)
        known, name = (self.exact, word) if stem == word else (self.stems, stem)
        char = known.get(name)
        if char is None:
            point = _FIRST + len(self.exact) + len(self.stems)
            char = chr(point if point < _SURROGATES.start else point + len(_SURROGATES))
            known[name] = char
            self._written.clear()
            if known is self.stems:
                self._longest = max(self._longest, len(stem))
        return char

    def of(self, word: str) -> str:
        """Return the character of a word of a text: of itself, of its longest stem, or `OTHER`."""
        char = self.exact.get(NUMBER if word[0].isdigit() else word)
        if char is not None:
            return char
        for size in range(min(len(word), self._longest), 0, -1):
            char = self.stems.get(word[:size])
            if char is not None:
                return char
        return OTHER

    def words(self) -> list[str]:
        """Return the words in the order of their characters."""
        stems = ((char, f"{stem}{ANY_ENDING}") for stem, char in self.stems.items())
        own = ((char, word) for word, char in self.exact.items())
        return [word for _, word in sorted(chain(own, stems))]

    def written(self, words: Iterable[str]) -> str:
        """Return the words of a text, each as one character."""
        return "".join(map(self._written.__getitem__, words))


class _Written(dict[str, str]):
    """The characters of words met so far, so that a word is looked for once."""

    _MOST, _LONGEST = 50_000, 40  # words, and characters of one

    def __init__(self, alphabet: Alphabet) -> None:
        super().__init__()
        self._alphabet = alphabet

    def __missing__(self, word: str) -> str:
        char = self._alphabet.of(word)
        if len(word) <= self._LONGEST:
            if len(self) >= self._MOST:
                self.clear()
            self[word] = char
        return char


class Patterns:
    """Phrases as an automaton over an alphabet.

    A phrase that ends in `*` is several patterns; `numbers` has each pattern's phrase.
    """

    def __init__(self, alphabet: Alphabet, patterns: Sequence[str], numbers: Sequence[int]) -> None:
        self.alphabet = alphabet
        self.patterns = patterns
        self.numbers = numbers
        self._automaton = ahocorasick_rs.AhoCorasick(
            patterns, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False
        )

    @classmethod
    def of(cls, alphabet: Alphabet, phrases: Mapping[str, int]) -> Patterns:
        """Compile phrases: their words, each as its character, and their numbers."""
        spelled = _spelled_out(alphabet, phrases)
        return cls(alphabet, list(spelled), list(spelled.values()))

    def matches(self, words: Iterable[str]) -> list[Match]:
        """Return the phrases in the words of a text, in order, without overlaps."""
        return [
            (first, end - 1, pattern)
            for pattern, first, end in self._automaton.find_matches_as_indexes(
                self.alphabet.written(words)
            )
        ]


def _spelled_out(alphabet: Alphabet, phrases: Mapping[str, int]) -> Mapping[str, int]:
    """Return the phrases with each that ends in `*` as one phrase for each ending there is."""
    if not alphabet.stems:
        return phrases
    stems = {char: stem for stem, char in alphabet.stems.items()}
    found = {phrase: number for phrase, number in phrases.items() if phrase[-1] not in stems}
    starred = [phrase for phrase in phrases if phrase[-1] in stems]
    for phrase in sorted(starred, key=lambda each: -len(stems[each[-1]])):
        stem = stems[phrase[-1]]
        for word, char in chain(alphabet.exact.items(), alphabet.stems.items()):
            if word.startswith(stem):
                found.setdefault(phrase[:-1] + char, phrases[phrase])
    return found
