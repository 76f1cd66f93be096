"""What a table shows of wrongly filed tickets since: their present level, and first responses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from adjudge.audit.judge import Judge
from adjudge.audit.tally import Tallies
from adjudge.batch.columnar.moments import SECOND, MomentReader
from adjudge.batch.columnar.texts import buffers, joined

if TYPE_CHECKING:
    from adjudge.audit.counted import CountedRows

_RESPONSES = ("first_response_at", "first_response_minutes", "first_response_hours")


class Standing:
    """Counts wrongly filed tickets that stand at the right level now, and since when."""

    def __init__(
        self, judge: Judge, tallies: Tallies, kept: Callable[[CountedRows, int], None]
    ) -> None:
        profile, columns = judge.export.profile, judge.columns
        self._judge = judge
        self._tallies = tallies
        self._kept = kept
        self._present = columns.column_of("present")
        self._corrected = columns.column_of("corrected_at")
        found = (columns.column_of(part) for part in _RESPONSES)
        self._responses = [column for column in found if column is not None]
        self._ranks: dict[str, int] = {}
        self._moments = MomentReader(self._moment, iso=profile.dates[:1] == ("iso",))

    def _moment(self, cell: object) -> tuple[datetime | None]:
        return (self._judge.columns.moment(str(cell)),)

    def count(self, rows: CountedRows) -> None:
        """Count wrongly filed tickets."""
        if self._present is not None and len(rows):
            self._count_present(rows, self._present)
        for column in self._responses[:1]:
            told = rows.cells(column)
            for other in self._responses[1:]:
                told = joined(told, rows.cells(other))
            for place in np.flatnonzero(np.diff(buffers(told)[1])).tolist():
                self._kept(rows, place)

    def _count_present(self, rows: CountedRows, column: str) -> None:
        encoded = rows.cells(column).dictionary_encode()
        ranks = [self._rank(cell) for cell in encoded.dictionary.to_pylist()]
        present = np.array(ranks, dtype=np.int64)[encoded.indices.to_numpy()]
        self._tallies.standing += int((present >= 0).sum())
        right = rows.tables.right[rows.numbers, present] & (present >= 0)
        if right.any():
            self._count_right(rows.where(right))

    def _rank(self, cell: str) -> int:
        """Return the place of the level that a present priority means, -1 for none."""
        if cell not in self._ranks:
            level = self._judge.level_of(self._judge.columns.present(cell))
            levels = self._judge.plan.scope.levels
            self._ranks[cell] = -1 if level is None else levels.index(level)
        return self._ranks[cell]

    def _count_right(self, rows: CountedRows) -> None:
        if self._corrected is None:
            self._tallies.count_corrected(len(rows), [])
            return
        changed = self._moments.read(rows.cells(self._corrected))
        created = rows.moments.utc[rows.rows]
        known = changed.known & ~changed.bad & rows.moments.known[rows.rows]
        took = changed.utc - created
        known &= took >= 0
        self._tallies.count_corrected(len(rows), (took[known] / SECOND / 3600).tolist())
