"""Working time laid end to end, so that working hours are sums, and working days places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.moments import DAY, micros_of, naive_of
from adjudge.decide import clock
from adjudge.model.policy import Calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPARE = 366  # days
_AHEAD = 40  # days behind the last ticket for which working time is laid out


class Shifts:
    """The working time of a calendar in one zone: each shift, and what was worked until its end."""

    def __init__(self, calendar: Calendar, zone: tzinfo) -> None:
        self._calendar = calendar
        self._zone = zone
        self._first = 0
        self._last = -1
        self._opens = self._closes = self._worked = np.zeros(0, dtype=np.int64)
        self._days_open = self._ends = self._open_until = np.zeros(0, dtype=np.int64)

    def after(
        self, utc: NDArray[np.int64], left: int
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return when `left` microseconds have been worked, and whether that is laid out."""
        days = utc // DAY
        self._lay_out(int(days.min()) - 2, int(days.max()) + _AHEAD + 3 * (left // DAY))
        if not len(self._opens) or left == 0:
            return utc, np.zeros(len(utc), dtype=np.bool_)
        # What was worked before the moment: the whole shifts, and of the present one a part.
        number = np.searchsorted(self._closes, utc, side="right")
        inside = np.minimum(number, len(self._opens) - 1)
        before = np.where(number > 0, self._worked[np.maximum(number - 1, 0)], 0)
        part = np.where(number < len(self._opens), np.maximum(utc - self._opens[inside], 0), 0)
        target = before + part + left
        shift = np.searchsorted(self._worked, target, side="left")
        reached: NDArray[np.bool_] = shift < len(self._worked)
        shift = np.minimum(shift, len(self._worked) - 1)
        return self._closes[shift] - (self._worked[shift] - target), reached

    def after_days(
        self, days: NDArray[np.int64], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return when the `count`-th working day behind each day closes, and whether there is one.

        Days are those of the zone, counted from 1970.
        """
        # Holidays and nights apart, `count` working days are within as many weeks.
        self._lay_out(int(days.min()) - 2, int(days.max()) + _AHEAD + 7 * count)
        number = self._open_until.take(days - self._first) + count - 1
        reached: NDArray[np.bool_] = number < len(self._days_open)
        if not len(self._ends):
            return days, reached
        return self._ends[np.minimum(number, len(self._ends) - 1)], reached

    def _lay_out(self, first: int, last: int) -> None:
        if self._first <= first and last <= self._last:
            return
        if self._last >= self._first:
            # Somewhat more than what is asked for, or it would be laid out for each new day anew.
            first, last = min(first - _SPARE, self._first), max(last + _SPARE, self._last)
        self._first, self._last = first, last
        days = list(self._days(first, last))
        shifts = [(_micros(opens), _micros(closes)) for opens, closes in days]
        self._days_open = np.array([_day(opens) for opens, _ in days], dtype=np.int64)
        every = np.arange(first, last + 1)
        self._open_until = np.searchsorted(self._days_open, every, side="right")
        self._ends = np.array([closes for _, closes in shifts], dtype=np.int64)
        shifts = [(opens, closes) for opens, closes in shifts if opens < closes]
        self._opens = np.array([opens for opens, _ in shifts], dtype=np.int64)
        self._closes = np.array([closes for _, closes in shifts], dtype=np.int64)
        self._worked = np.cumsum(self._closes - self._opens)

    def _days(self, first: int, last: int) -> Iterator[tuple[datetime, datetime]]:
        day, end = naive_of(first * DAY).date(), naive_of(last * DAY).date()
        while True:
            latest = None
            for opens, closes in clock.shifts(self._calendar, day, self._zone):
                latest = opens.date()
                if latest > end:
                    return
                yield opens, closes
            if latest is None:
                return
            day = latest + timedelta(days=1)


def _day(moment: datetime) -> int:
    return micros_of(moment.replace(tzinfo=None)) // DAY


def _micros(moment: datetime) -> int:
    return micros_of(moment.astimezone(UTC).replace(tzinfo=None))
