"""Texts for some rows, put together into a column for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


class Scatter:
    """A column that is filled in parts; rows that no part names stay null."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._places: list[NDArray[np.int64]] = []
        self._parts: list[pl.Series] = []

    def put(self, rows: NDArray[np.int64], texts: pl.Series) -> None:
        """Put a text into each of some rows; a later one replaces an earlier one."""
        if len(rows):
            self._places.append(rows)
            self._parts.append(texts)

    def column(self) -> pl.Series:
        """Return the column."""
        import polars as pl

        if not self._parts:
            return pl.Series([None] * self._rows, dtype=pl.String)
        texts = pl.concat(self._parts) if len(self._parts) > 1 else self._parts[0]
        source = np.full(self._rows, -1, dtype=np.int64)
        begin = 0
        for places in self._places:
            source[places] = np.arange(begin, begin + len(places))
            begin += len(places)
        index = pl.Series(source)
        return (
            texts.gather(index.set(index < 0, None))
            if bool((source < 0).any())
            else texts.gather(index)
        )
