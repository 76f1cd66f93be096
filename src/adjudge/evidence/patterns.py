"""Phrases as patterns of one automaton, for which every word is a single character.

A text is written the same way, so a place in it is the number of a token, and a phrase can only be
found at whole words. A word that no phrase has is `OTHER`; a number is `NUMBER`, whatever number it
is. Of overlapping phrases the leftmost, then the longest, is taken: a longer phrase hides what it
contains. Until there is enough to read, phrases are looked up in a dictionary instead: making the
automaton of two hundred thousand takes as long as reading some thousand tickets that way.

A word of a phrase that ends in `*` stands for all that begin like it; the word itself
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
_BY_HAND = 200_000  # tokens; then the automaton has taken as long as it has saved
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

    A phrase that ends in `*` is several patterns; `numbers` has each pattern's phrase. The
    automaton is made once as many tokens were read as `by_hand` says.
    """

    def __init__(
        self,
        alphabet: Alphabet,
        patterns: Sequence[str],
        numbers: Sequence[int],
        by_hand: int = _BY_HAND,
    ) -> None:
        self.alphabet = alphabet
        self.patterns = patterns
        self.numbers = numbers
        self._by_hand = by_hand
        self._dictionary: Dictionary | None = None
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    @classmethod
    def of(cls, alphabet: Alphabet, phrases: Mapping[str, int]) -> Patterns:
        """Compile phrases: their words, each as its character, and their numbers."""
        spelled = _spelled_out(alphabet, phrases)
        return cls(alphabet, list(spelled), list(spelled.values()))

    def dictionary(self) -> Dictionary:
        """Return the patterns to be looked up; beside the automaton they are not kept."""
        found = self._dictionary  # another thread may give it up meanwhile
        if found is None:
            found = Dictionary(self.patterns)
            if self._automaton is None:
                self._dictionary = found
        return found

    def matches(self, words: Iterable[str]) -> list[Match]:
        """Return the phrases in the words of a text, in order, without overlaps."""
        text = self.alphabet.written(words)
        automaton = self._automaton
        if automaton is None:
            if self._by_hand > 0:
                self._by_hand -= len(text)
                return self.dictionary().matches(text)
            automaton = self._automaton = ahocorasick_rs.AhoCorasick(
                self.patterns,
                matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
                store_patterns=False,
            )
            self._dictionary = None
        return [
            (first, end - 1, pattern)
            for pattern, first, end in automaton.find_matches_as_indexes(text)
        ]


class Dictionary:
    """Patterns to be looked up, with what they begin with and the length of the longest."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._numbers = dict(zip(patterns, range(len(patterns)), strict=True))
        self._firsts = frozenset([pattern[0] for pattern in patterns])
        self._longest = max(map(len, patterns), default=0)

    def number(self, pattern: str) -> int | None:
        """Return the number of a pattern, None where it is none."""
        return self._numbers.get(pattern)

    def matches(self, text: str) -> list[Match]:
        """Return what the automaton finds in a text."""
        found: list[Match] = []
        end = 0
        for first, char in enumerate(text):
            if first < end or char not in self._firsts:
                continue
            for size in range(min(self._longest, len(text) - first), 0, -1):
                number = self._numbers.get(text[first : first + size])
                if number is not None:
                    end = first + size
                    found.append((first, end - 1, number))
                    break
        return found


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
