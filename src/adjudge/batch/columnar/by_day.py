"""What depends on a day alone, worked out once for each day that is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Work = Callable[[int], tuple[int, ...]]
_MOST = 1_000_000  # days between the first and the last; those of our years are a tenth of it


class ByDay:
    """Numbers for days (counted from 1970); `work` gives `width` of them for one day."""

    def __init__(self, work: Work, width: int) -> None:
        self._work = work
        self._first = 0
        self._known = np.zeros(0, dtype=np.bool_)
        self._numbers = np.zeros((width, 0), dtype=np.int64)

    def of(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of each day: as many rows as there are, a column for each day."""
        if not len(days):
            return self._numbers[:, :0]
        self._make_room(int(days.min()), int(days.max()) + 1)
        places = days - self._first
        known = self._known.take(places)
        if not known.all():
            for place in np.unique(places[~known]).tolist():
                self._numbers[:, place] = self._work(place + self._first)
                self._known[place] = True
        return self._numbers.take(places, axis=1)

    def _make_room(self, first: int, end: int) -> None:
        known_end = self._first + len(self._known)
        if self._first <= first and end <= known_end:
            return
        if len(self._known):
            first, end = min(first, self._first), max(end, known_end)
        if end - first > _MOST:
            raise OverflowError(f"days {first} to {end} are too far apart")
        before, behind = self._first - first, end - known_end
        if not len(self._known):
            before, behind = 0, end - first
        self._first = first
        self._known = np.pad(self._known, (before, behind))
        self._numbers = np.pad(self._numbers, ((0, 0), (before, behind)))
