"""Listed tickets of a table that are told when they are asked for, by reading it once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from adjudge.audit.listed import Listed, Spool
from adjudge.audit.told import Finding
from adjudge.batch.columnar.chunks import chunks_of
from adjudge.tickets.export import Export
from adjudge.tickets.rows import RawRow

Tell = Callable[[RawRow], Finding]


class ToldAgain(Listed):
    """Tickets of a table by their rows: nothing but numbers is kept of them.

    Who reads all of them more than once finds them in a spool the second time.
    """

    def __init__(
        self,
        export: Export,
        tell: Tell,
        rows: NDArray[np.int64],
        outcomes: NDArray[np.uint8],
        apart: NDArray[np.uint8],
    ) -> None:
        order = np.argsort(rows, kind="stable")
        self.outcomes = outcomes[order]
        self.apart = apart[order]
        self._rows = rows[order]
        self._export = export
        self._tell = tell
        self._spool: Spool | None = None

    def at(self, places: NDArray[np.int64]) -> Iterator[Finding]:
        """Yield the findings at ascending places."""
        if self._spool is not None:
            yield from self._spool.at(places)
        elif len(places) == len(self):
            spool = Spool()
            for place, finding in enumerate(self._told(places)):
                spool.add(finding, int(self.apart[place]))
                yield finding
            self._spool = spool.finished()
        else:
            yield from self._told(places)

    def _told(self, places: NDArray[np.int64]) -> Iterator[Finding]:
        wanted = self._rows[places]
        begin = 0
        if not len(wanted):
            return
        for chunk in chunks_of(self._export):
            end = int(np.searchsorted(wanted, chunk.first + len(chunk)))
            for row in wanted[begin:end].tolist():
                yield self._tell(chunk.raw(row - chunk.first))
            begin = end
            if begin == len(wanted):
                return
