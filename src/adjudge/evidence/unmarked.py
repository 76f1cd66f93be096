"""Words written without the marks of their letters, as on a foreign keyboard: "fragor" ("frågor").

A lexicon says with `unmarked` how its marked letters are written then. In a text that has none of
them, a word that the language does not know, and that one word of it is written as without its
marks, is read as that word. A word that it knows as it stands ("har", also "här" without its mark)
stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


class Unmarked:
    """What is meant by words without marks; `letters` from the marked letter to the other.

    `known` are the words of the language. `meant` leads from a word without marks to the only word
    that it can be.
    """

    def __init__(self, letters: Mapping[str, str], known: Iterable[str]) -> None:
        self._letters = str.maketrans(dict(letters))
        self._marks = re.compile(f"[{''.join(map(re.escape, letters))}]")
        self.known = frozenset(known)
        self.meant = self.spelled(self.known)

    def applies(self, text: str) -> bool:
        """Whether a lower-case text has none of the letters that have marks."""
        return self._marks.search(text) is None

    def spelled(self, words: Iterable[str]) -> dict[str, str]:
        """Return from words without marks, where no known word is written so, to those meant."""
        found: dict[str, set[str]] = {}
        for word in words:
            if not word.isascii():
                written = word.translate(self._letters)
                if len(written) > 1 and written not in self.known:
                    found.setdefault(written, set()).add(word)
        return {written: meant.pop() for written, meant in found.items() if len(meant) == 1}
