"""Reads durations, time zones and calendars."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import isodate

from adjudge.model.policy import Calendar
from adjudge.public_holidays import known_countries
from adjudge.reading.names import Names, Path

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Clocks:
    """Reads the parts of a document that speak of time."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def duration(self, text: str, path: Path) -> timedelta:
        """Return an ISO 8601 duration as a length of time, reporting what is none."""
        try:
            duration = isodate.parse_duration(text)
        except (isodate.ISO8601Error, TypeError):
            duration = None
        if not isinstance(duration, timedelta) or duration <= timedelta(0):
            message = f"`{text}` is no duration"
            self._names.report(
                "bad-duration", message, path, "for example PT4H for four hours, P1D for a day"
            )
            return timedelta(hours=1)
        return duration

    def zone(self, name: str, path: Path) -> str:
        """Return the name of a time zone, reporting an unknown one."""
        if name == "customer":
            return name
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            message = f"there is no time zone `{name}`"
            self._names.report(
                "unknown-zone", message, path, "an IANA name such as Europe/Stockholm"
            )
            return "UTC"
        return name

    def calendar(self, name: str) -> Calendar:
        """Return a calendar of the document."""
        each = self._names.doc.calendars[name]
        path = ("calendars", name)
        for index, day in enumerate(each.holidays):
            if not _is_day(day):
                message = f"`{day}` is no day"
                help = "write YYYY-MM-DD, or MM-DD for every year"
                self._names.report("bad-date", message, (*path, "holidays", index), help)
        opens, closes = time_of_day(each.hours.opens), time_of_day(each.hours.closes)
        if closes != time(0) and opens >= closes:
            self._names.report("empty-range", "the hours end before they begin", (*path, "hours"))
        if each.country is not None:
            self._check_country(each.country, (*path, "country"))
        days = tuple(DAYS.index(day) for day in each.days)
        zone = self.zone(each.zone, (*path, "zone"))
        return Calendar(name, zone, days, opens, closes, tuple(each.holidays), each.country)

    def _check_country(self, country: str, path: Path) -> None:
        if country not in known_countries():
            message = f"there is no country with known holidays `{country}`"
            help = "write its two letters of ISO 3166, such as SE"
            self._names.report("unknown-country", message, path, help)

    def effective_from(self) -> date | None:
        """Return the day from which the version holds, if it says one."""
        text = self._names.doc.effective_from
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._names.report(
                "bad-date", f"`{text}` is no date", ("effective_from",), "write YYYY-MM-DD"
            )
            return None


def time_of_day(text: str) -> time:
    """Return `HH:MM` as a time; 24:00 is midnight."""
    hour, minute = text.split(":")
    return time(int(hour) % 24, int(minute))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text if len(text) == 10 else f"2024-{text}")
    except ValueError:
        return False
    return True
