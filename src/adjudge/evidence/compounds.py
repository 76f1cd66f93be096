"""Compounds: words that a language writes as one, read as what they are made of.

"Kundendatenbanken" is a word that no lexicon has; its head, "Datenbanken", is one that it knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from adjudge.evidence.unmarked import Unmarked

_SHORTEST_MODIFIER = 3
_REMEMBERED = 4096


class Compounds:
    """Reads a word that the lexicon does not have as the longest known head that ends it.

    What comes before the head is a word of its own where it is one of the `modifiers`
    ("Produktionsdatenbank"), else it is left out: in "Kundendatenbanken" no customer is meant. A
    word that begins with one of the `stems` is known as it is. What is found is returned as
    `meant` says, if it is there.
    """

    def __init__(
        self,
        heads: frozenset[str] = frozenset(),
        modifiers: frozenset[str] = frozenset(),
        stems: tuple[str, ...] = (),
        meant: Mapping[str, str] | None = None,
    ) -> None:
        self.meant = meant or {}
        self.heads = heads
        self.modifiers = modifiers
        self.stems = stems
        self.longest = max(map(len, heads), default=0)
        self.shortest = min(map(len, heads), default=0)
        self.parts = lru_cache(_REMEMBERED)(self._parts)

    def knowing(self, stems: tuple[str, ...]) -> Compounds:
        """Return the same compounds, with further stems whose words are known as they are."""
        return Compounds(self.heads, self.modifiers, self.stems + stems)

    def written(self, unmarked: Unmarked) -> Compounds:
        """Return the same compounds for words without marks, each leading to what is meant."""
        meant = unmarked.spelled((*self.heads, *self.modifiers, *self.stems))
        by_word = {word: written for written, word in meant.items()}
        return Compounds(
            frozenset(by_word.get(word, word) for word in self.heads),
            frozenset(by_word.get(word, word) for word in self.modifiers),
            tuple(by_word.get(word, word) for word in self.stems),
            meant,
        )

    @property
    def shortest_word(self) -> int | None:
        """How long a word must be to be a compound; None where no word is read as one."""
        return self.shortest + _SHORTEST_MODIFIER if self.heads else None

    def _parts(self, word: str) -> tuple[str, ...]:
        """Return the head, after its modifier if that says something; else the word itself."""
        meant = self.meant
        if self.stems and word.startswith(self.stems):
            if meant:
                stem = max((stem for stem in self.stems if word.startswith(stem)), key=len)
                return (meant.get(stem, stem) + word[len(stem) :],)
            return (word,)
        first = max(_SHORTEST_MODIFIER, len(word) - self.longest)
        for at in range(first, len(word) - self.shortest + 1):
            modifier, head = word[:at], word[at:]
            if head in self.heads:
                read = meant.get(head, head)
                if modifier not in self.modifiers:
                    return (read,)
                return (meant.get(modifier, modifier), read)
        return (word,)
