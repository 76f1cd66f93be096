"""Questions asked of the table: which fact to ask next, and what would lead to another level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from adjudge.model.axes import Case, shown_class
from adjudge.table import DecisionTable

_MAX_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would have to be different: from a value (None: unknown) to one of `to`."""

    fact: str
    current: object
    to: tuple[object, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the change as JSON."""
        return {"fact": self.fact, "from": self.current, "to": list(self.to)}


def narrowing_order(table: DecisionTable, case: Case) -> tuple[str, ...]:
    """Return the unknown facts that can still change the level, the most telling one first.

    The measure is the expected number of levels that remain possible after the answer, each value
    of the fact being equally likely; then the worst answer; then the order of the axes.
    """
    scores = []
    for position in table.influential(case):
        axis = table.axes.axes[position]
        remaining, weights = [], []
        for index, values in enumerate(axis.classes):
            mask = table.mask((*case[:position], index, *case[position + 1 :]))
            if mask:
                remaining.append(mask.bit_count())
                weights.append(len(values) if axis.fact.kind == "one_of" else 1)
        expected = sum(map(float.__mul__, map(float, remaining), map(float, weights)))
        scores.append((expected / sum(weights), max(remaining), position))
    return tuple(table.axes.axes[position].fact.name for _, _, position in sorted(scores))


def nearest_changes(
    table: DecisionTable, case: Case, outcome: int
) -> tuple[tuple[Change, ...], ...]:
    """Return the smallest sets of changed or added facts that lead to just `outcome`.

    At most three alternatives; none where no change of facts leads there.
    """
    wanted = 1 << outcome
    if table.mask(case) == wanted:
        return ()
    positions = range(len(table.axes))
    # Few changes are nearly always enough, and few cells are so near.
    for count in range(1, len(positions) + 1):
        found = {
            changed: _leading(table, case, changed, wanted)
            for changed in combinations(positions, count)
        }
        groups = {changed: cells for changed, cells in found.items() if cells}
        if groups:
            return _alternatives(table, case, groups)
    return ()


def _leading(
    table: DecisionTable, case: Case, changed: tuple[int, ...], wanted: int
) -> list[tuple[int, ...]]:
    """Return the known values on some axes, all others than now, that lead to just one level."""
    axes = table.axes.axes
    place: list[int | slice] = list(case)
    for position in changed:
        # Unknown is the last class of an axis, and facts cannot be unlearned.
        place[position] = slice(0, axes[position].unknown)
    leads = table.masks[tuple(place)] == wanted
    if not leads.any():
        return []
    now = [case[position] for position in changed]
    cells = map(tuple, np.argwhere(leads).tolist())
    return [cell for cell in cells if not any(map(int.__eq__, cell, now))]


def _alternatives(
    table: DecisionTable, case: Case, groups: Mapping[tuple[int, ...], list[tuple[int, ...]]]
) -> tuple[tuple[Change, ...], ...]:
    ranked = sorted(groups, key=lambda changed: (_unlearning(table, case, changed), changed))
    found: list[tuple[Change, ...]] = []
    for changed in ranked:
        for box in _boxes(groups[changed]):
            found.append(
                tuple(
                    _change(table, case, position, indexes)
                    for position, indexes in zip(changed, box, strict=True)
                )
            )
    return tuple(found[:_MAX_ALTERNATIVES])


def _unlearning(table: DecisionTable, case: Case, changed: tuple[int, ...]) -> int:
    # Saying what is not known yet is a smaller change than being wrong about what is.
    return sum(case[position] != table.axes.axes[position].unknown for position in changed)


def _boxes(cells: list[tuple[int, ...]]) -> list[tuple[tuple[int, ...], ...]]:
    """Join cells that differ in every combination of some values into one box of values."""
    columns = [tuple(sorted(set(column))) for column in zip(*cells, strict=True)]
    if set(product(*columns)) == set(cells):
        return [tuple(columns)]
    by_rest: dict[tuple[int, ...], list[int]] = {}
    for first, *rest in sorted(cells):
        by_rest.setdefault(tuple(rest), []).append(first)
    return [(tuple(firsts), *((index,) for index in rest)) for rest, firsts in by_rest.items()]


def _change(table: DecisionTable, case: Case, position: int, indexes: tuple[int, ...]) -> Change:
    axis = table.axes.axes[position]
    current = None if case[position] == axis.unknown else shown_class(axis, case[position])
    to: list[object] = []
    for index in indexes:
        shown = shown_class(axis, index)
        to.extend(shown if isinstance(shown, list) and axis.fact.kind == "one_of" else [shown])
    return Change(axis.fact.name, current, tuple(to))
