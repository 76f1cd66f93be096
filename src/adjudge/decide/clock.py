"""When a promised response is due: around the clock, in business hours, or in business days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import isodate

from adjudge.model.policy import Calendar, Policy, Promise
from adjudge.public_holidays import public_holidays

_MAX_DAYS = 3660  # ten years: a calendar whose every day is off must not loop for ever


def due(policy: Policy, promise: Promise, created_at: datetime) -> datetime | None:
    """Return when the response is due, in the zone of the promise's clock.

    Around the clock, and for elapsed business hours, the clock runs from the creation. `PnD` in
    business days ends with the working hours of the n-th working day after the day of creation.
    None where the calendar never reaches it.
    """
    try:
        return _due(policy, promise, created_at)
    except OverflowError:  # a ticket from the last days of the calendar
        return None


@lru_cache(maxsize=256)
def duration_of(within: str | None) -> timedelta:
    """Return the length of a promise in ISO 8601."""
    duration: timedelta = isodate.parse_duration(within)
    return duration


def _due(policy: Policy, promise: Promise, created_at: datetime) -> datetime | None:
    duration = duration_of(promise.within)
    if promise.clock == "around_the_clock" or promise.calendar is None:
        # Elapsed time, not wall time: a daylight saving change does not stretch the promise.
        utc = created_at.astimezone(ZoneInfo("UTC")) + duration
        return utc.astimezone(created_at.tzinfo)
    calendar = policy.calendars[promise.calendar]
    zone = created_at.tzinfo if calendar.zone == "customer" else ZoneInfo(calendar.zone)
    local = created_at.astimezone(zone)
    if promise.clock == "business_days":
        return _after_days(calendar, local, zone, max(1, duration.days))
    return _after_hours(calendar, local, zone, duration)


def _after_days(
    calendar: Calendar, local: datetime, zone: tzinfo | None, days: int
) -> datetime | None:
    for opens, closes in shifts(calendar, local.date(), zone):
        if opens.date() > local.date():
            days -= 1
            if days == 0:
                return closes
    return None


def _after_hours(
    calendar: Calendar, local: datetime, zone: tzinfo | None, left: timedelta
) -> datetime | None:
    utc = ZoneInfo("UTC")
    for opens, closes in shifts(calendar, local.date(), zone):
        start = max(opens, local).astimezone(utc)
        end = closes.astimezone(utc)
        if start < end:
            if end - start >= left:
                return (start + left).astimezone(zone)
            left -= end - start
    return None


def shifts(
    calendar: Calendar, first: date, zone: tzinfo | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the opening and closing times of the working days from `first` on."""
    for offset in range(_MAX_DAYS):
        day = first + timedelta(days=offset)
        if day.weekday() not in calendar.days or is_holiday(calendar, day):
            continue
        opens = datetime.combine(day, calendar.opens, zone)
        last = day + timedelta(days=1) if calendar.closes == time(0) else day
        yield opens, datetime.combine(last, calendar.closes, zone)


def is_holiday(calendar: Calendar, day: date) -> bool:
    """Say whether a day is off by the calendar's own list or its country's public holidays."""
    if day.isoformat() in calendar.holidays or day.strftime("%m-%d") in calendar.holidays:
        return True
    return calendar.country is not None and day in public_holidays(calendar.country, day.year)
