"""Public holidays by country and year, from the package `holidays`, kept between runs.

Importing that package and its two hundred countries takes a tenth of a second, which a run that
reads ten rows would wait for. What it says of one country's year is a dozen dates, which go into
the cache under the package's version: after an update they are asked for anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.metadata import version

from adjudge import cache as kept

_PACKAGE = "holidays"


@cache
def known_countries() -> tuple[str, ...]:
    """Return the codes (ISO 3166) of the countries whose holidays are known."""
    return tuple(_kept("countries", _countries))


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country in a year.

    Raises `NotImplementedError` where `known_countries` has no such country.
    """

    def days() -> list[str]:
        import holidays

        return sorted(day.isoformat() for day in holidays.country_holidays(country, years=year))

    return frozenset(map(date.fromisoformat, _kept(f"{country}-{year}", days)))


def _countries() -> list[str]:
    from holidays.registry import EntityLoader

    return list(EntityLoader.get_country_codes())


def _kept(what: str, make: Callable[[], list[str]]) -> list[str]:
    name, key = f"holidays-{what}", kept.key_of([version(_PACKAGE).encode(), what.encode()])
    data = kept.load(name, key)
    if data is not None:
        return data.decode().split()
    found = make()
    kept.store(name, key, "\n".join(found).encode())
    return found
