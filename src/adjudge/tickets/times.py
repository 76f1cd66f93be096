"""The text of a cell as a moment, and which number of a date is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adjudge.model.profile import DayOrder

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LOCAL = re.compile(
    r"(?P<first>\d{1,4}|[A-Za-z]{3,9}\.?)(?P<mark>[-/. ])\s?(?P<second>\d{1,2}|[A-Za-z]{3,9})"
    r"(?:(?P=mark)|,)\s?(?P<third>\d{1,4})"
    r"(?:[,T]?\s*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second_of>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?\Z"
)
_OFFSET = re.compile(r"\s+(?:(UTC|GMT|Z)|([-+]\d{2}):?(\d{2}))\Z")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?\Z|\d{12,13}\Z")
_SEEN_WITHOUT_DOUBT = 200
_KNOWN = {"iso": "an ISO 8601 time", "epoch": "seconds since 1970"}
_ZONE = "`zone: Europe/Stockholm` (or yours)"
_LOCAL_DATES: dict[DayOrder, str] = {
    "day_first": "a date such as 14/07/2025 15:42 or 14/Jul/25 3:42 PM, with the day first",
    "month_first": "a date such as 07/14/2025 3:42 PM or 14/Jul/25 15:42, with the month first",
}


class Order(NamedTuple):
    """Which number of a column's dates is the day; `proof` is a date that only fits this way.

    `proof` is None where every date fits both ways; `doubtful` is then the first that does.
    """

    order: DayOrder
    proof: str | None = None
    doubtful: str | None = None


def day_order(texts: Iterable[str], otherwise: DayOrder) -> Order:
    """Return the order of day and month in a column, from the first date that leaves no choice.

    A column whose first dates all name the month, or start with the year, is read no further.
    """
    doubtful: str | None = None
    clear = 0
    for text in texts:
        match _order_of(text):
            case "day_first":
                return Order("day_first", text)
            case "month_first":
                return Order("month_first", text)
            case "either":
                doubtful = doubtful or text
            case _:
                clear += 1
        if doubtful is None and clear >= _SEEN_WITHOUT_DOUBT:
            break
    return Order(otherwise, None, doubtful)


def _order_of(text: str) -> str | None:
    """Return the order that a date proves, `either`, or None where the order says nothing."""
    match = _LOCAL.match(_OFFSET.sub("", text.strip()))
    if match is None or match["mark"] == "." or len(match["first"]) > 2:
        return None
    if not (match["first"].isdigit() and match["second"].isdigit()):
        return None
    first, second = int(match["first"]), int(match["second"])
    if first > 12 >= second:
        return "day_first"
    if second > 12 >= first:
        return "month_first"
    # The same number twice is the same date both ways.
    return "either" if first <= 12 and second <= 12 and first != second else None


class Times:
    """Reads moments in the formats of a profile, tried in their order.

    A moment without a zone of its own is in `zone`; where that is None, it cannot be read.
    `changed_by` is that of the profile, for messages.
    """

    def __init__(
        self,
        formats: Sequence[str],
        zone: str | None,
        order: DayOrder = "day_first",
        changed_by: str = "",
    ) -> None:
        self._formats = tuple(formats)
        self._zone = None if zone is None else ZoneInfo(zone)
        self._order: DayOrder = order
        self._changed_by = changed_by

    def read(self, text: str) -> datetime:
        """Return the moment, aware of its zone.

        Raises `ValueError` with a message that says what would be right.
        """
        for each in self._formats:
            try:
                moment = self._read(text, each)
            except ValueError:
                continue
            if moment.tzinfo is not None:
                return moment
            if self._zone is None:
                fault = "the time has no zone; add one, for example +01:00 or Z"
                by = self._changed_by
                raise ValueError(f"{fault}; or all get one by {by}{_ZONE}" if by else fault)
            return moment.replace(tzinfo=self._zone)
        raise ValueError(f"expected {', '.join(map(self._shown, self._formats))}{self._way(text)}")

    def _shown(self, form: str) -> str:
        return _LOCAL_DATES[self._order] if form == "local" else _KNOWN.get(form, f"`{form}`")

    def _way(self, text: str) -> str:
        """Return what would have a text read that no format of the profile fits."""
        form = next((each for each in ("local", "epoch") if _fits(text, each)), None)
        if form is None or form in self._formats or not self._changed_by:
            return ""
        zone = f" and {_ZONE}" if form == "local" and self._zone is None else ""
        dates = ", ".join((*self._formats, form))
        return f"; it is read by {self._changed_by}`dates: [{dates}]`{zone}"

    def _read(self, text: str, form: str) -> datetime:
        if form == "iso":
            # "2026-11-20 09:12:00 +0100" and "... UTC" are what exports make of ISO 8601.
            return datetime.fromisoformat(_OFFSET.sub(_joined_offset, text))
        if form == "epoch":
            return _epoch(text)
        if form == "local":
            return _local(text, self._order)
        return datetime.strptime(text, form)


def _fits(text: str, form: str) -> bool:
    """Say whether a text is read by one of the kinds of date, whatever order it has."""
    orders: tuple[DayOrder, ...] = ("day_first", "month_first")
    for order in orders:
        with suppress(ValueError):
            _epoch(text) if form == "epoch" else _local(text, order)
            return True
    return False


def _epoch(text: str) -> datetime:
    if _EPOCH.match(text) is None:
        raise ValueError("no seconds since 1970")
    number = float(text)
    return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)


def _joined_offset(match: re.Match[str]) -> str:
    return "+00:00" if match[1] else f"{match[2]}:{match[3]}"


def _local(text: str, order: DayOrder) -> datetime:
    offset = _OFFSET.search(text)
    match = _LOCAL.match(text if offset is None else text[: offset.start()])
    if match is None:
        raise ValueError("no date")
    year, month, day = _date(match, order)
    hour, half = int(match["hour"] or 0), (match["half"] or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if half == "pm" else 0)
    second = int(match["second_of"] or 0)
    moment = datetime(year, month, day, hour, int(match["minute"] or 0), second)
    if offset is None:
        return moment
    zone = datetime.fromisoformat("2000-01-01T00:00" + _joined_offset(offset)).tzinfo
    return moment.replace(tzinfo=zone)


def _date(match: re.Match[str], order: DayOrder) -> tuple[int, int, int]:
    first, second, third = match["first"], match["second"], match["third"]
    if first[0].isalpha():  # Jul 14, 2025
        return _year(third), _month(first), int(second)
    if second[0].isalpha():  # 14/Jul/25
        return _year(third), _month(second), int(first)
    if len(first) == 4:  # 2025/07/14
        return int(first), int(second), int(third)
    # With dots between the numbers the day comes first wherever such dates are written.
    if order == "day_first" or match["mark"] == ".":
        return _year(third), int(second), int(first)
    return _year(third), int(first), int(second)


def _month(name: str) -> int:
    short = name[:3].lower()
    if short not in _MONTHS:
        raise ValueError("no month")
    return _MONTHS.index(short) + 1


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        raise ValueError("no year")
    return int(text) + (2000 if int(text) < 70 else 1900)
