"""What the trainings of both kinds of classifiers share at their end: all facts put together.

`adjudge.learned.together` says what is learnt here, and from tickets on which the classifiers were
not trained: those for choosing, and, for the classifier of words, those of authors whose tickets
were left out in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from classifiers import Entry, read_by_lexicons, reader_of
from torch import Tensor
from torch.nn import functional

from adjudge.evidence import LexiconExtractor
from adjudge.learned.heads import NOTHING, Head, Heads, Numbers, Opinion
from adjudge.learned.together import Together, features

Opinions = Callable[[LexiconExtractor, Entry], tuple[int, Sequence[Opinion]]]
"""Returns how many sentences an entry has, and the opinions on it.

It is given the reader of lexicons that knows the names of the entry's ruleset.
"""

DEARER = {"data_impact": 8.0, "workaround": 6.0}
"""What it costs to take for less what is said of facts on which alone a top level may hang."""
STEPS, PARTS = 100, 10
LEAST_SPREAD = 0.2  # what hardly ever differs is not made much of
REST_OF_BIAS, REST_OF_OWN = 0.05, 1.0
WEIGHT_OF_OTHERS = 0.25  # of tickets by classifiers that are not the ones that will be asked


@dataclass(frozen=True)
class Judged:
    """Tickets with what classifiers and lexicons make of them (a row of `features` each).

    `gold` has the right class of each fact, -1 where classifiers have no say. `weight` is how much
    each ticket counts.
    """

    features: Numbers
    gold: Any
    weight: Numbers

    def __add__(self, other: Judged) -> Judged:
        return Judged(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.gold, other.gold]),
            np.concatenate([self.weight, other.weight]),
        )

    def some(self, rows: Any) -> Judged:
        """Return some of the tickets."""
        return Judged(self.features[rows], self.gold[rows], self.weight[rows])

    def write(self, path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, features=self.features, gold=self.gold)


def read_others(path: Path) -> Judged:
    """Return what `Judged.write` wrote of tickets that count less."""
    with np.load(path) as arrays:
        weight = np.full(len(arrays["gold"]), WEIGHT_OF_OTHERS, dtype=np.float32)
        return Judged(arrays["features"], arrays["gold"], weight)


def judged(heads: Sequence[Head], rows: Sequence[Entry], opinions: Opinions) -> Judged:
    """Return what is made of tickets with gold."""
    seen, gold = [], []
    for row, said in zip(rows, read_by_lexicons(rows), strict=True):
        units, found = opinions(reader_of(row), row)
        read = [said.get(head.fact, NOTHING) for head in heads]
        true = [str(row["gold"].get(head.fact, NOTHING)) for head in heads]
        classes = [head.classes for head in heads]
        known = [
            each.index(value) if value in each else 0
            for each, value in zip(classes, read, strict=True)
        ]
        seen.append(features([each.shares for each in found], known, units))
        gold.append(
            [
                each.index(right) if right in each and value in each else -1
                for each, value, right in zip(classes, read, true, strict=True)
            ]
        )
    return Judged(np.array(seen), np.array(gold), np.ones(len(gold), dtype=np.float32))


class _Regression:
    """Logistic regressions of all facts, as what they add to those that they `began` with.

    How much a classifier's own say counts, and what its fact's lexicon reads, is nearly free;
    what the other facts have to say has to be worth it (`rest`).
    """

    def __init__(self, given: Judged, began: Together, sizes: Sequence[int], rest: float) -> None:
        self._began, self._sizes, self._rest = began, sizes, rest
        spread = np.maximum(given.features.std(axis=0), LEAST_SPREAD)
        self._mean, self._spread = torch.from_numpy(given.features.mean(axis=0)), spread
        self._features = torch.from_numpy(given.features)
        self._gold, self._weight = torch.from_numpy(given.gold), torch.from_numpy(given.weight)
        count = sum(sizes)
        self._own = torch.zeros(len(sizes), 3, requires_grad=True)  # itself, a word of it, silence
        self._others = torch.zeros(count, given.features.shape[1], requires_grad=True)
        self._bias = torch.zeros(count, requires_grad=True)

    def solved(self) -> Together:
        numbers = [self._own, self._others, self._bias]
        optimizer = torch.optim.LBFGS(numbers, max_iter=STEPS, line_search_fn="strong_wolfe")

        def closure() -> Tensor:
            optimizer.zero_grad()
            loss = self._loss()
            loss.backward()
            return loss

        optimizer.step(closure)  # type: ignore[arg-type]
        weights, bias = self._numbers()
        return Together(weights.detach().numpy(), bias.detach().numpy(), self._began.worth)

    def _numbers(self) -> tuple[Tensor, Tensor]:
        count, rows, columns, values = sum(self._sizes), [], [], []
        begin = 0
        for fact, size in enumerate(self._sizes):
            own = torch.arange(begin, begin + size)
            alone, word, silence = self._own[fact]
            heard = torch.cat([silence[None], word.expand(size - 1)])
            rows += [own, own]
            columns += [own, own + count]
            values += [alone.expand(size), heard]
            begin += size
        places = torch.cat(rows), torch.cat(columns)
        others = self._others / torch.from_numpy(self._spread)
        added = others.index_put(places, torch.cat(values), accumulate=True)
        bias = torch.from_numpy(self._began.bias) + self._bias - others @ self._mean
        return torch.from_numpy(self._began.weights) + added, bias

    def _loss(self) -> Tensor:
        weights, bias = self._numbers()
        scores = self._features @ weights.T + bias
        found = self._rest * (self._others**2).sum() + REST_OF_BIAS * (self._bias**2).sum()
        found = found + REST_OF_OWN * (self._own[:, 0] ** 2).sum()
        parted = scores.split(list(self._sizes), dim=1)
        for of_fact, wanted in zip(parted, self._gold.T, strict=True):
            told = functional.cross_entropy(of_fact, wanted, ignore_index=-1, reduction="none")
            found = found + told @ self._weight
        return found


def fitted(given: Judged, began: Together, sizes: Sequence[int], rest: float) -> Together:
    """Return what is learnt of some tickets, beginning with what is known."""
    return _Regression(given, began, sizes, rest).solved()


def with_together(
    heads: Heads, own: Judged, others: Sequence[Judged], began: Together, rest: float
) -> Heads:
    """Return classifiers with all facts put together, and print how well that goes.

    The tickets for choosing, `own`, are learnt from as `others` are; what is printed comes from
    leaving a tenth of them out in turn.
    """
    sizes = [len(head.classes) for head in heads.heads]
    every = np.random.default_rng(0).permutation(len(own.gold)) % PARTS
    total = np.zeros(4, dtype=np.int64)
    for part in range(PARTS):
        known = sum(others, own.some(every != part))
        total += _counts(heads.heads, own.some(every == part), fitted(known, began, sizes, rest))
    right, wrong, there, less = total.tolist()
    print(f"precision {right / max(1, right + wrong):.3f}, recall {right / there:.3f}, ", end="")
    print(f"{less} taken for less", flush=True)
    return replace(heads, together=fitted(sum(others, own), began, sizes, rest))


def _counts(heads: Sequence[Head], given: Judged, together: Together) -> Any:
    """Return how many facts are right, wrong, there, and taken for less than they are."""
    right = wrong = there = less = 0
    sizes = tuple(len(head.classes) for head in heads)
    for row, gold in zip(given.features, given.gold, strict=True):
        shares = together.shares_by(row, sizes)
        for head, true, probable in zip(heads, gold.tolist(), shares, strict=True):
            if true < 0:
                continue
            stated = together.worth.best(head.fact, probable.tolist(), head.gravity)
            there += true > 0
            right += 0 < stated == true
            wrong += 0 < stated != true
            less += 0 < stated != true and head.gravity[true] < head.gravity[stated]
    return np.array([right, wrong, there, less])
