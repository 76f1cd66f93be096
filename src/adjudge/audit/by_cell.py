"""Counts rows by the cells of a column, a chunk at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa


class ByCell:
    """How often which cell stands beside which number, over all chunks of a column."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()

    def count(self, cells: pa.LargeStringArray, numbers: NDArray[np.int64]) -> None:
        """Take in cells and a number beside each, from 0 on."""
        if not len(numbers):
            return
        encoded = cells.dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        span = int(numbers.max()) + 1
        pairs = encoded.indices.to_numpy().astype(np.int64) * span + numbers
        found, counts = np.unique(pairs, return_counts=True)
        for pair, count in zip(found.tolist(), counts.tolist(), strict=True):
            place, number = divmod(pair, span)
            self._counts[texts[place], number] += count

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        """Yield each cell, each number beside it, and in how many rows."""
        for (cell, number), count in self._counts.items():
            yield cell, number, count
