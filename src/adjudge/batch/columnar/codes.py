"""Cells as small numbers: each distinct cell is judged once, by the row reader itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.texts import as_arrow, numbers_of, places_among, strings_of

if TYPE_CHECKING:
    import pyarrow as pa
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


class Spellings:
    """The distinct texts that were met, in their order, and a number for each.

    Where there are too many, they are forgotten and begun again; `texts` and `numbers` are new
    objects then, as with each text that is learnt, so that whoever holds them keeps what was.
    """

    def __init__(self) -> None:
        self.texts: list[object] = []
        self.numbers: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._known: pa.Array | None = None

    def places(
        self, cells: pa.LargeStringArray, judge: Callable[[str, int], int]
    ) -> NDArray[np.int64]:
        """Return the place of each cell in `texts`; new ones are numbered by `judge`.

        It is told a text and a row that has it.
        """
        found = self._find(cells)
        unknown = np.flatnonzero(found < 0)
        if not len(unknown):
            return found
        new = _first_rows(cells, unknown)
        if len(self.texts) + len(new) > _KEPT:
            self.texts, self.numbers = [], np.zeros(0, dtype=np.int64)
            unknown = np.arange(len(cells))
            new = _first_rows(cells, unknown)
        texts = cells.take(as_arrow(new)).to_pylist()
        rows = new.tolist()
        self.learn(texts, [judge(text, row) for text, row in zip(texts, rows, strict=True)])
        found[unknown] = self._find(cells.take(as_arrow(unknown)))
        return found

    def learn(self, texts: list[object], numbers: list[int]) -> None:
        """Take in texts and their numbers."""
        self.texts = [*self.texts, *texts]
        self.numbers = np.append(self.numbers, np.array(numbers, dtype=np.int64))
        self._known = None

    def _find(self, cells: pa.LargeStringArray) -> NDArray[np.int64]:
        """Return the place of each cell in `texts`, -1 for none."""
        if self._known is None:
            self._known = strings_of(map(str, self.texts))
        return places_among(cells, self._known)


def _first_rows(cells: pa.LargeStringArray, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for each distinct cell among some rows, the first that has it, in their order."""
    encoded = cells.take(as_arrow(rows)).dictionary_encode()
    _, first = np.unique(numbers_of(encoded.indices), return_index=True)
    found: NDArray[np.int64] = rows[np.sort(first)]
    return found


class Coder:
    """The cells of one column as the numbers of what they mean."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.classes = Classes()
        self._texts, self._others = Spellings(), Spellings()
        self.spellings = self._texts
        self._values: dict[object, int] = {}
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        """Return the number of what a text means."""
        code = self._codes.get(text)
        if code is None:
            if len(self._codes) >= _KEPT:
                self._codes.clear()
            code = self._codes[text] = self.classes.number(self._judge(text))
        return code

    def codes(self, cells: pa.Array) -> NDArray[np.int64]:
        """Return the numbers of what cells mean."""
        places = self.places(cells)
        return self.spellings.numbers[places]

    def places(self, cells: pa.Array) -> NDArray[np.int64]:
        """Return the place of each cell among the spellings that were met."""
        import pyarrow as pa

        if pa.types.is_large_string(cells.type):
            self.spellings = self._texts
            return self._texts.places(cells, lambda text, row: self.code(text))
        return self._places_of_values(cells.to_pylist())

    def _places_of_values(self, values: list[object]) -> NDArray[np.int64]:
        self.spellings = self._others
        places = np.zeros(len(values), dtype=np.int64)
        for index, value in enumerate(values):
            # True and 1 are equal, and mean different things; so they do in a list.
            key = (type(value), repr(value) if isinstance(value, list | dict) else value)
            if key not in self._values:
                self._values[key] = len(self.spellings.texts)
                self.spellings.learn([value], [self.classes.number(self._judge(value))])
            places[index] = self._values[key]
        return places
