"""Times of creation as numbers, and time zones as tables; what is unusual is asked of Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1)
_CORE = 19  # 2026-11-20T09:12:00
_MARKS = {4: b"-", 7: b"-", 10: b"T ", 13: b":", 16: b":"}
_DIGITS = [place for place in range(_CORE) if place not in _MARKS]
_KEPT = 200_000
_SPAN = 1_000_000
_YEARS = range(1900, 2200)  # what lies beyond is left to the row reader, and so are its overflows

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
        self._tails: dict[str, tuple[int, int] | None] = {}
        self._known: dict[object, tuple[datetime | None] | None] = {}

    def read(self, cells: pl.Series) -> Moments:
        """Return the moments of a column of cells."""
        import polars as pl

        found = Moments.none(len(cells))
        if cells.dtype != pl.String:
            cells = pl.Series([None if each is None else str(each) for each in cells.to_list()])
        cells = cells.cast(pl.String).fill_null("")
        odd = np.ones(len(cells), dtype=np.bool_)
        if self._iso:
            odd = self._read_iso(cells, found)
        if odd.any():
            self._read_others(cells, np.flatnonzero(odd), found)
        return found

    def _read_iso(self, cells: pl.Series, found: Moments) -> NDArray[np.bool_]:
        """Read what is in full ISO form; return where it is not."""
        core = cells.str.head(_CORE)
        usable = (core.str.len_bytes() == _CORE).to_numpy() & (
            core.str.len_chars() == _CORE
        ).to_numpy()
        where = np.flatnonzero(usable)
        if not len(where):
            return np.ones(len(cells), dtype=np.bool_)
        text = (core if len(where) == len(cells) else core.gather(where)).str.join("").item()
        table = np.frombuffer(text.encode(), dtype=np.uint8).reshape(-1, _CORE)
        local, good = _wall_time(table)
        micros, offsets, fine = self._tails_of(cells.str.slice(_CORE).gather(where))
        good &= fine
        rows = where[good]
        found.known[rows] = True
        found.local[rows] = (local + micros)[good]
        found.offset[rows] = offsets[good]
        odd = np.ones(len(cells), dtype=np.bool_)
        odd[rows] = False
        return odd

    def _tails_of(
        self, tails: pl.Series
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        import polars as pl

        frame = pl.DataFrame({"tail": tails})
        spelled = frame["tail"].unique().to_list()
        if len(self._tails) > _KEPT:
            self._tails.clear()
        for tail in spelled:
            if tail not in self._tails:
                self._tails[tail] = _tail(tail)
        read = [self._tails[tail] for tail in spelled]
        numbers = (
            tails.replace_strict(spelled, list(range(len(spelled))), return_dtype=pl.Int64)
        ).to_numpy()
        micros = np.array([each[0] if each else 0 for each in read], dtype=np.int64)
        offsets = np.array([each[1] if each else 0 for each in read], dtype=np.int64)
        fine = np.array([each is not None for each in read], dtype=np.bool_)
        return micros[numbers], offsets[numbers], fine[numbers]

    def _read_others(self, cells: pl.Series, rows: NDArray[np.int64], found: Moments) -> None:
        for row, cell in zip(rows.tolist(), cells.gather(rows).to_list(), strict=True):
            if cell not in self._known:
                if len(self._known) > _KEPT:
                    self._known.clear()
                self._known[cell] = self._read(cell)
            read = self._known[cell]
            if read is None:
                found.bad[row] = True
            elif read[0] is not None:
                found.known[row] = True
                moment = read[0]
                found.zoned[row] = not isinstance(moment.tzinfo, timezone)
                found.local[row] = micros_of(moment.replace(tzinfo=None))
                offset = moment.utcoffset() or timedelta()
                found.bad[row] = bool(offset.microseconds) or moment.year not in _YEARS
                found.offset[row] = offset // timedelta(seconds=1)


def _tail(text: str) -> tuple[int, int] | None:
    """Return microseconds and offset of what stands behind the seconds; None where it is odd."""
    if not re.match(r"(?:\.\d{1,6})?(?:Z|[-+]\d\d:\d\d)\Z", text, re.ASCII):
        return None
    try:
        moment = datetime.fromisoformat("2000-01-01T00:00:00" + text)
    except ValueError:
        return None
    return moment.microsecond, int((moment.utcoffset() or timedelta()).total_seconds())


def _wall_time(table: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the wall time of texts such as 2026-11-20T09:12:00, and whether it is one."""
    digits = table[:, _DIGITS].astype(np.int64) - ord("0")
    good = ((digits >= 0) & (digits <= 9)).all(axis=1)
    for place, marks in _MARKS.items():
        good &= np.isin(table[:, place], np.frombuffer(marks, dtype=np.uint8))
    tens = digits[:, 0::2] * 10 + digits[:, 1::2]
    year = tens[:, 0] * 100 + tens[:, 1]
    month, day, hour, minute, second = (tens[:, number] for number in range(2, 7))
    good &= (
        (year >= _YEARS.start) & (year < _YEARS.stop) & (month >= 1) & (month <= 12) & (day >= 1)
    )
    good &= (hour < 24) & (minute < 60) & (second < 60)
    months = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    good &= day <= following - first
    seconds = (first + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    return seconds * SECOND, good


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
        self._days: dict[int, int | None] = {}

    def offsets(self, utc: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the offset in seconds at each moment (microseconds UTC)."""
        days = utc // DAY
        found_days, places = distinct(days)
        by_day = [self._of_day(int(day)) for day in found_days]
        offsets = np.array([0 if each is None else each for each in by_day], dtype=np.int64)
        found: NDArray[np.int64] = offsets[places]
        changing = np.array([each is None for each in by_day], dtype=np.bool_)
        for row in np.flatnonzero(changing[places]).tolist():
            found[row] = self._at(int(utc[row]))
        return found

    def changes(self, utc: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which moments are within a day of a change of the offset."""
        found_days, places = distinct(utc // DAY)
        near = [
            None in (found := [self._of_day(int(day) + step) for step in (-1, 0, 1)])
            or len(set(found)) > 1
            for day in found_days
        ]
        changing: NDArray[np.bool_] = np.array(near, dtype=np.bool_)[places]
        return changing

    def _of_day(self, day: int) -> int | None:
        """Return the offset of a whole day, None where it changes on it."""
        if day not in self._days:
            begins, ends = self._at(day * DAY), self._at((day + 1) * DAY - 1)
            self._days[day] = begins if begins == ends else None
        return self._days[day]

    def _at(self, utc: int) -> int:
        moment = naive_of(utc).replace(tzinfo=UTC).astimezone(self._zone)
        return int((moment.utcoffset() or timedelta()).total_seconds())
