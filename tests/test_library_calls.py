"""Calls of the library with what callers have at hand: values of other libraries, and odd ones."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

import adjudge
from adjudge.decide import Ruleset
from adjudge.findings import InputError

ENDLESS = 10**5000
"""A number of more digits than Python writes out."""


@pytest.fixture(scope="module")
def jelastic() -> Ruleset:
    return adjudge.load("jelastic")


@pytest.mark.parametrize(
    "value",
    [ENDLESS, [ENDLESS], {"a": ENDLESS}, Decimal("sNaN")],
    ids=["number", "list", "mapping", "decimal"],
)
@pytest.mark.parametrize("fact", ["request_type", "customer_can_resolve", "technology"])
def test_a_number_that_cannot_be_written_out_is_a_finding(
    jelastic: Ruleset, fact: str, value: object
) -> None:
    with pytest.raises(InputError, match=f"is no value of `{fact}`"):
        jelastic.decide({fact: value})


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("id", ENDLESS, "`id` is too long a number"),
        ("filed", ENDLESS, "`filed` is too long a number"),
        ("created_at", ENDLESS, "`created_at` is of the type `int`"),
        ("created_at", [ENDLESS], "`created_at` is of the type `list`"),
    ],
    ids=["id", "filed", "number", "list"],
)
def test_a_field_that_cannot_be_written_out_is_a_finding(
    field: str, value: object, named: str
) -> None:
    with pytest.raises(InputError, match=named):
        adjudge.Ticket.from_dict({"id": "T-1", field: value})


def test_the_scalars_of_arrow_are_taken_for_what_they_are(jelastic: Ruleset) -> None:
    facts = {
        "request_type": "incident",
        "users_affected_percent": 30,
        "customer_can_resolve": True,
        "technology": ["php"],
        "environment": None,
    }
    known = {name: value for name, value in facts.items() if name in jelastic.policy.facts}
    of_arrow = {name: pa.scalar(value) for name, value in known.items()}
    assert jelastic.decide(of_arrow).to_dict() == jelastic.decide(known).to_dict()
    with pytest.raises(InputError, match="`high` is no value of `request_type`"):
        jelastic.decide({"request_type": pa.scalar("high")})


@pytest.mark.parametrize("field", [1, ["a column"]])
def test_a_field_that_a_fact_came_from_is_a_text(jelastic: Ruleset, field: object) -> None:
    ticket = adjudge.Ticket(
        "T-1",
        facts={"request_type": "incident"},
        fields={"request_type": field},  # type: ignore[dict-item]
    )
    with pytest.raises(InputError, match=f"of the type `{type(field).__name__}`"):
        jelastic.decide(ticket)


@pytest.mark.parametrize("rank", [0, -1])
def test_ranks_are_counted_from_one(rank: int) -> None:
    with pytest.raises(InputError, match="there is no such rank"):
        adjudge.Ticket("T-1", filed="schlimm", filed_rank=rank)


@pytest.mark.parametrize("choice", [None, 1, ["low"]])
def test_a_choice_is_a_text(choice: object) -> None:
    with pytest.raises(InputError, match="`options, low_low` has to be a text"):
        adjudge.load("servicenow", options={"low_low": choice})  # type: ignore[dict-item]


def test_options_of_any_names_that_are_none_are_told_one_by_one() -> None:
    with pytest.raises(InputError) as caught:
        adjudge.load("servicenow", options={1: "low", "x": "low"})  # type: ignore[dict-item]
    told = [each.message for each in caught.value.findings]
    assert told == ["the ruleset has no option `1`", "the ruleset has no option `x`"]
