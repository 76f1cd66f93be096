"""Whether an id comes twice, in eight bytes a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.hashes import hashes_of
from adjudge.batch.columnar.texts import as_arrow, strings_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


_HELD = 10_000


class Ids:
    """The ids of a run, as hashes of 64 bits; collisions are told from repetitions exactly.

    A first run only collects. Where two hashes are the same, a second run is told which ones
    (`suspects`), and looks at the ids themselves of those rows.
    """

    def __init__(self, suspects: NDArray[np.uint64] | None = None) -> None:
        self._suspects = suspects
        self._seen: list[NDArray[np.uint64]] = []
        self._first: dict[str, int] = {}
        self._odd: list[str] = []

    def look(self, ids: pa.LargeStringArray, odd: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Take the ids of further rows, but for the `odd` ones; return which have to be looked at.

        None of those that are odd has to be.
        """
        found = np.zeros(len(ids), dtype=np.bool_)
        rows = np.flatnonzero(~odd)
        hashes = hashes_of(ids if len(rows) == len(ids) else ids.take(as_arrow(rows)))
        if self._suspects is None:
            self._seen.append(hashes)
        else:
            found[rows] = np.isin(hashes, self._suspects)
        return found

    def first_row(self, id: str, row: int) -> int:
        """Take the id of a row that is judged by itself; return the first row that has it.

        A first run does not know yet, and returns `row`.
        """
        if self._suspects is not None:
            return self._first.setdefault(id, row)
        self._odd.append(id)
        if len(self._odd) >= _HELD:
            self._take_odd()
        return row

    def repeated(self) -> NDArray[np.uint64]:
        """Return the hashes that came more than once."""
        self._take_odd()
        hashes = np.concatenate([np.zeros(0, dtype=np.uint64), *self._seen])
        self._seen.clear()
        hashes.sort()
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])

    def _take_odd(self) -> None:
        if self._odd:
            self._seen.append(hashes_of(strings_of(self._odd)))
            self._odd.clear()
