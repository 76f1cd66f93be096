"""Times of creation as numbers, and time zones as tables; what is unusual is asked of Python."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.by_day import ByDay
from adjudge.batch.columnar.texts import as_arrow, buffers, strings_of, wide

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

SECOND = 1_000_000
DAY = 86_400 * SECOND
_HOUR = 3_600 * SECOND
_SEVERAL = -(2**62)  # stands for a moment of change on a day with more than one
_EPOCH = datetime(1970, 1, 1)
_CORE = 19  # 2026-11-20T09:12:00
_MARKS = {4: b"-", 7: b"-", 10: b"T ", 13: b":", 16: b":"}
_DIGITS = [place for place in range(_CORE) if place not in _MARKS]
_KEPT = 200_000
_SPAN = 1_000_000
_YEARS = range(1900, 2200)  # what lies beyond is left to the row reader, and so are its overflows
_LONGEST = _CORE + len(".123456+00:00")
# The first day of each of their months, and of the one behind them.
_MONTHS = np.arange(f"{_YEARS.start}-01", f"{_YEARS.stop}-02", dtype="datetime64[M]")
_MONTHS = _MONTHS.astype("datetime64[D]").astype(np.int64)

Read = Callable[[object], tuple[datetime | None] | None]
"""Reads a cell as the row reader does: its moment (or None for none), or None where it cannot."""


@dataclass(slots=True)
class Moments:
    """Times of creation: local wall time in microseconds since 1970, and the offset in seconds.

    `known` says where there is one, `bad` where the cell cannot be read, `zoned` where the zone is
    a place rather than an offset.
    """

    known: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    zoned: NDArray[np.bool_]
    local: NDArray[np.int64]
    offset: NDArray[np.int64]

    @classmethod
    def none(cls, rows: int) -> Moments:
        """Return no times at all, for so many rows."""
        no = np.zeros(rows, dtype=np.bool_)
        zero = np.zeros(rows, dtype=np.int64)
        return cls(no, no.copy(), no.copy(), zero, zero.copy())

    def put(self, row: int, moment: datetime) -> None:
        """Put a time of Python into a row; what is too far off to count with is bad."""
        offset = moment.utcoffset() or timedelta()
        if offset.microseconds or moment.year not in _YEARS:
            self.bad[row] = True
            return
        self.known[row] = True
        self.zoned[row] = not isinstance(moment.tzinfo, timezone)
        self.local[row] = micros_of(moment.replace(tzinfo=None))
        self.offset[row] = offset // timedelta(seconds=1)

    @property
    def utc(self) -> NDArray[np.int64]:
        """The moments in microseconds since 1970, UTC."""
        return self.local - self.offset * SECOND

    def day(self) -> NDArray[np.int64]:
        """Return the local dates, as days since 1970."""
        return self.local // DAY


class MomentReader:
    """Reads a column of times. With `iso`, a time in full ISO form is read without Python."""

    def __init__(self, read: Read, *, iso: bool) -> None:
        self._read = read
        self._iso = iso
        self._tails: dict[bytes, tuple[int, int, bool]] = {}
        self._known: dict[object, tuple[datetime | None] | None] = {}

    def read(self, cells: pa.Array) -> Moments:
        """Return the moments of a column of cells."""
        import pyarrow as pa

        found = Moments.none(len(cells))
        if not pa.types.is_large_string(cells.type):
            values = cells.to_pylist()
            cells = strings_of("" if each is None else str(each) for each in values)
        odd = np.arange(len(cells))
        if self._iso and len(cells):
            odd = self._read_iso(cells, found)
        if len(odd):
            self._read_others(cells, odd, found)
        return found

    def _read_iso(self, cells: pa.LargeStringArray, found: Moments) -> NDArray[np.int64]:
        """Read what is in full ISO form; return the rows where it is not."""
        data, offsets = buffers(cells)
        lengths = np.diff(offsets)
        fine = np.zeros(len(cells), dtype=np.bool_)
        for length in np.flatnonzero(np.bincount(np.minimum(lengths, _LONGEST + 1))).tolist():
            if _CORE < length <= _LONGEST:
                rows = np.flatnonzero(lengths == length)
                local, offset, good = self._read_alike(wide(data, offsets[rows], length))
                rows, local, offset = rows[good], local[good], offset[good]
                fine[rows] = found.known[rows] = True
                found.local[rows], found.offset[rows] = local, offset
        return np.flatnonzero(~fine)

    def _read_alike(
        self, texts: NDArray[np.uint8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Read texts of one length, a row of bytes each: local time, offset, whether it is one."""
        local, good = _wall_time(np.ascontiguousarray(texts[:, :_CORE].T))
        tails = np.ascontiguousarray(texts[:, _CORE:]).view(f"V{texts.shape[1] - _CORE}").ravel()
        if (tails == tails[0]).all():
            spelled, places = tails[:1], np.zeros(len(tails), dtype=np.intp)
        else:
            spelled, places = np.unique(tails, return_inverse=True)
        read = np.array([self._tail(each.tobytes()) for each in spelled], dtype=np.int64)[places]
        return local + read[:, 0], read[:, 1], good & (read[:, 2] > 0)

    def _tail(self, text: bytes) -> tuple[int, int, bool]:
        """Return microseconds and offset of what stands behind the seconds, and if it is plain."""
        if text not in self._tails:
            if len(self._tails) > _KEPT:
                self._tails.clear()
            read = _tail(text.decode("utf-8", "replace"))
            self._tails[text] = (0, 0, False) if read is None else (*read, True)
        return self._tails[text]

    def _read_others(
        self, cells: pa.LargeStringArray, rows: NDArray[np.int64], found: Moments
    ) -> None:
        texts = cells.take(as_arrow(rows)).to_pylist()
        for row, cell in zip(rows.tolist(), texts, strict=True):
            if cell not in self._known:
                if len(self._known) > _KEPT:
                    self._known.clear()
                self._known[cell] = self._read(cell)
            read = self._known[cell]
            if read is None:
                found.bad[row] = True
            elif read[0] is not None:
                found.put(row, read[0])


def _tail(text: str) -> tuple[int, int] | None:
    """Return microseconds and offset of what stands behind the seconds; None where it is odd."""
    if not re.match(r"(?:\.\d{1,6})?(?:Z|[-+]\d\d:\d\d)\Z", text, re.ASCII):
        return None
    try:
        moment = datetime.fromisoformat("2000-01-01T00:00:00" + text)
    except ValueError:
        return None
    return moment.microsecond, int((moment.utcoffset() or timedelta()).total_seconds())


def _wall_time(texts: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the wall time of texts such as 2026-11-20T09:12:00, and whether it is one.

    `texts` has a row for each place, and a column for each text.
    """
    digits = texts - np.uint8(ord("0"))  # what is below wraps around, and is too large
    good = (digits[_DIGITS] <= 9).all(axis=0)
    for place, marks in _MARKS.items():
        good &= functools.reduce(np.logical_or, [texts[place] == mark for mark in marks])
    tens = digits[_DIGITS[0::2]] * np.uint8(10) + digits[_DIGITS[1::2]]
    century, year, month, day, hour, minute, second = tens
    months = (century.astype(np.int32) * 100 + year - _YEARS.start) * 12 + month - 1
    good &= (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    good &= (months >= 0) & (months < len(_MONTHS) - 1)
    months[~good] = 0
    first = _MONTHS[months]
    good &= (day >= 1) & (day <= _MONTHS[months + 1] - first)
    seconds = hour.astype(np.int64) * 3_600 + minute.astype(np.int64) * 60 + second
    return (first + day - 1) * DAY + seconds * SECOND, good


def moments_of(times: Sequence[datetime | None]) -> Moments:
    """Return times of Python as numbers; None is no time."""
    found = Moments.none(len(times))
    for row, moment in enumerate(times):
        if moment is not None:
            found.put(row, moment)
    return found


def micros_of(naive: datetime) -> int:
    """Return a naive time as microseconds since 1970."""
    return (naive - _EPOCH) // timedelta(microseconds=1)


def naive_of(micros: int) -> datetime:
    """Return microseconds since 1970 as a naive time."""
    return _EPOCH + timedelta(microseconds=micros)


def distinct(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct values in their order, and the place of each value among them."""
    if not len(values):
        return values, values
    low = int(values.min())
    span = int(values.max()) - low + 1
    if span > _SPAN:
        found, places = np.unique(values, return_inverse=True)
        return found, places
    # Days and offsets lie close together: counting them is far quicker than sorting.
    shifted = values - low
    present = np.bincount(shifted, minlength=span) > 0
    places = (np.cumsum(present) - 1)[shifted]
    return np.flatnonzero(present) + low, places


class ZoneTable:
    """The offsets of a time zone by the moment, by Python's own data for it."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._days = ByDay(self._of_day, 3)
        self._near = ByDay(self._changes_near, 1)
        self._hours: dict[int, bool] = {}

    def offsets(self, utc: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the offset in seconds at each moment (microseconds UTC)."""
        before, behind, change = self._days.of(utc // DAY)
        offsets: NDArray[np.int64] = np.where(utc < change, before, behind)
        for row in np.flatnonzero(change == _SEVERAL).tolist():
            offsets[row] = self._at(int(utc[row]))
        return offsets

    def changes(self, utc: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which moments are as near to a change of the offset as it is large, or nearly so.

        Only there may two moments of this zone follow each other the other way round by the clock
        on the wall.
        """
        changing: NDArray[np.bool_] = self._near.of(utc // DAY)[0] > 0
        rows = np.flatnonzero(changing)
        hours, places = np.unique(utc[rows] // _HOUR, return_inverse=True)
        known = [self._changes_by(hour) for hour in hours.tolist()]
        changing[rows] = np.array(known, dtype=np.bool_)[places]
        return changing

    def _of_day(self, day: int) -> tuple[int, int, int]:
        """Return the offsets at the beginning and the end of a day, and when one becomes the other.

        `_SEVERAL` where there is a third one between them.
        """
        first, last = day * DAY, (day + 1) * DAY - SECOND
        before, behind = self._at(first), self._at(last)
        if before == behind:
            return before, before, first
        while last - first > SECOND:
            middle = (first + last) // (2 * SECOND) * SECOND
            first, last = (middle, last) if self._at(middle) == before else (first, middle)
        return before, behind, last if self._at(last) == behind else _SEVERAL

    def _changes_near(self, day: int) -> tuple[int]:
        found = {self._at((day + step) * DAY) for step in (-1, 0, 1, 2)}
        return (len(found) > 1,)

    def _changes_by(self, hour: int) -> bool:
        """Say whether the offset changes near an hour (counted from 1970), by its own size."""
        if hour not in self._hours:
            days = [self._at(hour * _HOUR + step * DAY) for step in (-2, -1, 0, 1, 2)]
            reach = (max(days) - min(days)) // 3_600 + 2
            near = {self._at((hour + step) * _HOUR) for step in range(-reach, reach + 2)}
            if len(self._hours) >= _KEPT:
                self._hours.clear()
            self._hours[hour] = len(near) > 1
        return self._hours[hour]

    def _at(self, utc: int) -> int:
        moment = naive_of(utc).replace(tzinfo=UTC).astimezone(self._zone)
        return int((moment.utcoffset() or timedelta()).total_seconds())
