"""When promised responses are due, for many tickets at once.

The same answers as `adjudge.decide.clock`, which is asked wherever an answer is shared by a day or
is out of the ordinary; elapsed time and working time are sums over arrays.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import isodate
import numpy as np

from adjudge.batch.columnar.moments import (
    DAY,
    SECOND,
    Moments,
    ZoneTable,
    distinct,
    naive_of,
)
from adjudge.batch.columnar.scatter import Scatter
from adjudge.batch.columnar.shifts import Shifts
from adjudge.decide import clock
from adjudge.model.policy import Calendar, Policy, Promise

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


class DueTimes:
    """Works out due times under the promises of one policy.

    `zone` is the place whose time a ticket without an offset is in, None where there is none.
    """

    def __init__(self, policy: Policy, zone: str | None) -> None:
        self._policy = policy
        self._place = None if zone is None else ZoneInfo(zone)
        self._zones: dict[str, ZoneTable] = {}
        self._by_day: dict[tuple[str, int, str], str | None] = {}
        self._shifts: dict[tuple[str, str], Shifts] = {}

    def texts(self, promise: Promise, moments: Moments, rows: NDArray[np.int64]) -> pl.Series:
        """Return the due times of some rows in ISO 8601, null where there is none."""
        found = Scatter(len(rows))
        known, zoned = moments.known[rows], moments.zoned[rows]
        for place in (False, True):
            chosen = np.flatnonzero(known & (zoned == place))
            if len(chosen):
                self._put(promise, moments, rows, chosen, place, found)
        return found.column()

    def _put(
        self,
        promise: Promise,
        moments: Moments,
        rows: NDArray[np.int64],
        chosen: NDArray[np.int64],
        zoned: bool,
        found: Scatter,
    ) -> None:
        offset = moments.offset[rows[chosen]]
        utc = moments.local[rows[chosen]] - offset * SECOND
        place = self._place if zoned else None
        calendar = self._policy.calendars[promise.calendar] if promise.calendar else None
        if promise.clock == "around_the_clock" or calendar is None:
            found.put(chosen, self._elapsed(promise, utc, offset, place))
        elif calendar.zone != "customer" or place is not None:
            zone = place if calendar.zone == "customer" and place else ZoneInfo(calendar.zone)
            found.put(chosen, self._working(promise, calendar, zone, utc))
        else:
            for each in np.unique(offset).tolist():
                same = np.flatnonzero(offset == each)
                own = timezone(timedelta(seconds=each))
                found.put(chosen[same], self._working(promise, calendar, own, utc[same]))

    def _elapsed(
        self,
        promise: Promise,
        utc: NDArray[np.int64],
        offset: NDArray[np.int64],
        place: tzinfo | None,
    ) -> pl.Series:
        due = utc + _micros(promise)
        if place is not None:
            offset = self._table(place).offsets(due)
        return iso_texts(due + offset * SECOND, offset)

    def _working(
        self, promise: Promise, calendar: Calendar, zone: tzinfo, utc: NDArray[np.int64]
    ) -> pl.Series:
        import polars as pl

        table = self._table(zone)
        if promise.clock == "business_days":
            days, places = distinct((utc + table.offsets(utc) * SECOND) // DAY)
            texts = [self._of_day(promise, int(day), zone) for day in days]
            return pl.Series(texts, dtype=pl.String).gather(places)
        shifts = self._shifts.setdefault((calendar.id, str(zone)), Shifts(calendar, zone))
        due, reached = shifts.after(utc, _micros(promise))
        # Where clocks change, wall time and elapsed time part: those few are asked one by one.
        plain = reached & ~table.changes(utc)
        found = Scatter(len(utc))
        offsets = table.offsets(due[plain])
        found.put(np.flatnonzero(plain), iso_texts(due[plain] + offsets * SECOND, offsets))
        odd = np.flatnonzero(~plain)
        moments = [naive_of(int(utc[row])).replace(tzinfo=UTC) for row in odd]
        texts = [self._asked(promise, moment, zone) for moment in moments]
        found.put(odd, pl.Series(texts, dtype=pl.String))
        return found.column()

    def _of_day(self, promise: Promise, day: int, zone: tzinfo) -> str | None:
        key = (promise.rule.id, day, str(zone))
        if key not in self._by_day:
            noon = naive_of(day * DAY + DAY // 2).replace(tzinfo=zone)
            self._by_day[key] = self._asked(promise, noon, zone)
        return self._by_day[key]

    def _asked(self, promise: Promise, moment: datetime, zone: tzinfo) -> str | None:
        # A clock in the customer's zone reads the zone off the moment itself.
        due = clock.due(self._policy, promise, moment.astimezone(zone))
        return None if due is None else due.isoformat()

    def _table(self, zone: tzinfo) -> ZoneTable:
        return self._zones.setdefault(str(zone), ZoneTable(zone))


def _micros(promise: Promise) -> int:
    duration: timedelta = isodate.parse_duration(promise.within)
    return duration // timedelta(microseconds=1)


def iso_texts(local: NDArray[np.int64], offset: NDArray[np.int64]) -> pl.Series:
    """Return wall times (microseconds) and their offsets (seconds) as `isoformat` writes them."""
    import polars as pl

    days, day_at = distinct(local // DAY)
    dates = [naive_of(int(day) * DAY).date().isoformat() for day in days]
    offsets, offset_at = distinct(offset)
    tails = [_shown_offset(int(each)) for each in offsets]
    columns = {
        "date": pl.Series(dates, dtype=pl.String).gather(day_at),
        "time": _times_of_day().gather(local % DAY // SECOND),
        "tail": pl.Series(tails, dtype=pl.String).gather(offset_at),
    }
    micros = local % SECOND
    if bool(micros.any()):
        fractions = [f".{each:06}" if each else "" for each in micros.tolist()]
        tail = pl.Series(fractions, dtype=pl.String) + columns["tail"]
        columns["tail"] = tail
    return pl.DataFrame(columns).select(pl.concat_str(pl.all())).to_series()


@cache
def _times_of_day() -> pl.Series:
    import polars as pl

    return pl.Series(
        [
            f"T{hour:02}:{minute:02}:{second:02}"
            for hour in range(24)
            for minute in range(60)
            for second in range(60)
        ]
    )


def _shown_offset(seconds: int) -> str:
    zone = timezone(timedelta(seconds=seconds))
    return datetime(2000, 1, 1, tzinfo=zone).isoformat()[len("2000-01-01T00:00:00") :]
