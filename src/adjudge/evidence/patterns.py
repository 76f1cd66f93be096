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
from itertools import chain, groupby
from operator import itemgetter

import ahocorasick_rs

from adjudge.evidence.tokens import NUMBER

OTHER = "\0"
ANY_ENDING = "*"
_FIRST = 0x21
_BY_HAND = 200_000  # tokens; then the automaton has taken as long as it has saved
_SURROGATES = range(0xD800, 0xE000)  # are no characters of their own
_NEXT, _GROUP = "\n", "\t"  # before `_FIRST`: no word is written so

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

    A phrase that ends in `*` is several patterns; `numbers` has each pattern's phrase. `joined` is
    all patterns as one text, in groups that begin with the same word: it is loaded at once, and
    a group is taken apart when its word is met. The automaton is made once as many tokens were
    read as `by_hand` says.
    """

    def __init__(
        self,
        alphabet: Alphabet,
        joined: str,
        numbers: Sequence[int],
        by_hand: int = _BY_HAND,
    ) -> None:
        self.alphabet = alphabet
        self.joined = joined
        self.numbers = numbers
        self._by_hand = by_hand
        self._dictionary: Dictionary | None = None
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    @classmethod
    def of(cls, alphabet: Alphabet, phrases: Mapping[str, int]) -> Patterns:
        """Compile phrases: their words, each as its character, and their numbers."""
        spelled = _spelled_out(alphabet, phrases)
        patterns = sorted(spelled, key=itemgetter(0))
        groups = (_NEXT.join(group) for _, group in groupby(patterns, key=itemgetter(0)))
        return cls(alphabet, _GROUP.join(groups), [spelled[pattern] for pattern in patterns])

    @property
    def patterns(self) -> list[str]:
        """The patterns, each at its number."""
        return self.joined.replace(_GROUP, _NEXT).split(_NEXT) if self.joined else []

    def dictionary(self) -> Dictionary:
        """Return the patterns to be looked up; beside the automaton they are not kept."""
        found = self._dictionary  # another thread may give it up meanwhile
        if found is None:
            found = Dictionary(self.joined)
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
    """Patterns to be looked up; of those that begin alike, once one of them is looked for."""

    def __init__(self, joined: str) -> None:
        self._groups = _Groups(joined)

    def number(self, pattern: str) -> int | None:
        """Return the number of a pattern, None where it is none."""
        return self._groups[pattern[0]][0].get(pattern)

    def matches(self, text: str) -> list[Match]:
        """Return what the automaton finds in a text."""
        found: list[Match] = []
        end = 0
        for first, char in enumerate(text):
            if first < end:
                continue
            numbers, longest = self._groups[char]
            for size in range(min(longest, len(text) - first), 0, -1):
                number = numbers.get(text[first : first + size])
                if number is not None:
                    end = first + size
                    found.append((first, end - 1, number))
                    break
        return found


class _Groups(dict[str, tuple[dict[str, int], int]]):
    """By their first character: the numbers of the patterns, and the length of the longest."""

    def __init__(self, joined: str) -> None:
        super().__init__()
        self._joined: dict[str, tuple[str, int]] = {}
        first = 0
        for group in joined.split(_GROUP) if joined else ():
            self._joined[group[0]] = group, first
            first += group.count(_NEXT) + 1

    def __missing__(self, char: str) -> tuple[dict[str, int], int]:
        group, first = self._joined.get(char, ("", 0))
        patterns = group.split(_NEXT) if group else []
        numbers = dict(zip(patterns, range(first, first + len(patterns)), strict=True))
        found = self[char] = numbers, max(map(len, patterns), default=0)
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
