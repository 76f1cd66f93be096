"""Cells as small numbers: each distinct cell is judged once, by the row reader itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

BAD = 0
"""The class of cells that only the row reader can say something about."""

_KEPT = 60_000

Judge = Callable[[object], Hashable]
"""Says what a cell means; None for what is better left to the row reader."""


class Classes:
    """Numbers meanings from 1 on, in the order in which they are met."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}

    def number(self, meaning: Hashable) -> int:
        """Return the number of a meaning; `BAD` for None."""
        if meaning is None:
            return BAD
        return self.numbers.setdefault(meaning, len(self.numbers) + 1)


class Coder:
    """The cells of one column as the numbers of what they mean."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.classes = Classes()
        self._texts: list[str] = []
        self._numbers = np.zeros(0, dtype=np.int64)
        self._others: dict[object, int] = {}

    def codes(self, cells: pl.Series) -> NDArray[np.int64]:
        """Return the number of each cell's meaning."""
        import polars as pl

        if cells.dtype != pl.String:
            return self._of_values(cells.to_list())
        cells = cells.fill_null("")
        found = self._find(cells)
        unknown = found.is_null()
        if unknown.any():
            self._learn(cells.filter(unknown).unique(maintain_order=True).to_list(), cells)
            found = self._find(cells)
        return self._numbers[found.to_numpy()]

    def _find(self, cells: pl.Series) -> pl.Series:
        import polars as pl

        return cells.cast(pl.Enum(self._texts), strict=False).to_physical()

    def _learn(self, texts: list[str], cells: pl.Series) -> None:
        if len(self._texts) + len(texts) > _KEPT:
            texts = cells.unique(maintain_order=True).to_list()
            self._texts, self._numbers = [], np.zeros(0, dtype=np.int64)
        self._texts = [*self._texts, *texts]
        more = [self.classes.number(self._judge(text)) for text in texts]
        self._numbers = np.concatenate([self._numbers, np.array(more, dtype=np.int64)])

    def _of_values(self, values: list[object]) -> NDArray[np.int64]:
        codes = np.zeros(len(values), dtype=np.int64)
        for index, value in enumerate(values):
            # True and 1 are equal, and mean different things.
            key = (type(value), tuple(value) if isinstance(value, list) else value)
            if key not in self._others:
                self._others[key] = self.classes.number(self._judge(value))
            codes[index] = self._others[key]
        return codes
