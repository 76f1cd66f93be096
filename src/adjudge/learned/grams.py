"""Grams of sentences: words, pieces of words, and pairs of words; the sums of their vectors.

A word's grams are looked up when it is first met; from then on their sum is at hand. Whole numbers
are summed, so that the order makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from adjudge.learned.heads import Numbers

_PIECES = (3, 5)  # characters of the pieces of words that are looked at
_BETWEEN = "*"  # stands for the word between two
_MOST_KEPT = 30_000  # words that are remembered
_Summed = tuple[int, bytes]
"""Of how many grams a sum is, and the sum as it lies in memory."""
_Pairs = Mapping[str, bytes]
_NO_PAIRS: _Pairs = {}


def grams_of(words: Sequence[str]) -> Iterator[str]:
    """Yield the grams of a sentence's words, as they are learnt."""
    for word in words:
        yield from _of_word(word)
    yield from (f"{one} {two}" for one, two in pairwise(words))
    yield from (f"{one} {_BETWEEN} {two}" for one, two in zip(words, words[2:], strict=False))


def _of_word(word: str) -> list[str]:
    """Return a word and its pieces."""
    framed = f"<{word}>"
    return [word] + [
        f"#{framed[at : at + size]}" for size in _PIECES for at in range(len(framed) - size + 1)
    ]


class GramSums:
    """Sums of the vectors of grams; those of the pairs that a word begins lie with the word.

    `rows` says which row of `vectors`, numbers of one byte, is a gram's; none has the row 0, which
    is that of a sentence without any.
    """

    def __init__(self, rows: Mapping[str, int], vectors: Numbers) -> None:
        wide = vectors.astype(_WIDE)
        self._none = wide[0].tobytes()
        near: dict[str, dict[str, bytes]] = {}
        far: dict[str, dict[str, bytes]] = {}
        for gram, row in rows.items():
            if " " in gram:
                one, *between, two = gram.split(" ")
                (far if between else near).setdefault(one, {})[two] = wide[row].tobytes()
        self._words = _Words(rows, vectors, near, far)

    def of(self, sentences: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers]:
        """Return for the words of each sentence the sum of its grams, and of how many it is.

        The second are in a column, at least 1 each.
        """
        found: list[bytes] = []
        begins: list[int] = []
        counts: list[int] = []
        for words in sentences:
            begins.append(len(found))
            counts.append(self._gather(words, found))
            if not counts[-1]:
                found.append(self._none)
                counts[-1] = 1
        vectors = np.frombuffer(b"".join(found), dtype=_WIDE).reshape(len(found), -1)
        sums = np.add.reduceat(vectors, begins, axis=0, dtype=np.int32)
        return sums.astype(np.float32), np.array(counts, dtype=np.float32)[:, None]

    def _gather(self, words: Sequence[str], found: list[bytes]) -> int:
        """Add the sums of which that of a sentence consists; return of how many grams it is."""
        grams = 0
        near = far = of_last = _NO_PAIRS
        for word in words:
            if word in near:
                found.append(near[word])
                grams += 1
            if word in far:
                found.append(far[word])
                grams += 1
            far = of_last
            (count, vector), near, of_last = self._words[word]
            if count:
                found.append(vector)
                grams += count
        return grams


_WIDE = np.int16  # holds the sum of a word's grams: they are some eighty at most


class _Words(dict[str, tuple[_Summed, _Pairs, _Pairs]]):
    """Of words met so far: the sum of their grams, and the pairs that they begin.

    The first pairs are those with the next word, the others those with the word after it.
    """

    def __init__(
        self,
        rows: Mapping[str, int],
        vectors: Numbers,
        near: Mapping[str, _Pairs],
        far: Mapping[str, _Pairs],
    ) -> None:
        super().__init__()
        self._rows, self._vectors, self._near, self._far = rows, vectors, near, far

    def __missing__(self, word: str) -> tuple[_Summed, _Pairs, _Pairs]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        own = [self._rows[gram] for gram in _of_word(word) if gram in self._rows]
        vector = np.add.reduce(self._vectors[own], axis=0, dtype=_WIDE).tobytes()
        pairs = self._near.get(word, _NO_PAIRS), self._far.get(word, _NO_PAIRS)
        found = self[word] = (len(own), vector if own else b""), *pairs
        return found
