"""What a ticket states, by the vectors of its sentences and of the whole.

For each fact every sentence has a score for each value, above the score of stating none. Over the
sentences of a ticket a value's scores are added up softly (the highest counts most), and the
ticket as a whole has its say as well; from both comes the probability of each value. All numbers
were trained together by `tools/train_model.py`, which also says on what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

from adjudge.learned.together import Together, Worth
from adjudge.model.fact import VOCABULARY

Numbers = NDArray[np.float32]

NOTHING = "-"
"""The class of what states no value; it is the first of each head."""
_GRAVEST_LAST = ("data_impact", "development_workflow")
_GRAVE = {"request_type": 2, "environment": 1, "caused_by": 1}
"""How many values of a fact have an order; none of the others is graver than another."""
_FILE = "heads.npz"
_WEIGHTS, _BIAS = "together.weights", "together.bias"
_TENSOR = "encoder "  # before the name of a tensor of the sentence model


@dataclass(frozen=True, slots=True)
class Linear:
    """A row of weights for each class, and what is added."""

    weights: Numbers
    bias: Numbers

    def of(self, rows: Numbers) -> Numbers:
        """Return the scores of each class, row by row."""
        scores: Numbers = rows @ self.weights.T + self.bias
        return scores


def _gravity(fact: str, value: str) -> int:
    values = VOCABULARY[fact].values
    if value not in values:
        return len(values)  # that nothing is stated is not grave
    if fact in _GRAVEST_LAST:
        return len(values) - 1 - values.index(value)
    return min(values.index(value), _GRAVE.get(fact, len(values)))


@dataclass(frozen=True)
class Head:
    """The classifier of one fact: `sentence` scores each sentence, `whole` the ticket.

    `classes` are the values, after `NOTHING`.
    """

    fact: str
    classes: tuple[str, ...]
    sentence: Linear
    whole: Linear
    scale: Numbers

    @cached_property
    def gravity(self) -> tuple[int, ...]:
        """How grave each class is, in the order of the vocabulary; the gravest has the lowest."""
        return tuple(_gravity(self.fact, each) for each in self.classes)

    def above(self, sentences: Numbers) -> Numbers:
        """Return by how much each sentence states each value rather than none."""
        scores = self.sentence.of(sentences)
        found: Numbers = scores[:, 1:] - scores[:, :1]
        return found

    def shares(self, above: Numbers, whole: Numbers) -> Numbers:
        """Return the probability of each class from what the sentences say, and the whole."""
        highest = above.max(axis=0)
        added = highest + np.log(np.exp(above - highest).sum(axis=0))
        scores = np.concatenate(([0.0], added)) * self.scale + self.whole.of(whole)
        powers = np.exp(scores - scores.max())
        found: Numbers = (powers / powers.sum()).astype(np.float32)
        return found


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of one fact, by how much each sentence states each value, and how probable each class is."""

    head: Head
    above: Numbers
    shares: Numbers


@dataclass(frozen=True)
class Heads:
    """All classifiers, and what the vectors come from.

    `mean` is the vector from which others are told; `encoder` has the numbers that make vectors,
    by their names, and `began` a checksum of what they replace, if they replace anything.
    `together` says what is stated by all that they say, and the lexicons.
    """

    mean: Numbers
    heads: tuple[Head, ...]
    encoder: Mapping[str, Numbers]
    together: Together
    began: int = 0

    def centred(self, vectors: Numbers) -> Numbers:
        """Return vectors by what they differ in: those of a model all point much the same way."""
        moved: Numbers = (vectors - self.mean) * 10
        return moved

    def said(self, sentences: Numbers) -> Numbers:
        """Return the scores of all classes, one classifier after the other, for each sentence."""
        return self._sentence.of(self.centred(sentences))

    def opinions(self, sentences: Numbers, whole: Numbers) -> list[Opinion]:
        """Return what each classifier makes of a ticket, by the vectors of what it is made of.

        The same as `Head.above` and `Head.shares`, for all classifiers at once.
        """
        said = self.said(sentences)
        above = said - said[:, self._firsts]
        highest = above.max(axis=0)
        added = highest + np.log(np.exp(above - highest).sum(axis=0))
        added[self._places] = 0.0
        scores = added * self._scale + self._whole.of(self.centred(whole))
        highest = np.maximum.reduceat(scores, self._places)
        powers = np.exp(scores - highest[self._owners])
        found = []
        for head, place in zip(self.heads, self._places.tolist(), strict=True):
            end = place + len(head.classes)
            own = powers[place:end]
            found.append(Opinion(head, above[:, place + 1 : end], own / own.sum()))
        return found

    @cached_property
    def _sentence(self) -> Linear:
        return _beside([head.sentence for head in self.heads])

    @cached_property
    def _whole(self) -> Linear:
        return _beside([head.whole for head in self.heads])

    @cached_property
    def _scale(self) -> Numbers:
        return np.concatenate([head.scale for head in self.heads])

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        """Where each classifier's classes begin."""
        sizes = [len(head.classes) for head in self.heads]
        return np.cumsum([0, *sizes[:-1]])

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        """Of each class, the first of its classifier."""
        return self._places[self._owners]

    @cached_property
    def _owners(self) -> NDArray[np.int64]:
        """Of each class, the number of its classifier."""
        return np.repeat(np.arange(len(self.heads)), [len(head.classes) for head in self.heads])


def joined(opinions: Sequence[Opinion], others: Sequence[Opinion]) -> list[Opinion]:
    """Return the first opinions with those of another kind of classifier on the same facts.

    A probability is the geometric mean of both. Raises `ValueError` where their classes differ.
    """
    found = []
    for one, other in zip(opinions, others, strict=True):
        if (one.head.fact, one.head.classes) != (other.head.fact, other.head.classes):
            raise ValueError(f"the classes of `{one.head.fact}` differ")
        shares = np.sqrt(one.shares * other.shares)
        found.append(Opinion(one.head, one.above + other.above, shares / shares.sum()))
    return found


def _beside(rows: Sequence[Linear]) -> Linear:
    weights = np.concatenate([each.weights for each in rows])
    return Linear(weights, np.concatenate([each.bias for each in rows]))


def write_heads(file: IO[bytes], heads: Heads) -> None:
    """Write classifiers as plain arrays, the same bytes for the same numbers."""
    arrays = {"mean": heads.mean}
    for head in heads.heads:
        for name, linear in (("sentence", head.sentence), ("whole", head.whole)):
            arrays[f"{head.fact}.{name}.weights"] = linear.weights
            arrays[f"{head.fact}.{name}.bias"] = linear.bias
        arrays[f"{head.fact}.scale"] = head.scale
    for name in sorted(heads.encoder):
        arrays[_TENSOR + name] = heads.encoder[name]
    about = {
        "began": heads.began,
        "heads": [{"fact": head.fact, "classes": head.classes} for head in heads.heads],
        "worth": asdict(heads.together.worth),
    }
    arrays[_WEIGHTS], arrays[_BIAS] = heads.together.weights, heads.together.bias
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    np.savez(file, allow_pickle=False, **arrays)


def read_heads(file: IO[bytes]) -> Heads:
    """Return classifiers as `write_heads` wrote them."""
    with np.load(file) as arrays:
        about = json.loads(arrays["about"].tobytes())
        encoder = {
            name.removeprefix(_TENSOR): arrays[name]
            for name in arrays.files
            if name.startswith(_TENSOR)
        }
        heads = tuple(_head(each, arrays) for each in about["heads"])
        together = Together(arrays[_WEIGHTS], arrays[_BIAS], Worth(**about["worth"]))
        return Heads(arrays["mean"], heads, encoder, together, about["began"])


@cache
def shipped_heads() -> Heads:
    """Return the classifiers that ship."""
    with (files("adjudge.learned") / _FILE).open("rb") as file:
        return read_heads(file)


def _head(about: Mapping[str, object], arrays: Mapping[str, Numbers]) -> Head:
    fact = str(about["fact"])
    classes: list[str] = about["classes"]  # type: ignore[assignment]

    def linear(name: str) -> Linear:
        return Linear(arrays[f"{fact}.{name}.weights"], arrays[f"{fact}.{name}.bias"])

    scale = arrays[f"{fact}.scale"]
    return Head(fact, tuple(classes), linear("sentence"), linear("whole"), scale)
