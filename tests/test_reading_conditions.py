"""Conditions that cannot be meant as they are written are refused, and in no time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import HEAD

Codes = Callable[[str], list[str]]


def rule(when: str) -> str:
    return f"{HEAD}criteria:\n  - {{id: a, level: P1, because: b, when: {when}}}\n"


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{environment: []}", "condition-shape"),
        ("{environment: {not: []}}", "condition-shape"),
        ("{customer_can_resolve: []}", "condition-shape"),
        ("{technology: {contains: []}}", "condition-shape"),
        ('{technology: {contains: [""]}}', "condition-shape"),
        ('{technology: {contains_all: [php, " "]}}', "condition-shape"),
        ("{users_affected_percent: {at_least: 5, below: 5}}", "empty-range"),
        ("{users_affected_percent: {above: 5, at_most: 5}}", "empty-range"),
        ("{users_affected_percent: {above: 5, below: 5}}", "empty-range"),
        ("{at_least: {count: true, of: [{environment: test}]}}", "condition-shape"),
        ("{definition: [a]}", "condition-shape"),
        ("{definition: null}", "condition-shape"),
    ],
)
def test_a_test_that_tests_nothing_is_refused(codes: Codes, when: str, code: str) -> None:
    assert codes(rule(when)) == [code]


def test_the_bounds_of_one_number_are_that_number(codes: Codes) -> None:
    assert codes(rule("{users_affected_percent: {at_least: 5, at_most: 5}, enviroment: test}")) == [
        "unknown-fact"
    ]


def test_definitions_that_grow_by_powers_are_refused_in_no_time(codes: Codes) -> None:
    grown = "".join(
        f"  d{number}: {{any: [{{definition: d{number - 1}}}, {{definition: d{number - 1}}}]}}\n"
        for number in range(1, 40)
    )
    text = rule("{definition: d39}") + "definitions:\n  d0: {environment: production}\n" + grown
    assert codes(text) == ["ruleset-too-large"]


def test_thousands_of_problems_are_found_in_no_time(codes: Codes) -> None:
    facts = ", ".join(f"f{number}: null" for number in range(3000))
    assert codes(f"{HEAD}facts: {{{facts}}}\n") == ["wrong-value"] * 3000
