"""What each cell of a decision table answers: level, possible levels, deciding rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adjudge.decide.compiled import CompiledPolicy
from adjudge.decide.trail import deciding_rules
from adjudge.inference import Conclusions
from adjudge.model.axes import Axes, Case, derived_leaf
from adjudge.model.condition import All, AnyOf, Condition, Leaf
from adjudge.model.policy import Policy, Rule
from adjudge.table.decision_table import DecisionTable, bits
from adjudge.table.fill import rule_truth

CONTRADICTION = -1
_FALSE, _UNKNOWN, _TRUE = 0, 1, 2
_IDLE = 3  # unknown, and in no completion together with the level that the rule would make
_OUTCOMES = ("false", "unknown", "true", "unknown")

Cells = NDArray[np.int16]
"""Cases as rows: a class for each axis."""


class Answer(NamedTuple):
    """What is said about a cell; `possible` and `rules` are words, most urgent first."""

    level: str
    possible: str
    rules: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision table whose cells hold numbers of `answers`, or `CONTRADICTION`."""

    axes: Axes
    numbers: NDArray[np.int32]
    answers: tuple[Answer, ...]


def answered(compiled: CompiledPolicy, *, presume: bool) -> Answered:
    """Return the answer to every cell of the level table.

    With `presume`, an unknown fact that the policy presumes has the presumed value, as in
    decisions; without it, the cell is answered as it stands.
    """
    table, policy = compiled.table, compiled.policy
    shape = table.masks.shape
    cells = _every_cell(shape)
    contradictory = table.masks.reshape(-1) == 0
    cells = _derived(table.axes, policy, cells)
    if presume:
        cells = _presumed(compiled, cells)
    places = _places(cells, shape)
    masks = table.masks.reshape(-1)[places]
    rules = policy.deciding_rules
    outcomes = np.stack([_outcomes(policy, rule, table, cells, places) for rule in rules])
    rows = np.concatenate([masks[None, :].astype(np.int64), outcomes.astype(np.int64)])
    distinct, numbers = _distinct(rows)
    answers: dict[Answer, int] = {}
    meant = [CONTRADICTION] * distinct.shape[1]
    for place in range(distinct.shape[1]):
        mask, *held = distinct[:, place].tolist()
        if mask:
            answer = _answer(policy, mask, held)
            meant[place] = answers.setdefault(answer, len(answers))
    final = np.array(meant, dtype=np.int32)[numbers]
    final[contradictory] = CONTRADICTION
    return Answered(table.axes, final.reshape(shape), tuple(answers))


def _every_cell(shape: tuple[int, ...]) -> Cells:
    """Return the cells of a table in their order; one that has no axes has one cell."""
    cells = np.zeros((math.prod(shape), len(shape)), dtype=np.int16)
    for position, indexes in enumerate(np.indices(shape, dtype=np.int16)):
        cells[:, position] = indexes.reshape(-1)
    return cells


def _places(cells: Cells, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Return the number of each cell in a table."""
    places = np.zeros(len(cells), dtype=np.int64)
    for position, size in enumerate(shape):
        places = places * size + cells[:, position]
    return places


def _outcomes(
    policy: Policy, rule: Rule, table: DecisionTable, cells: Cells, places: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Return for each cell the outcome of a rule; unknown ones that cannot make its level apart.

    `places` are the numbers of the cells in the table.
    """
    outcomes = truth(rule.when, table.axes, cells)
    number = policy.level_ids.index(str(rule.level))
    may_make = table.met_anywhere(number, rule_truth(policy, rule, table.axes)).reshape(-1)
    may_make = may_make[places]
    if rule.kind == "residual":
        # Its outcome follows from the criteria; what is kept here is whether it may make the level.
        outcomes = np.full(len(cells), _UNKNOWN, dtype=np.int8)
    return np.where((outcomes == _UNKNOWN) & ~may_make, _IDLE, outcomes).astype(np.int8)


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    distinct, numbers = np.unique(rows, axis=1, return_inverse=True)
    return distinct, numbers.reshape(-1)


def _answer(policy: Policy, mask: int, outcomes: list[int]) -> Answer:
    ids = policy.level_ids
    possible = [ids[number] for number in bits(mask)]
    rules = {
        rule.id: _OUTCOMES[outcome]
        for rule, outcome in zip(policy.deciding_rules, outcomes, strict=True)
    }
    criteria = [rules[rule.id] for rule in policy.criteria]
    holds = "false" if "true" in criteria else "unknown" if "unknown" in criteria else "true"
    rules[policy.residual.id] = holds
    idle = {
        rule.id
        for rule, outcome in zip(policy.deciding_rules, outcomes, strict=True)
        if outcome == _IDLE
    }
    conclusions = Conclusions(rules, frozenset())
    level = possible[-1]
    deciding = deciding_rules(policy, conclusions, level, lambda rule: rule.id not in idle)
    return Answer(level, " ".join(possible), " ".join(deciding))


def truth(condition: Condition, axes: Axes, cells: Cells) -> NDArray[np.int8]:
    """Return for each cell whether a condition is false (0), unknown (1) or true (2)."""
    if isinstance(condition, Leaf):
        position = axes.position[condition.fact]
        holding = axes.axes[position].holding(condition)
        outcomes = [_TRUE if holds else _FALSE for holds in holding]
        found: NDArray[np.int8] = np.array([*outcomes, _UNKNOWN], np.int8)[cells[:, position]]
        return found
    parts = [truth(part, axes, cells) for part in condition.parts]
    if isinstance(condition, All):
        start = np.full(len(cells), _TRUE, dtype=np.int8)
        lowest: NDArray[np.int8] = np.minimum.reduce([start, *parts])
        return lowest
    if isinstance(condition, AnyOf):
        start = np.full(len(cells), _FALSE, dtype=np.int8)
        highest: NDArray[np.int8] = np.maximum.reduce([start, *parts])
        return highest
    certain = sum((part == _TRUE).astype(np.int8) for part in parts)
    possible = sum((part != _FALSE).astype(np.int8) for part in parts)
    count = condition.count
    outcome = np.where(possible >= count, _UNKNOWN, _FALSE)
    return np.where(certain >= count, _TRUE, outcome).astype(np.int8)


def _derived(axes: Axes, policy: Policy, cells: Cells) -> Cells:
    """Add to each cell what follows from the laws between facts."""
    cells = cells.copy()
    again = True
    while again:
        again = False
        for law in axes.derivations:
            position = axes.position[law.fact]
            axis = axes.axes[position]
            value = axis.index_of(law.value)
            if not axis.holding(derived_leaf(law, policy.facts))[value]:
                continue
            follows = (truth(law.when, axes, cells) == _TRUE) & (cells[:, position] == axis.unknown)
            if follows.any():
                cells[follows, position] = value
                again = True
    return cells


def _presumed(compiled: CompiledPolicy, cells: Cells) -> Cells:
    """Add what the policy presumes; a presumption yields to what is known."""
    table = compiled.table
    presumed = {
        table.axes.position[name]: table.axes.axis(name).index_of(fact.value)
        for name, fact in compiled.presumed.items()
        if name in table.axes.position
    }
    found = cells.copy()
    for position, index in presumed.items():
        unknown = table.axes.axes[position].unknown
        found[found[:, position] == unknown, position] = index
    masks = table.masks.reshape(-1)[_places(found, table.masks.shape)]
    for place in np.flatnonzero(masks == 0).tolist():
        found[place] = _kept(compiled, tuple(cells[place].tolist()), presumed)
    return found


def _kept(compiled: CompiledPolicy, case: Case, presumed: Mapping[int, int]) -> Case:
    table = compiled.table
    for position, index in presumed.items():
        if case[position] == table.axes.axes[position].unknown:
            trial = (*case[:position], index, *case[position + 1 :])
            if table.mask(trial):
                case = trial
    return case
