"""Cells as values of facts, and as moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudge.model.fact import VOCABULARY, Fact, Value
from adjudge.model.profile import FactColumn
from adjudge.tickets.times import Times
from adjudge.tickets.values import FactCells, read_value


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("environment", "production", "production"),
        ("environment", " Production ", "production"),
        ("request_type", "How To", "how_to"),
        ("request_type", "feature-request", "feature_request"),
        ("workaround", "none", "none"),
        ("workaround", "Unknown", None),
        ("support_plan", "Gold plan", "Gold plan"),
        ("customer_can_resolve", "TRUE", True),
        ("customer_can_resolve", "No", False),
        ("customer_can_resolve", "1", True),
        ("customer_can_resolve", "0", False),
        ("users_affected_percent", "4.99", 4.99),
        ("users_affected_percent", "4,99", 4.99),
        ("users_affected_percent", "5 %", 5.0),
        ("users_affected_percent", "5%", 5.0),
        ("users_affected_percent", "0,125", 0.125),
        ("users_affected_percent", "1e1", 10.0),
        ("technology", "Java; PHP", frozenset({"java", "php"})),
        ("technology", "java,php,", frozenset({"java", "php"})),
        ("technology", '["java", "php"]', frozenset({"java", "php"})),
        ("technology", "[]", frozenset()),
        ("technology", "None", frozenset()),
    ],
)
def test_a_cell_is_read_in_the_spellings_that_people_use(
    fact: str, text: str, value: Value | None
) -> None:
    assert read_value(VOCABULARY[fact], text) == value


@pytest.mark.parametrize(
    ("fact", "text", "message"),
    [
        ("environment", "prod", "expected one of production"),
        ("customer_can_resolve", "maybe", "expected true or false"),
        ("customer_can_resolve", "2", "expected true or false"),
        ("users_affected_percent", "half", "expected a number"),
        ("users_affected_percent", "nan", "expected a number"),
        ("users_affected_percent", "1e999", "expected a number"),
        ("users_affected_percent", "101", "from 0 to 100"),
        ("users_affected_percent", "1,234", "1.234 or 1234"),
        ("users_affected_percent", "1,234.5", "expected a number"),
        ("technology", ";", "expected words"),
    ],
)
def test_a_cell_that_says_something_else_is_refused(fact: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_value(VOCABULARY[fact], text)


@given(st.sampled_from(sorted(VOCABULARY)), st.text(max_size=12))
def test_any_text_is_a_value_of_the_domain_or_refused(name: str, text: str) -> None:
    fact = VOCABULARY[name]
    try:
        value = read_value(fact, text)
    except ValueError:
        return
    assert value is None or fact.normalise(value) == value


def cells(values: dict[str, object], **settings: object) -> FactCells:
    source = FactColumn(("Env",), values, **settings)  # type: ignore[arg-type]
    return FactCells(VOCABULARY["environment"], source, "ours", frozenset({"", "-"}))


def test_a_map_of_values_is_the_only_reading_of_a_cell() -> None:
    column = cells({"live": "production", "n/a": None})
    assert column.read(" LIVE ") == "production"
    assert column.read("N/A") is None
    assert column.read("-") is None
    for _ in range(2):  # the second time from what is remembered
        with pytest.raises(ValueError, match=r"`ours` does not say what it means"):
            column.read("production")
    with pytest.raises(ValueError, match="did you mean `live`"):
        column.read("lve")


def test_other_values_may_be_unknown() -> None:
    assert cells({"live": "production"}, other_values="unknown").read("Moon") is None


def test_a_map_that_does_not_fit_the_ruleset_is_refused_where_it_is_used() -> None:
    impact = Fact("impact", "one_of", ("1", "2"))
    column = FactCells(impact, FactColumn(("impact",), {"1 - high": "high"}), "ours", frozenset())
    with pytest.raises(ValueError, match="`ours` takes it for `high`: expected one of 1, 2"):
        column.read("1 - High")


def test_json_cells_are_read_as_they_are() -> None:
    def read(fact: str, cell: object) -> Value | None:
        empty = frozenset({""})
        return FactCells(VOCABULARY[fact], FactColumn((fact,)), "ours", empty).read(cell)

    assert read("technology", ["Java"]) == frozenset({"java"})
    assert read("customer_can_resolve", True) is True
    assert read("users_affected_percent", 4.99) == 4.99
    assert read("environment", None) is None
    with pytest.raises(ValueError, match="expected one of"):
        read("environment", {"value": "production"})


def test_times_are_tried_in_order_and_get_the_zone() -> None:
    times = Times(("iso", "%d/%m/%Y %H:%M"), "Europe/Stockholm")
    assert times.read("29/2/2016 01:16") == datetime(2016, 2, 29, 0, 16, tzinfo=UTC)
    assert times.read("2016-07-01 10:00:00") == datetime(2016, 7, 1, 8, tzinfo=UTC)
    assert times.read("2016-07-01T10:00:00Z").utcoffset() == timedelta(0)
    assert times.read("5/6/2016 10:00").month == 6


@pytest.mark.parametrize(
    ("zone", "text", "message"),
    [
        ("UTC", "2/29/2016 01:16", "expected an ISO 8601 time, `%d/%m/%Y %H:%M`"),
        ("UTC", "yesterday", "expected an ISO 8601 time"),
        (None, "2016-02-29 01:16", "no zone"),
    ],
)
def test_other_times_are_refused(zone: str | None, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Times(("iso", "%d/%m/%Y %H:%M"), zone).read(text)
