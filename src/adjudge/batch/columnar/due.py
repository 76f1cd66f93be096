"""When promised responses are due, for many tickets at once.

The same answers as `adjudge.decide.clock`, which is asked wherever an answer is shared by a day or
is out of the ordinary; elapsed time and working time are sums over arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from adjudge.batch.columnar.iso import iso_texts
from adjudge.batch.columnar.moments import (
    DAY,
    SECOND,
    Moments,
    ZoneTable,
    micros_of,
    naive_of,
)
from adjudge.batch.columnar.shifts import Shifts
from adjudge.decide import clock
from adjudge.model.policy import Calendar, Policy, Promise

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


Numbers = tuple[int, int, int]
"""A moment as `Due` keeps it: 1 where there is one, wall time in microseconds, offset in seconds"""


class Due:
    """When responses are due, row by row: wall time in microseconds since 1970, offset in seconds.

    Where a row is not `known`, no response is due.
    """

    def __init__(self, rows: int) -> None:
        self.known: NDArray[np.bool_] = np.zeros(rows, dtype=np.bool_)
        self._local: NDArray[np.int64] = np.zeros(rows, dtype=np.int64)
        self._offset: NDArray[np.int64] = np.zeros(rows, dtype=np.int64)

    def put(
        self, rows: NDArray[np.int64], utc: NDArray[np.int64], offset: NDArray[np.int64]
    ) -> None:
        """Put moments (microseconds UTC) into rows."""
        self.known[rows] = True
        self._local[rows] = utc + offset * SECOND
        self._offset[rows] = offset

    def put_asked(self, rows: NDArray[np.int64], moments: Sequence[datetime | None]) -> None:
        """Put moments of Python into rows; None leaves a row without one."""
        if moments:
            numbers = np.array([_numbers(each) for each in moments], dtype=np.int64)
            self.put_numbers(rows, numbers.T)

    def put_numbers(self, rows: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
        """Put `Numbers` into rows, a column for each."""
        known, local, offset = numbers
        self.known[rows] = known > 0
        self._local[rows] = local
        self._offset[rows] = offset

    def texts(self, rows: NDArray[np.int64] | None = None) -> pa.LargeStringArray:
        """Return the moments of some rows (None: all) in ISO 8601, null where none is."""
        if rows is None:
            return iso_texts(self._local, self._offset, self.known)
        return iso_texts(self._local[rows], self._offset[rows], self.known[rows])


class DueTimes:
    """Works out due times under the promises of one policy.

    `zone` is the place whose time a ticket without an offset is in, None where there is none.
    """

    def __init__(self, policy: Policy, zone: str | None) -> None:
        self._policy = policy
        self._place = None if zone is None else ZoneInfo(zone)
        self._zones: dict[str, ZoneTable] = {}
        self._shifts: dict[tuple[str, str], Shifts] = {}

    def put(self, promise: Promise, moments: Moments, rows: NDArray[np.int64], due: Due) -> None:
        """Put when responses are due into some rows of `due`."""
        known, zoned = moments.known[rows], moments.zoned[rows]
        for place in (False, True):
            chosen = rows[known & (zoned == place)]
            if len(chosen):
                self._put(promise, moments, chosen, self._place if place else None, due)

    def _put(
        self,
        promise: Promise,
        moments: Moments,
        rows: NDArray[np.int64],
        place: tzinfo | None,
        due: Due,
    ) -> None:
        offset = moments.offset[rows]
        utc = moments.local[rows] - offset * SECOND
        calendar = self._policy.calendars[promise.calendar] if promise.calendar else None
        if promise.clock == "around_the_clock" or calendar is None:
            ends = utc + _micros(promise)
            due.put(rows, ends, offset if place is None else self._table(place).offsets(ends))
        elif calendar.zone != "customer" or place is not None:
            zone = place if calendar.zone == "customer" and place else ZoneInfo(calendar.zone)
            self._put_working(promise, calendar, zone, utc, rows, due)
        else:
            for each in np.unique(offset).tolist():
                same = offset == each
                own = timezone(timedelta(seconds=each))
                self._put_working(promise, calendar, own, utc[same], rows[same], due)

    def _put_working(
        self,
        promise: Promise,
        calendar: Calendar,
        zone: tzinfo,
        utc: NDArray[np.int64],
        rows: NDArray[np.int64],
        due: Due,
    ) -> None:
        table = self._table(zone)
        shifts = self._shifts.setdefault((calendar.id, str(zone)), Shifts(calendar, zone))
        if promise.clock == "business_days":
            days = (utc + table.offsets(utc) * SECOND) // DAY
            ends, plain = shifts.after_days(days, max(1, clock.duration_of(promise.within).days))
        else:
            ends, reached = shifts.after(utc, _micros(promise))
            # Where clocks change, wall time and elapsed time part: those few are asked one by one.
            plain = reached & ~table.changes(utc)
        due.put(rows[plain], ends[plain], table.offsets(ends[plain]))
        odd = np.flatnonzero(~plain)
        moments = [naive_of(int(utc[row])).replace(tzinfo=UTC) for row in odd]
        due.put_asked(rows[odd], [self._asked(promise, moment, zone) for moment in moments])

    def _asked(self, promise: Promise, moment: datetime, zone: tzinfo) -> datetime | None:
        # A clock in the customer's zone reads the zone off the moment itself.
        return clock.due(self._policy, promise, moment.astimezone(zone))

    def _table(self, zone: tzinfo) -> ZoneTable:
        return self._zones.setdefault(str(zone), ZoneTable(zone))


def _numbers(moment: datetime | None) -> Numbers:
    if moment is None:
        return 0, 0, 0
    offset = moment.utcoffset() or timedelta()
    return 1, micros_of(moment.replace(tzinfo=None)), offset // timedelta(seconds=1)


def _micros(promise: Promise) -> int:
    return clock.duration_of(promise.within) // timedelta(microseconds=1)
