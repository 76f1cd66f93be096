"""Fills decision tables by array operations on the conditions, without any inference."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from adjudge.findings import Finding
from adjudge.model.axes import Axes, axes_of, derived_leaf
from adjudge.model.condition import All, AnyOf, Condition, Leaf
from adjudge.model.policy import Policy, Rule
from adjudge.table.decision_table import MAX_CELLS, DecisionTable, TooManyCases

Truth = NDArray[np.bool_]


def level_table(policy: Policy) -> DecisionTable:
    """Return the table of levels (outcome 0 is the most urgent).

    Raises `TooManyCases` where the facts combine to more than `MAX_CELLS` cells.
    """
    axes = _axes(policy, [rule.when for rule in policy.deciding_rules])
    rank = {level: number for number, level in enumerate(policy.level_ids)}
    levels = np.full(_shape(axes), rank[str(policy.residual.level)], dtype=np.int8)
    unclaimed = np.ones(_shape(axes), dtype=np.bool_)
    for number, level in enumerate(policy.level_ids):
        held = _any_of(axes, (rule for rule in policy.criteria if rule.level == level))
        levels[unclaimed & held] = number
        unclaimed &= ~held
    for floor in policy.floors:
        held = truth(floor.when, axes)
        levels = np.where(held, np.minimum(levels, rank[str(floor.level)]), levels)
    # A level is first raised by every floor and then lowered by every cap, so caps win.
    for cap in policy.caps:
        held = truth(cap.when, axes)
        levels = np.where(held, np.maximum(levels, rank[str(cap.level)]), levels)
    return _table(policy, axes, levels, len(policy.levels))


def entitlement_table(policy: Policy) -> DecisionTable:
    """Return the table of entitlement: outcome 0 is not entitled, 1 is entitled."""
    conditions = [policy.entitlement.when] if policy.entitlement else []
    axes = _axes(policy, conditions)
    values = np.ones(_shape(axes), dtype=np.int8)
    for condition in conditions:
        values = np.where(truth(condition, axes), 1, 0).astype(np.int8)
    return _table(policy, axes, values, 2)


def response_table(policy: Policy, level: str) -> DecisionTable:
    """Return the table of promises for one level among tickets that are entitled.

    Outcome n is the n-th promise that covers the level (the first that holds), and the last
    outcome is that no time is promised. Cells without entitlement are empty.
    """
    promises = [promise for promise in policy.promises if level in promise.levels]
    gate = [policy.entitlement.when] if policy.entitlement else []
    axes = _axes(policy, [*(promise.rule.when for promise in promises), *gate])
    values = np.full(_shape(axes), len(promises), dtype=np.int8)
    for number in reversed(range(len(promises))):
        values = np.where(truth(promises[number].rule.when, axes), number, values).astype(np.int8)
    for condition in gate:
        values = np.where(truth(condition, axes), values, -1).astype(np.int8)
    return _table(policy, axes, values, len(promises) + 1)


def law_tables(policy: Policy, axes: Axes, levels: DecisionTable) -> tuple[DecisionTable, ...]:
    """Return tables of the laws that touch no fact of the level table: empty where facts break one.

    `axes` are those of all conditions: what only entitlement, responses or indicators read has
    laws, too.
    """
    left = [law for law in axes.derivations if law not in levels.axes.derivations]
    tables = []
    while left:
        tied = _axes(policy, [left[0].when])
        tables.append(_table(policy, tied, np.zeros(_shape(tied), dtype=np.int8), 1))
        left = [law for law in left if law not in tied.derivations]
    return tuple(tables)


def truth(condition: Condition, axes: Axes) -> Truth:
    """Return, broadcastable over the known cells, where a condition holds."""
    if isinstance(condition, Leaf):
        position = axes.position[condition.fact]
        shape = [1] * len(axes)
        shape[position] = len(axes.axes[position].classes)
        return np.array(axes.axes[position].holding(condition), dtype=np.bool_).reshape(shape)
    parts = [truth(part, axes) for part in condition.parts]
    start: Truth = np.ones([1] * len(axes), dtype=np.bool_)
    if isinstance(condition, All):
        for part in parts:
            start = start & part
        return start
    if isinstance(condition, AnyOf):
        start = ~start
        for part in parts:
            start = start | part
        return start
    count = np.zeros([1] * len(axes), dtype=np.int16)
    for part in parts:
        count = count + part
    return np.asarray(count >= condition.count)


def rule_truth(policy: Policy, rule: Rule, axes: Axes) -> Truth:
    """Return, broadcastable over the known cells, where a rule holds; a residual holds where no
    criterion does."""
    if rule.kind == "residual":
        return ~_any_of(axes, policy.criteria)
    return truth(rule.when, axes)


def _any_of(axes: Axes, rules: Iterable[Rule]) -> Truth:
    return truth(AnyOf(tuple(rule.when for rule in rules)), axes)


def _shape(axes: Axes) -> tuple[int, ...]:
    return tuple(len(axis.classes) for axis in axes.axes)


def _table(policy: Policy, axes: Axes, values: NDArray[np.int8], outcomes: int) -> DecisionTable:
    known = np.array(np.broadcast_to(values, _shape(axes)), dtype=np.int8)
    for law in axes.derivations:
        concluded = truth(derived_leaf(law, policy.facts), axes)
        known[np.broadcast_to(truth(law.when, axes) & ~concluded, known.shape)] = -1
    return DecisionTable(axes, known, outcomes)


def _axes(policy: Policy, conditions: Iterable[Condition]) -> Axes:
    axes = axes_of(policy, conditions)
    cells = math.prod(axis.size for axis in axes.axes)
    if cells > MAX_CELLS:
        sizes = ", ".join(f"{axis.fact.name} {axis.size}" for axis in axes.axes)
        raise TooManyCases(
            [
                Finding(
                    "too-many-cases",
                    f"the facts of `{policy.name}` combine to {cells:,} cases, "
                    f"and a ruleset has at most {MAX_CELLS:,} (classes: {sizes})",
                    policy.residual.span,
                    "test fewer facts, or fewer different thresholds of a fact",
                )
            ]
        )
    return axes
