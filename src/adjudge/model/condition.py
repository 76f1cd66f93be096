"""Conditions on facts, in negation normal form.

A condition is a leaf (one test of one fact) or a combination. `not` exists only while a ruleset
is read: `negate` moves it down to the leaves, so that every evaluator has one form to handle and
the trail can say of each leaf what was expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adjudge.model.fact import Value


@dataclass(frozen=True, slots=True)
class Among:
    """The value is one of `values` (for one_of and yes/no facts)."""

    values: tuple[str | bool, ...]

    def holds(self, value: Value) -> bool:
        """Say whether a known value passes."""
        return value in self.values

    def expected(self) -> object:
        """Return what was expected, as the trail shows it."""
        return self.values[0] if len(self.values) == 1 else list(self.values)


@dataclass(frozen=True, slots=True)
class Within:
    """A number between two bounds; each bound is None (open end), inclusive or exclusive."""

    low: float | None = None
    high: float | None = None
    low_inclusive: bool = True
    high_inclusive: bool = True

    def holds(self, value: Value) -> bool:
        """Say whether a known number passes."""
        if not isinstance(value, float):
            return False
        above = self.low is None or (value >= self.low if self.low_inclusive else value > self.low)
        below = self.high is None or (
            value <= self.high if self.high_inclusive else value < self.high
        )
        return above and below

    def expected(self) -> object:
        """Return what was expected, as the trail shows it."""
        if self.low is not None and self.low == self.high:
            return f"= {self.low:g}"
        parts = []
        if self.low is not None:
            parts.append(f"{'>=' if self.low_inclusive else '>'} {self.low:g}")
        if self.high is not None:
            parts.append(f"{'<=' if self.high_inclusive else '<'} {self.high:g}")
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Contains:
    """A set of words holds any (or, with `every`, each) of `words`."""

    words: tuple[str, ...]
    every: bool = False

    def holds(self, value: Value) -> bool:
        """Say whether a known set passes."""
        if not isinstance(value, frozenset):
            return False
        found = [word in value for word in self.words]
        return all(found) if self.every else any(found)

    def expected(self) -> object:
        """Return what was expected, as the trail shows it."""
        joiner = " and " if self.every else " or "
        return "contains " + joiner.join(self.words)


@dataclass(frozen=True, slots=True)
class Empty:
    """A set of words is known to be empty."""

    def holds(self, value: Value) -> bool:
        """Say whether a known set passes."""
        return value == frozenset()

    def expected(self) -> object:
        """Return what was expected, as the trail shows it."""
        return "empty"


Test = Among | Within | Contains | Empty


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test of one fact; `negated` leaves hold where the test fails on a known value."""

    fact: str
    test: Test
    negated: bool = False

    def holds(self, value: Value) -> bool:
        """Say whether a known value passes."""
        return self.test.holds(value) is not self.negated

    def expected(self) -> object:
        """Return what was expected, as the trail shows it."""
        wanted = self.test.expected()
        return {"not": wanted} if self.negated else wanted


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds (an empty All is true)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds (an empty AnyOf is false)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold; 1 <= count <= number of parts."""

    count: int
    parts: tuple[Condition, ...]


Condition = Leaf | All | AnyOf | AtLeast
ALWAYS = All(())


def negate(condition: Condition) -> Condition:
    """Return the negation, with every `not` at the leaves."""
    match condition:
        case Leaf():
            return replace(condition, negated=not condition.negated)
        case All(parts):
            return AnyOf(tuple(negate(part) for part in parts))
        case AnyOf(parts):
            return All(tuple(negate(part) for part in parts))
        case AtLeast(count, parts):
            # Fewer than n of m hold exactly when at least m - n + 1 of them fail.
            return AtLeast(len(parts) - count + 1, tuple(negate(part) for part in parts))


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves from left to right, with repetitions."""
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves(part)
