"""Public holidays: what the package says, asked of it once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import holidays
import pytest

from adjudge import cache
from adjudge.public_holidays import known_countries, public_holidays


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    for asked in (known_countries, public_holidays):
        asked.cache_clear()
    yield tmp_path
    for asked in (known_countries, public_holidays):
        asked.cache_clear()


@pytest.mark.parametrize("country", ["US", "SE", "DE", "CH"])
@pytest.mark.parametrize("year", [1999, 2026])
def test_they_are_those_of_the_package(country: str, year: int) -> None:
    expected = frozenset(holidays.country_holidays(country, years=year))
    assert public_holidays(country, year) == expected
    public_holidays.cache_clear()
    assert public_holidays(country, year) == expected  # as kept


def test_the_countries_are_those_of_the_package() -> None:
    expected = set(holidays.registry.EntityLoader.get_country_codes())
    assert set(known_countries()) == expected
    known_countries.cache_clear()
    assert set(known_countries()) == expected
    assert "SE" in expected
    assert "XX" not in expected


def test_an_unknown_country_is_no_year_without_holidays(folder: Path) -> None:
    with pytest.raises(NotImplementedError):
        public_holidays("XX", 2026)
    assert not list(folder.iterdir())


ASKED = """
import sys
from datetime import date
from adjudge.public_holidays import known_countries, public_holidays
assert date(2026, 7, 4) in public_holidays("US", 2026) and "US" in known_countries()
print("holidays" in sys.modules)
"""


def test_another_run_does_not_load_the_package() -> None:
    command = [sys.executable, "-c", ASKED]
    told = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in "ab"]
    assert [run.stdout.strip() for run in told] == ["True", "False"]
    assert date(2026, 12, 25) in public_holidays("US", 2026)
