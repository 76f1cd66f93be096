"""A table over all cases: which outcomes each case can have, exactly.

Known cells hold one outcome, or none where the facts contradict each other. A cell with an unknown
holds the union over everything that the unknown could be; so `possible` is exact by construction,
and a contradiction never contributes to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adjudge.findings import InputError
from adjudge.model.axes import Axes, Case

MAX_CELLS = 24_000_000


class TooManyCases(InputError):
    """The facts of a policy combine to more cases than a table may hold."""


class DecisionTable:
    """Outcomes (numbered from 0, at most 32) for every case over `axes`.

    `known` has one axis per fact without the unknown class, and holds an outcome number or -1
    where the facts contradict each other.
    """

    def __init__(self, axes: Axes, known: NDArray[np.int8], outcomes: int) -> None:
        self.axes = axes
        self.known = known
        self.outcomes = outcomes
        self.masks = _close_over_unknown(known, outcomes)
        self._flat = self.masks.reshape(-1)
        strides = np.array(self.masks.strides, dtype=np.int64) // self.masks.itemsize
        self._strides = tuple(int(stride) for stride in strides)
        # What each class of an axis selects; unknown, the last one, selects all of them.
        self._slices = [
            [*(slice(index, index + 1) for index in range(unknown)), slice(None)]
            for unknown in axes.unknowns
        ]

    @property
    def cells(self) -> int:
        """The number of cells, unknown classes included."""
        return int(self.masks.size)

    def index(self, case: Case) -> int:
        """Return the number of a case's cell."""
        return sum(map(int.__mul__, case, self._strides))

    def mask(self, case: Case) -> int:
        """Return the possible outcomes of a case as a bit mask; 0 where its facts contradict."""
        return int(self._flat[self.index(case)])

    def possible(self, case: Case) -> tuple[int, ...]:
        """Return the possible outcomes of a case, ascending."""
        return bits(self.mask(case))

    def case_at(self, index: int) -> Case:
        """Return the case of a cell by its number."""
        return tuple(int(i) for i in np.unravel_index(index, self.masks.shape))

    def completions(self, case: Case) -> NDArray[np.int8]:
        """Return the known cells that agree with a case, with all axes kept."""
        return self.known[self._selection(case)]

    def witness(self, case: Case, outcome: int) -> Case | None:
        """Return a completion of the case that has the outcome, or None if there is none."""
        found = self.completions(case) == outcome
        place = int(found.argmax())
        if not found.flat[place]:
            return None
        first = np.unravel_index(place, found.shape)
        return tuple(
            int(offset) if index == unknown else index
            for unknown, index, offset in zip(self.axes.unknowns, case, first, strict=True)
        )

    def influential(self, case: Case) -> tuple[int, ...]:
        """Return the unknown axes on which the outcome of some completion still depends."""
        ones = self._ones[self._selection(case)]
        found = []
        for position in self.axes.unknown(case):
            union = np.bitwise_or.reduce(ones, axis=position)
            if bool(np.any(union & (union - 1))):
                found.append(position)
        return tuple(found)

    @cached_property
    def _ones(self) -> NDArray[Any]:
        """The outcome of each known cell as one bit, none where the facts contradict."""
        kind = self.masks.dtype.type
        bits = kind(1) << np.maximum(self.known, 0).astype(kind)
        return np.asarray(np.where(self.known >= 0, bits, kind(0)))

    def meets(self, case: Case, outcome: int, truth: NDArray[np.bool_]) -> bool:
        """Say whether a truth over the known cells holds in a completion with the outcome."""
        selection = self._selection(case)
        held = np.broadcast_to(truth, self.known.shape)[selection]
        return bool(np.any(held & (self.known[selection] == outcome)))

    def met_anywhere(self, outcome: int, truth: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return `meets` for every cell at once, in the shape of the table."""
        held = np.broadcast_to(truth, self.known.shape) & (self.known == outcome)
        return np.asarray(_close_over_unknown(np.where(held, 0, -1).astype(np.int8), 1) != 0)

    def cases(self) -> Iterator[Case]:
        """Yield every case, in the order of the cells."""
        return iter(np.ndindex(*self.masks.shape))

    @cached_property
    def consistent(self) -> NDArray[np.bool_]:
        """Whether each cell's facts can be true together."""
        return np.asarray(self.masks != 0)

    def _selection(self, case: Case) -> tuple[slice, ...]:
        return tuple([slices[index] for slices, index in zip(self._slices, case, strict=True)])


def bits(mask: int) -> tuple[int, ...]:
    """Return the numbers of the bits that are set, ascending."""
    found = []
    number = 0
    while mask:
        if mask & 1:
            found.append(number)
        mask >>= 1
        number += 1
    return tuple(found)


def _close_over_unknown(known: NDArray[np.int8], outcomes: int) -> NDArray[Any]:
    kind = np.uint8 if outcomes <= 8 else np.uint16 if outcomes <= 16 else np.uint32
    masks = np.zeros(tuple(size + 1 for size in known.shape), dtype=kind)
    # The leading ellipsis keeps a table without axes a view instead of a scalar.
    everything: tuple[Any, ...] = (..., *(slice(0, size) for size in known.shape))
    inner = masks[everything]
    for outcome in range(outcomes):
        inner[known == outcome] = 1 << outcome
    for position, size in enumerate(known.shape):
        # Axis by axis: the slices written here already include the unknowns of earlier axes.
        target: list[slice | int] = [slice(None)] * known.ndim
        target[position] = size
        values: list[slice | int] = [slice(None)] * known.ndim
        values[position] = slice(0, size)
        masks[tuple(target)] = np.bitwise_or.reduce(masks[tuple(values)], axis=position)
    return masks
