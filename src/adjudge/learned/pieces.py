"""Words as pieces that a language model knows, and filters over pieces that stand side by side.

The classifier of words (`adjudge.learned.terms`) has learnt the words of some thousand tickets. A
word that was in none of them says nothing to it, unless it is known beforehand what the word is
like. That is what the pieces bring: their vectors come from multilingual-e5-small (L. Wang et al.,
2024), which was trained on a good part of the web, in which words of one meaning are near each
other in all languages. Filters look at three pieces at a time, and of each the place counts where
it says most ("convolution over time", Y. Kim, 2014).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from adjudge.learned.heads import Numbers

FILE = "pieces.npz"
SPAN = 3
"""How many pieces a filter looks at."""
_START = "\u2581"  # before the first piece of a word
_UNKNOWN = -25.0  # how likely a character is that no piece has
_MOST_KEPT = 50_000


class Pieces:
    """Pieces of words, how likely each is, and a vector for each; the row 0 is for none."""

    def __init__(self, pieces: Sequence[str], scores: Numbers, vectors: Numbers) -> None:
        likely = scores.astype(float).tolist()
        self._known = {piece: (row, likely[row - 1]) for row, piece in enumerate(pieces, 1)}
        self._longest = max(map(len, pieces), default=1)
        self._words: dict[str, list[int]] = {}
        self.vectors = vectors

    def of(self, word: str) -> list[int]:
        """Return the rows of a word's likeliest pieces, in their order."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _MOST_KEPT:
                self._words.clear()
            found = self._words[word] = self._split(_START + word)
        return found

    def _split(self, text: str) -> list[int]:
        """Return the pieces of the likeliest way to part a text (A. Viterbi, 1967)."""
        size = len(text)
        best, steps = [0.0] + [-np.inf] * size, [(0, 0)] * (size + 1)
        for begin in range(size):
            here = best[begin]
            if here + _UNKNOWN > best[begin + 1]:
                best[begin + 1], steps[begin + 1] = here + _UNKNOWN, (0, begin)
            for end in range(begin + 1, min(size, begin + self._longest) + 1):
                row, likely = self._known.get(text[begin:end], (0, 0.0))
                if row and here + likely > best[end]:
                    best[end], steps[end] = here + likely, (row, begin)
        found, at = [], size
        while at:
            row, at = steps[at]
            if row:
                found.append(row)
        return found[::-1]


class Filters:
    """What filters find in sentences."""

    def __init__(self, pieces: Pieces, weights: Numbers, bias: Numbers) -> None:
        """Take `weights` of the shape (filters, `SPAN` times the width of a piece)."""
        self._pieces = pieces
        size, width = pieces.vectors.shape
        parted = weights.astype(np.float32).reshape(len(bias), SPAN, width)
        self._weights = np.ascontiguousarray(parted.transpose(1, 0, 2).reshape(-1, width))
        self._bias = bias.astype(np.float32)
        # What a filter finds is a sum over the places it looks at; a piece's part in it at each
        # place is the same wherever it occurs, and is worked out when it is first met.
        self._parts = np.empty((SPAN, size, len(bias)), dtype=np.float32)
        self._met = np.zeros(size, dtype=bool)

    def of(self, sentences: Sequence[Sequence[str]]) -> Numbers:
        """Return a row for each sentence: of each filter the most that it finds anywhere in it."""
        found, starts = [0], []
        for words in sentences:
            starts.append(len(found) - 1)
            for word in words:
                found += self._pieces.of(word)
            found.append(0)  # nothing is seen across the end of a sentence
        rows = np.array([*found, 0])
        if not self._met[rows].all():
            self._meet(rows)
        places = len(rows) - SPAN + 1
        sums: Numbers = self._parts[0].take(rows[:places], axis=0)
        for at in range(1, SPAN):
            sums += self._parts[at].take(rows[at : at + places], axis=0)
        sums[rows[1:-1] == 0] = -self._bias
        most: Numbers = np.maximum.reduceat(sums, starts, axis=0) if starts else sums[:0]
        most += self._bias
        np.maximum(most, 0, out=most)
        return most

    def _meet(self, rows: NDArray[np.int64]) -> None:
        new = np.unique(rows[~self._met[rows]])
        for row in new.tolist():
            # One by one: the last bit of a product can depend on how many are made together, and
            # what a ticket says must not depend on which was read before it.
            parts = self._weights @ self._pieces.vectors[row]
            self._parts[:, row] = parts.reshape(SPAN, -1)
        self._met[new] = True


def write_pieces(pieces: Sequence[str], scores: Numbers, vectors: Numbers) -> dict[str, Numbers]:
    """Return pieces as `read_pieces` reads them: their vectors in one byte a number."""
    scale = np.abs(vectors).max(axis=0) / 127
    return {
        "pieces": np.frombuffer(json.dumps(list(pieces)).encode(), dtype=np.uint8),
        "scores": scores.astype(np.float16),
        "vectors": np.rint(vectors / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
    }


def read_pieces(numbers: Mapping[str, Numbers]) -> Pieces:
    """Return pieces as `write_pieces` wrote them."""
    vectors = numbers["vectors"].astype(np.float32) * numbers["scale"]
    none = np.zeros((1, vectors.shape[1]), dtype=np.float32)
    names = json.loads(numbers["pieces"].tobytes())
    return Pieces(names, numbers["scores"], np.concatenate([none, vectors]))


@cache
def shipped_pieces() -> Pieces:
    """Return the pieces that ship; `tools/make_pieces.py` made them."""
    with (files("adjudge.learned") / FILE).open("rb") as file, np.load(file) as arrays:
        return read_pieces(arrays)
