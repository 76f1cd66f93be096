"""What a ticket states, by the vectors of its sentences: two linear classifiers for each fact.

The first says of each sentence which value it states, or none; the second of a ticket, from the
highest, the mean and the lowest that the first said of its sentences. Both are logistic
regressions, trained by `tools/train_heads.py`, which also says on what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

NOTHING = "-"
"""The class of what states no value."""
_FILE = "heads.npz"
_FIRST = 2  # sentences whose highest value counts by itself: what is told first weighs more


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression: `classes`, a row of weights for each, and what is added."""

    classes: tuple[str, ...]
    weights: Numbers
    bias: Numbers

    def of(self, rows: Numbers) -> Numbers:
        """Return the probability of each class, row by row."""
        scores = rows @ self.weights.T + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: Numbers = powers / powers.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True, slots=True)
class Head:
    """The classifiers of one fact.

    What a lexicon reads is doubted where its probability is below `doubted`; what it does not read
    is read where its probability is at least `sure`.
    """

    fact: str
    sentence: Linear
    ticket: Linear
    doubted: float
    sure: float


@dataclass(frozen=True, slots=True)
class Heads:
    """All classifiers, and the `mean` vector from which sentences are told."""

    mean: Numbers
    heads: tuple[Head, ...]

    def centred(self, vectors: Numbers) -> Numbers:
        """Return vectors as the classifiers take them."""
        return centred(vectors, self.mean)


def centred(vectors: Numbers, mean: Numbers) -> Numbers:
    """Return vectors by what they differ in: those of a model all point much the same way."""
    moved: Numbers = (vectors - mean) * 10
    return moved


def pooled(shares: Numbers) -> Numbers:
    """Return what is known of a ticket from the shares of its sentences, as one row."""
    parts = (shares.max(0), shares.mean(0), shares[:_FIRST].max(0), shares.min(0))
    row: Numbers = np.concatenate(parts)[None, :]
    return row


def write_heads(file: IO[bytes], heads: Heads) -> None:
    """Write classifiers as plain arrays, the same bytes for the same numbers."""
    arrays = {"mean": heads.mean}
    for head in heads.heads:
        for name, linear in (("sentence", head.sentence), ("ticket", head.ticket)):
            arrays[f"{head.fact}.{name}.weights"] = linear.weights
            arrays[f"{head.fact}.{name}.bias"] = linear.bias
    about = [
        {
            "fact": head.fact,
            "sentence": head.sentence.classes,
            "ticket": head.ticket.classes,
            "doubted": head.doubted,
            "sure": head.sure,
        }
        for head in heads.heads
    ]
    text = json.dumps(about).encode()
    arrays["about"] = np.frombuffer(text, dtype=np.uint8)
    np.savez(file, allow_pickle=False, **arrays)


def read_heads(file: IO[bytes]) -> Heads:
    """Return classifiers as `write_heads` wrote them."""
    with np.load(file) as arrays:
        about = json.loads(arrays["about"].tobytes())
        return Heads(arrays["mean"], tuple(_head(each, arrays) for each in about))


@cache
def shipped_heads() -> Heads:
    """Return the classifiers that ship."""
    with (files("adjudge.learned") / _FILE).open("rb") as file:
        return read_heads(file)


def _head(about: Mapping[str, object], arrays: Mapping[str, Numbers]) -> Head:
    fact = str(about["fact"])

    def linear(name: str) -> Linear:
        key = f"{fact}.{name}"
        classes: list[str] = about[name]  # type: ignore[assignment]
        return Linear(tuple(classes), arrays[f"{key}.weights"], arrays[f"{key}.bias"])

    doubted, sure = float(str(about["doubted"])), float(str(about["sure"]))
    return Head(fact, linear("sentence"), linear("ticket"), doubted, sure)
