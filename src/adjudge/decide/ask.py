"""Questions asked of the table: which fact to ask next, and what would lead to another level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from adjudge.model.axes import Case, shown_class
from adjudge.table import DecisionTable

_IMPOSSIBLE = 64  # a change from known to unknown: facts cannot be unlearned
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
    distance = np.zeros([1] * len(table.axes), dtype=np.uint8)
    for position, axis in enumerate(table.axes.axes):
        cost = np.full(axis.size, 1, dtype=np.uint8)
        cost[axis.unknown] = _IMPOSSIBLE
        cost[case[position]] = 0
        shape = [1] * len(table.axes)
        shape[position] = axis.size
        distance = np.minimum(distance + cost.reshape(shape), _IMPOSSIBLE).astype(np.uint8)
    distance = np.where(table.masks == (1 << outcome), distance, _IMPOSSIBLE)
    best = int(distance.min())
    if best == 0 or best >= _IMPOSSIBLE:
        return ()
    return _alternatives(table, case, np.argwhere(distance == best))


def _alternatives(
    table: DecisionTable, case: Case, cells: NDArray[np.int64]
) -> tuple[tuple[Change, ...], ...]:
    groups: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for cell in cells.tolist():
        changed = tuple(i for i, index in enumerate(cell) if index != case[i])
        groups.setdefault(changed, []).append(tuple(cell[i] for i in changed))
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
