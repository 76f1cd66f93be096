"""What lexicons and classifiers make of all facts of a ticket, put together.

A classifier gives the values of one fact their probabilities, and a lexicon reads one of them or
none. How far each is right also depends on the other facts: who asks how something is done hardly
says that nothing helps. So the probability of each value comes from all of them, by a logistic
regression over what the classifiers say and what the lexicons read ("stacked generalization",
D. Wolpert, 1992). It was learnt from tickets on which neither was trained
(`tools/stacking.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

_LEAST = 1e-4  # of a probability; below it, differences mean nothing


@dataclass(frozen=True, slots=True)
class Worth:
    """What it costs to state a wrong fact, where a right one is worth 1.

    To take a ticket for less than it is costs `less` more than that, or what `dearer` has for the
    fact: there are some on which alone the most urgent level hangs.
    """

    wrong: float
    less: float
    dearer: Mapping[str, float] = field(default_factory=dict)

    def best(self, fact: str, shares: Sequence[float], gravity: Sequence[int]) -> int:
        """Return the class that is best stated of a fact: what is worth most, or 0 for none.

        `shares` are the probabilities of the classes, and `gravity` has a number for each, the
        lowest for the gravest.
        """
        less = self.dearer.get(fact, self.less)
        best, most = 0, 0.0
        for number in range(1, len(shares)):
            share, rank = shares[number], gravity[number]
            worth = share - self.wrong * (1 - share)
            if worth <= most:
                continue
            graver = sum(s for s, other in zip(shares, gravity, strict=True) if other < rank)
            worth -= less * graver
            if worth > most:
                best, most = number, worth
        return best


@dataclass(frozen=True)
class Together:
    """The regression: `weights` has a row for each class of each fact, one fact after the other.

    Its columns are those of `features`.
    """

    weights: Numbers
    bias: Numbers
    worth: Worth

    @classmethod
    def none(cls, sizes: Sequence[int], worth: Worth) -> Together:
        """Return what leaves the probabilities of classifiers as they are, and lexicons unheard.

        `sizes` are the numbers of classes of the facts.
        """
        count = sum(sizes)
        weights = np.eye(count, 2 * count + 1, dtype=np.float32)
        return cls(weights, np.zeros(count, np.float32), worth)

    def shares(self, alone: Sequence[Numbers], said: Sequence[int], units: int) -> list[Numbers]:
        """Return the probabilities of the classes of each fact; see `features`."""
        return self.shares_by(features(alone, said, units), tuple(map(len, alone)))

    def shares_by(self, found: Numbers, classes: tuple[int, ...]) -> list[Numbers]:
        """Return them by what `features` found; `classes` are how many each fact has."""
        scores = self.weights @ found + self.bias
        begins, sizes = _places(classes)
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, begins), sizes))
        shares = powers / np.repeat(np.add.reduceat(powers, begins), sizes)
        return np.split(shares, begins[1:])


def features(alone: Sequence[Numbers], said: Sequence[int], units: int) -> Numbers:
    """Return what the regression goes by.

    Of each fact: the logarithm of each class's probability by the classifier `alone`, less their
    mean, and a 1 for the class that the lexicons have `said`, 0s for the others. At the end, the
    logarithm of how many sentences there are, and one.
    """
    begins, sizes = _places(tuple(map(len, alone)))
    count = sum(map(len, alone))
    found = np.zeros(2 * count + 1, dtype=np.float32)
    logs = np.log(np.concatenate(alone) + _LEAST)
    found[:count] = logs - np.repeat(np.add.reduceat(logs, begins) / sizes, sizes)
    found[count + begins + said] = 1
    found[-1] = math.log1p(units)
    return found


@cache
def _places(sizes: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the classes of each fact begin, and how many they are."""
    return np.cumsum([0, *sizes[:-1]]), np.array(sizes)
