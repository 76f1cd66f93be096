"""Columns that stand side by side in a file, coded together: one look at their text says all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.codes import BAD, Coder, Spellings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST = 20_000  # texts of several columns together; with more, each column is coded by itself


@dataclass(frozen=True, slots=True)
class Coded:
    """A column, what its cells mean, and how many classes its cells may have, `BAD` among them."""

    column: str
    coder: Coder
    size: int


class Run:
    """Columns whose classes are numbered together.

    `size` is the number of combinations that their classes have.
    """

    def __init__(self, parts: Sequence[Coded]) -> None:
        self._parts = parts
        self._columns = [each.column for each in parts]
        self._spellings = Spellings()
        self._together = len(parts) > 1
        self.size = math.prod(each.size for each in parts)

    def codes(self, chunk: Chunk) -> NDArray[np.int64]:
        """Return the number of each row's combination, -1 where a cell is left to the rows."""
        texts = chunk.joined(self._columns) if self._together else None
        if texts is None:
            return self._one_by_one(chunk)

        def judge(text: str, row: int) -> int:
            cells = zip(self._parts, chunk.cells(row, self._columns), strict=True)
            return self._combined([part.coder.code(cell) for part, cell in cells])

        places = self._spellings.places(texts, judge)
        codes = self._spellings.numbers[places]
        self._together = len(self._spellings.texts) <= _MOST
        return codes

    def _combined(self, codes: list[int]) -> int:
        combined = 0
        for code, part in zip(codes, self._parts, strict=True):
            if code == BAD or code >= part.size:
                return -1
            combined = combined * part.size + code
        return combined

    def _one_by_one(self, chunk: Chunk) -> NDArray[np.int64]:
        combined = np.zeros(len(chunk), dtype=np.int64)
        bad = np.zeros(len(chunk), dtype=np.bool_)
        for part in self._parts:
            codes = part.coder.codes(chunk.column(part.column))
            bad |= (codes == BAD) | (codes >= part.size)
            combined = combined * part.size + codes
        return np.where(bad, -1, combined)


def side_by_side(parts: Sequence[Coded], columns: Sequence[str]) -> list[Run]:
    """Return the parts in runs of columns that follow one another among `columns`."""
    order = {name: number for number, name in enumerate(columns)}
    runs: list[list[Coded]] = []
    for part in sorted(parts, key=lambda each: order[each.column]):
        if runs and order[runs[-1][-1].column] + 1 == order[part.column]:
            runs[-1].append(part)
        else:
            runs.append([part])
    return [Run(each) for each in runs]
