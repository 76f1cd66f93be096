"""Compounds: words that a language writes as one, read as what they are made of.

"Kundendatenbanken" is a word that no lexicon has; its head, "Datenbanken", is one that it knows.
"""

from __future__ import annotations

from functools import lru_cache

_SHORTEST_MODIFIER = 3
_REMEMBERED = 4096


class Compounds:
    """Reads a word that the lexicon does not have as the longest known head that ends it.

    What comes before the head is a word of its own where it is one of the `modifiers`
    ("Produktionsdatenbank"), else it is left out: in "Kundendatenbanken" no customer is meant. A
    word that begins with one of the `stems` is known as it is.
    """

    def __init__(
        self,
        heads: frozenset[str] = frozenset(),
        modifiers: frozenset[str] = frozenset(),
        stems: tuple[str, ...] = (),
    ) -> None:
        self.heads = heads
        self.modifiers = modifiers
        self.stems = stems
        self.longest = max(map(len, heads), default=0)
        self.shortest = min(map(len, heads), default=0)
        self.parts = lru_cache(_REMEMBERED)(self._parts)

    def knowing(self, stems: tuple[str, ...]) -> Compounds:
        """Return the same compounds, with further stems whose words are known as they are."""
        return Compounds(self.heads, self.modifiers, self.stems + stems)

    @property
    def shortest_word(self) -> int | None:
        """How long a word must be to be a compound; None where no word is read as one."""
        return self.shortest + _SHORTEST_MODIFIER if self.heads else None

    def _parts(self, word: str) -> tuple[str, ...]:
        """Return the head, after its modifier if that says something; else the word itself."""
        if self.stems and word.startswith(self.stems):
            return (word,)
        first = max(_SHORTEST_MODIFIER, len(word) - self.longest)
        for at in range(first, len(word) - self.shortest + 1):
            modifier, head = word[:at], word[at:]
            if head in self.heads:
                return (modifier, head) if modifier in self.modifiers else (head,)
        return (word,)
