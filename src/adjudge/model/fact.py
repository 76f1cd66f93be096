"""Facts: named attributes of a ticket, each with a closed set of values.

The shared vocabulary is fixed (callers, import profiles and text evidence depend on its names);
a ruleset may add facts of its own and must name the values of `support_plan` and `customer_type`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["one_of", "yes_no", "number", "words"]
Value = str | bool | float | frozenset[str]
"""A normalised value: `str` for one_of, `bool`, `float` for numbers, `frozenset` for words."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A named attribute and its domain.

    `values` are the members of a `one_of` domain in order; an empty tuple there means that no
    ruleset has named them (any word is taken). `minimum` and `maximum` bound a number, inclusive.
    `description` is one sentence of documentation.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    minimum: float = -math.inf
    maximum: float = math.inf
    description: str = ""

    def normalise(self, raw: object) -> Value:
        """Return `raw` as a value of this domain.

        Raises `ValueError` with a message that says what would be right. Numbers are taken from
        numbers only; readers of text formats convert before they call this.
        """
        match self.kind:
            case "one_of":
                return self._one_of(raw)
            case "yes_no":
                if isinstance(raw, bool):
                    return raw
                quoted = isinstance(raw, str) and raw.strip().lower() in ("true", "false")
                raise ValueError("expected true or false" + ", without quotes" * quoted)
            case "number":
                return self._number(raw)
            case "words":
                return _words(raw)

    def _one_of(self, raw: object) -> str:
        if isinstance(raw, str) and (raw in self.values or (raw and not self.values)):
            return raw
        raise ValueError("expected one of " + ", ".join(self.values))

    def _number(self, raw: object) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            quoted = isinstance(raw, str) and _is_number(raw)
            raise ValueError("expected a number" + ", without quotes" * quoted)
        try:
            number = float(raw)
        except OverflowError:  # a whole number may have any number of digits
            number = math.inf
        if not math.isfinite(number):
            raise ValueError("expected a number")
        if not self.minimum <= number <= self.maximum:
            raise ValueError(f"expected a number from {self.minimum:g} to {self.maximum:g}")
        return number


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _words(raw: object) -> frozenset[str]:
    if isinstance(raw, list | tuple | set | frozenset) and all(
        isinstance(word, str) and word.strip() for word in raw
    ):
        return frozenset(word.strip().lower() for word in raw)
    raise ValueError("expected a list of words")


def plain(value: Value) -> object:
    """Return a value as JSON has it: sets as sorted lists, whole numbers without a fraction."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _one_of(name: str, *values: str) -> Fact:
    return Fact(name, "one_of", values)


# The order is the order in which facts are shown, and the last tie-break between questions.
VOCABULARY: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        _one_of(
            "request_type",
            "incident",
            "defect",
            "how_to",
            "information",
            "documentation",
            "feature_request",
            "training",
            "account_access",
            "device",
            "configuration",
            "billing",
        ),
        _one_of("environment", "production", "staging", "test", "development"),
        _one_of(
            "affected_function",
            "whole_service",
            "critical_function",
            "important_function",
            "minor_function",
        ),
        _one_of(
            "functional_impact",
            "unavailable",
            "severely_degraded",
            "degraded",
            "intermittent",
            "slow",
            "inconvenience",
            "none",
        ),
        _one_of("workaround", "none", "unacceptable", "available", "in_use"),
        _one_of("users_affected", "all", "many", "some", "single"),
        Fact("users_affected_percent", "number", minimum=0, maximum=100),
        _one_of("data_impact", "none", "minor", "major"),
        _one_of("business_impact", "critical", "significant", "minimal", "none"),
        _one_of("caused_by", "vendor", "customer", "third_party"),
        _one_of("development_workflow", "unaffected", "impaired", "blocked"),
        Fact("customer_can_resolve", "yes_no"),
        Fact("technology", "words"),
        _one_of("product_stage", "ga", "beta", "developer_preview"),
        _one_of("security_impact", "none", "suspected", "confirmed"),
        Fact("scheduled_maintenance", "yes_no"),
        _one_of("support_plan"),
        _one_of("customer_type"),
    )
}

PER_RULESET = ("support_plan", "customer_type")
"""Vocabulary facts whose values each ruleset names for itself."""

PRESUMED: dict[str, Value] = {
    "scheduled_maintenance": False,
    "product_stage": "ga",
    "caused_by": "vendor",
    "customer_can_resolve": False,
    "technology": frozenset(),
    "security_impact": "none",
    "data_impact": "none",
}
"""Facts that name exceptions, and what is taken where nothing states them."""
