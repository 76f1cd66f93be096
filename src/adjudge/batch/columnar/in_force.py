"""What follows from the times of creation: the version in force, and the weekly windows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.moments import DAY, SECOND, Moments, ZoneTable
from adjudge.decide import Ruleset
from adjudge.model.policy import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WEEK = 7 * DAY
_THURSDAY = 3  # the weekday of 1 January 1970


class InForce:
    """The versions and the maintenance windows of a ruleset, for many tickets at once.

    Where tickets are not `dated`, no window is asked about.
    """

    def __init__(self, ruleset: Ruleset, wishes: Wishes, *, dated: bool = True) -> None:
        self._wishes = wishes
        self._versions = ruleset.compiled_versions
        self._windows = self._all_windows() if dated else []

    @property
    def windows(self) -> int:
        """How many windows there are."""
        return len(self._windows)

    def version(self, moments: Moments) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the number of the version in force, and where none is."""
        rows = len(moments.known)
        newest = len(self._versions) - 1
        version = np.full(rows, newest, dtype=np.int64)
        none = np.zeros(rows, dtype=np.bool_)
        starts = [each.policy.effective_from for each in self._versions]
        if newest == 0 and starts[0] is None:
            return version, none
        if self._wishes.as_of is not None:
            days = np.full(rows, (self._wishes.as_of - date(1970, 1, 1)).days, dtype=np.int64)
            dated = np.ones(rows, dtype=np.bool_)
        else:
            days, dated = moments.day(), moments.known
        found = np.full(rows, -1, dtype=np.int64)
        for number, start in enumerate(starts):
            begins = -(2**40) if start is None else (start - date(1970, 1, 1)).days
            found = np.where(begins <= days, number, found)
        version = np.where(dated, np.maximum(found, 0), version)
        none = dated & (found < 0)
        return version, none

    def inside(self, moments: Moments) -> list[NDArray[np.int64]]:
        """Return, for each window, which tickets were created in it."""
        found = []
        for window, table in self._windows:
            if table is None:
                wall = moments.local
            else:
                utc = moments.utc
                wall = utc + table.offsets(utc) * SECOND
            starts = window.starts.hour * 60 + window.starts.minute
            begin = ((window.weekday - _THURSDAY) % 7) * DAY + starts * 60 * SECOND
            # Since the window last began; where the window is longer than a week, always inside.
            since = (wall - begin) % _WEEK
            length = window.duration // timedelta(microseconds=1)
            inside = moments.known & (since < length)
            found.append(inside.astype(np.int64))
        return found

    def _all_windows(self) -> list[tuple[Window, ZoneTable | None]]:
        windows = [window for each in self._versions for window in each.policy.windows]
        tables = {
            window.zone: ZoneTable(ZoneInfo(window.zone))
            for window in windows
            if window.zone != "customer"
        }
        return [(window, tables.get(window.zone)) for window in windows]
