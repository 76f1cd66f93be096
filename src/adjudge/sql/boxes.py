"""Cells of a table joined into boxes, to be tried in order: as few as a quick search finds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """Some classes of each axis (None: all of them), and the number that holds in the box."""

    classes: tuple[tuple[int, ...] | None, ...]
    number: int


def boxes_of(
    numbers: NDArray[np.int32], free: NDArray[np.bool_], otherwise: int | None = None
) -> tuple[list[Box], int]:
    """Return boxes, the first that fits being right, and the number where none fits.

    That is the most frequent one, if `otherwise` does not name it. In `free` cells any number will
    do.
    """
    found, counts = np.unique(numbers[~free], return_counts=True)
    if not len(found):
        return [], 0
    if otherwise is None:
        otherwise = int(found[np.argmax(counts)])
    open_cells = ~free & (numbers != otherwise)
    # A cell that an earlier box decides may be in a later one: those come first that are rare.
    order = [int(number) for number in found[np.argsort(counts, kind="stable")]]
    boxes: list[Box] = []
    decided = free.copy()
    for number in order:
        if number == otherwise:
            continue
        own = numbers == number
        while True:
            left = np.flatnonzero((own & open_cells).reshape(-1))
            if not len(left):
                break
            seed = np.unravel_index(int(left[0]), numbers.shape)
            box = _widest(own | decided, own & open_cells, tuple(int(each) for each in seed))
            region = np.ix_(*box)
            open_cells[region] = False
            decided[region] = True
            boxes.append(Box(_named(box, numbers.shape), number))
    return boxes, otherwise


def _widest(
    allowed: NDArray[np.bool_], wanted: NDArray[np.bool_], seed: tuple[int, ...]
) -> list[list[int]]:
    """Return the best of some boxes around a cell: the one with the most cells still wanted."""
    axes = list(range(allowed.ndim))
    sizes = sorted(axes, key=lambda axis: allowed.shape[axis])
    orders = (axes, axes[::-1], sizes, sizes[::-1])
    boxes = [_grown(allowed, seed, order) for order in orders]
    return max(boxes, key=lambda box: int(np.count_nonzero(wanted[np.ix_(*box)])))


def _grown(allowed: NDArray[np.bool_], seed: tuple[int, ...], order: list[int]) -> list[list[int]]:
    box = [[index] for index in seed]
    for axis in order:
        everything = [*box[:axis], list(range(allowed.shape[axis])), *box[axis + 1 :]]
        region = allowed[np.ix_(*everything)]
        others = tuple(other for other in range(allowed.ndim) if other != axis)
        box[axis] = np.flatnonzero(region.all(axis=others)).tolist()
    return box


def _named(box: list[list[int]], shape: tuple[int, ...]) -> tuple[tuple[int, ...] | None, ...]:
    return tuple(
        None if len(classes) == size else tuple(classes)
        for classes, size in zip(box, shape, strict=True)
    )
