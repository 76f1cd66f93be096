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
        self.meanings: list[Hashable] = [None]

    def number(self, meaning: Hashable) -> int:
        """Return the number of a meaning; `BAD` for None."""
        if meaning is None:
            return BAD
        number = self.numbers.setdefault(meaning, len(self.meanings))
        if number == len(self.meanings):
            self.meanings.append(meaning)
        return number


class Coder:
    """The cells of one column as the numbers of what they mean.

    `spellings` are the distinct cells that were met, in their order; where there are too many, they
    are forgotten and begun again.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.classes = Classes()
        self.spellings: list[object] = []
        self._numbers = np.zeros(0, dtype=np.int64)
        self._places: dict[object, int] = {}

    def codes(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of what the cells at some places of `spellings` mean."""
        return self._numbers[places]

    def places(self, cells: pl.Series) -> NDArray[np.int64]:
        """Return the place of each cell in `spellings`."""
        import polars as pl

        if cells.dtype != pl.String:
            return self._places_of_values(cells.to_list())
        cells = cells.fill_null("")
        found = self._find(cells)
        unknown = found.is_null()
        if unknown.any():
            texts = cells.filter(unknown).unique(maintain_order=True).to_list()
            if len(self.spellings) + len(texts) > _KEPT:
                texts = cells.unique(maintain_order=True).to_list()
                self.spellings, self._numbers = [], np.zeros(0, dtype=np.int64)
            self._learn(texts)
            found = self._find(cells)
        return found.to_numpy().astype(np.int64)

    def _find(self, cells: pl.Series) -> pl.Series:
        import polars as pl

        return cells.cast(pl.Enum(self.spellings), strict=False).to_physical()  # type: ignore[arg-type]

    def _learn(self, cells: list[object]) -> None:
        self.spellings = [*self.spellings, *cells]
        more = [self.classes.number(self._judge(cell)) for cell in cells]
        self._numbers = np.concatenate([self._numbers, np.array(more, dtype=np.int64)])

    def _places_of_values(self, values: list[object]) -> NDArray[np.int64]:
        places = np.zeros(len(values), dtype=np.int64)
        for index, value in enumerate(values):
            # True and 1 are equal, and mean different things.
            key = (type(value), tuple(value) if isinstance(value, list) else value)
            if key not in self._places:
                self._places[key] = len(self.spellings)
                self._learn([value])
            places[index] = self._places[key]
        return places
