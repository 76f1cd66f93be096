"""For which sequences a word can be the first one, or fill one of the last places.

It is kept between runs: to find it out, all places of all sequences are gone through.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(slots=True)
class Roles:
    """For which sequences a word can be the opening one, or fill one of the last needed places.

    Each as bits: `last` is the last place that a sequence needs, `before` the one before it.
    """

    opening: int = 0
    last: int = 0
    before: int = 0

    def written(self) -> str:
        """Return them as text."""
        return f"{self.opening:x} {self.last:x} {self.before:x}"

    @classmethod
    def read(cls, written: str) -> Roles:
        """Return what `written` was made of."""
        opening, last, before = (int(bits, 16) for bits in written.split())
        return cls(opening, last, before)


@dataclass(slots=True)
class Openings:
    """The roles of words, written where nobody has asked yet.

    `words` are those of the sequences; with a lexicon all that are in no phrase of it.
    `free` has as `last` the sequences that need no last place, and as `before` none before it.
    """

    roles: dict[str, Roles | str]
    free: Roles
    words: frozenset[str]

    def read(self, word: str) -> Roles:
        """Return the roles of a word for which they are still written."""
        found = self.roles[word]
        if isinstance(found, str):
            found = self.roles[word] = Roles.read(found)
        return found

    def to_bytes(self) -> bytes:
        """Return it as plain data, for keeping: many words share their roles."""
        numbers: dict[str, int] = {}
        roles = {
            word: numbers.setdefault(self.read(word).written(), len(numbers)) for word in self.roles
        }
        data = [roles, list(numbers), self.free.written(), sorted(self.words)]
        return json.dumps(data, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Openings:
        """Return what `to_bytes` was made of."""
        numbers, written, free, words = json.loads(kept)
        roles = {word: written[number] for word, number in numbers.items()}
        return cls(roles, Roles.read(free), frozenset(words))
