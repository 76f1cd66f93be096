"""The findings of an audit: all of them to be read one by one, and the most serious to be shown."""

from __future__ import annotations

import pickle
import tempfile
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from adjudge.audit.told import Finding, Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHOWN_AT_MOST = 10_000
"""So many tickets are unfolded where people read them: the page, the workbook, Markdown."""

SELECTED = 4_000
"""So many of more than that: nobody reads all of them, and telling each takes its time."""

BY_URGENCY: tuple[Outcome, ...] = (
    "not_one",
    "missed",
    "information",
    "unfiled",
    "exception",
    "meets",
)
"""Outcomes in the order in which to act on them; what is listed counts by its place here."""

_IN_MEMORY = 32 << 20  # bytes of findings that are kept without a file


class Listed(ABC):
    """The listed tickets of an audit in the order of the export; read as often as one likes.

    What the most serious are is known of each without telling it: `outcomes` (places in
    `BY_URGENCY`) and `apart`, how many levels lie between the filed level and the right one.
    """

    outcomes: NDArray[np.uint8]
    apart: NDArray[np.uint8]

    @abstractmethod
    def at(self, places: NDArray[np.int64]) -> Iterator[Finding]:
        """Yield the findings at ascending places."""

    def __len__(self) -> int:
        return len(self.outcomes)

    def __iter__(self) -> Iterator[Finding]:
        import numpy as np

        return self.at(np.arange(len(self), dtype=np.int64))

    def shown(self) -> list[Finding]:
        """Return what people are shown: all findings, or a selection of very many."""
        return self.most_serious(SELECTED) if len(self) > SHOWN_AT_MOST else list(self)

    def most_serious(self, most: int) -> list[Finding]:
        """Return at most so many findings, in the order of the export.

        Each outcome has an equal share of the places, and what one does not need goes to the
        others. Within an outcome, those whose levels lie farthest apart come first, then those
        that come first in the export.
        """
        import numpy as np

        if len(self) <= most:
            return list(self)
        counts = np.bincount(self.outcomes, minlength=len(BY_URGENCY)).tolist()
        chosen = [
            self._farthest(outcome, room)
            for outcome, room in enumerate(shares(counts, most))
            if room
        ]
        return list(self.at(np.sort(np.concatenate(chosen))))

    def of_outcome(self, outcome: Outcome, most: int) -> list[Finding]:
        """Return at most so many findings of an outcome, the most serious ones of it."""
        import numpy as np

        return list(self.at(np.sort(self._farthest(BY_URGENCY.index(outcome), most))))

    def _farthest(self, outcome: int, most: int) -> NDArray[np.int64]:
        import numpy as np

        places = np.flatnonzero(self.outcomes == outcome)
        order = np.argsort(-self.apart[places].astype(np.int16), kind="stable")
        return places[order[:most]]


def shares(wanted: Iterable[int], places: int) -> list[int]:
    """Return how many of the places each gets: equal shares, but none more than it wants.

    What cannot be shared equally goes to those who come first.
    """
    wanted = list(wanted)
    given = [0] * len(wanted)
    while places:
        open_ones = [number for number, most in enumerate(wanted) if given[number] < most]
        if not open_ones:
            break
        each = max(places // len(open_ones), 1)
        for number in open_ones:
            more = min(each, wanted[number] - given[number], places)
            given[number] += more
            places -= more
    return given


class Spool(Listed):
    """Findings as they were told; beyond some megabytes they wait in a file."""

    def __init__(self) -> None:
        # Gone with the last reference to it, or with the process.
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._starts = array("q", [0])
        self._rows = array("q")
        self._outcomes = array("B")
        self._apart = array("B")
        self._order: NDArray[np.int64] | None = None

    def add(self, finding: Finding, apart: int) -> None:
        """Take in a finding; they may come in any order until the first is read."""
        self._file.write(pickle.dumps(finding, pickle.HIGHEST_PROTOCOL))
        self._starts.append(self._file.tell())
        self._rows.append(finding.row)
        self._outcomes.append(BY_URGENCY.index(finding.outcome))
        self._apart.append(apart)

    def finished(self) -> Spool:
        """Put what was taken in into the order of the export; return the spool."""
        import numpy as np

        self._order = np.argsort(np.array(self._rows, dtype=np.int64), kind="stable")
        self.outcomes = np.array(self._outcomes, dtype=np.uint8)[self._order]
        self.apart = np.array(self._apart, dtype=np.uint8)[self._order]
        return self

    def at(self, places: NDArray[np.int64]) -> Iterator[Finding]:
        """Yield the findings at ascending places."""
        if self._order is None:
            raise RuntimeError("the spool is not finished")
        for number in self._order[places].tolist():
            start, end = self._starts[number], self._starts[number + 1]
            self._file.seek(start)
            yield cast(Finding, pickle.loads(self._file.read(end - start)))
