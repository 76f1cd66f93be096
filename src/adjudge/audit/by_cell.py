"""Counts rows by the cells of columns, a chunk at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.texts import as_arrow

if TYPE_CHECKING:
    import pyarrow as pa

_MOST = 100_000  # combinations of cells that are remembered


class ByCell:
    """How often which cell stands beside which number, over all chunks of a column."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()

    def count(self, cells: pa.LargeStringArray, numbers: NDArray[np.int64]) -> list[str]:
        """Take in cells and a number beside each, from 0 on; return the distinct cells."""
        if not len(numbers):
            return []
        encoded = cells.dictionary_encode()
        texts: list[str] = encoded.dictionary.to_pylist()
        span = int(numbers.max()) + 1
        pairs = encoded.indices.to_numpy().astype(np.int64) * span + numbers
        found, counts = np.unique(pairs, return_counts=True)
        for pair, count in zip(found.tolist(), counts.tolist(), strict=True):
            place, number = divmod(pair, span)
            self._counts[texts[place], number] += count
        return texts

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        """Yield each cell, each number beside it, and in how many rows."""
        for (cell, number), count in self._counts.items():
            yield cell, number, count


class ByCells:
    """The same for several columns, which are looked at together where they stand side by side."""

    def __init__(self, wanted: Iterable[str], columns: Iterable[str]) -> None:
        chosen = set(wanted)
        self._columns = [column for column in columns if column in chosen]
        self._joined = ByCell()
        self._cells: dict[str, list[str]] = {}
        self._single = {column: ByCell() for column in self._columns}

    def count(self, chunk: Chunk, rows: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
        """Take in rows of a chunk, and a number beside each, from 0 on."""
        if not self._columns or not len(rows):
            return
        joined = None
        if len(self._cells) < _MOST:
            joined = chunk.joined(self._columns)
        places = as_arrow(rows)
        if joined is None:
            for column, counts in self._single.items():
                counts.count(chunk.column(column).take(places), numbers)
            return
        texts = joined.take(places)
        new = [text for text in self._joined.count(texts, numbers) if text not in self._cells]
        if new:
            encoded = texts.dictionary_encode()
            _, first = np.unique(encoded.indices.to_numpy(), return_index=True)
            for text, place in zip(encoded.dictionary.to_pylist(), first.tolist(), strict=True):
                self._cells[text] = chunk.cells(int(rows[place]), self._columns)

    def __iter__(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield each column, each cell of it, each number beside that, and in how many rows."""
        for text, number, count in self._joined:
            for column, cell in zip(self._columns, self._cells[text], strict=True):
                yield column, cell, number, count
        for column, counts in self._single.items():
            for cell, number, count in counts:
                yield column, cell, number, count
