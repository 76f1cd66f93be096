"""How well a reading agrees with a gold standard, fact by fact. Pure functions over lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adjudge.model.fact import Value

Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one fact: `right` values, `wrong` ones (read, but not so), `missed` ones.

    A fact that is read with another value than gold's is both wrong and missed.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was read that is right; None where nothing was read."""
        read = self.right + self.wrong
        return self.right / read if read else None

    @property
    def recall(self) -> float | None:
        """Share of gold that was read; None where gold has nothing."""
        gold = self.right + self.missed
        return self.right / gold if gold else None

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One fact of one ticket on which reading and gold differ; None stands for unknown."""

    ticket: str
    fact: str
    read: Value | None
    gold: Value | None


def disagreements(tickets: Iterable[tuple[str, Facts, Facts]]) -> list[Disagreement]:
    """Return where readings differ from gold; a ticket is its id, what was read, and gold."""
    found = []
    for ticket, read, gold in tickets:
        for fact in dict.fromkeys([*gold, *read]):
            if read.get(fact) != gold.get(fact):
                found.append(Disagreement(ticket, fact, read.get(fact), gold.get(fact)))
    return found


def score(pairs: Sequence[tuple[Facts, Facts]]) -> dict[str, Score]:
    """Return each fact's score over pairs of what was read and gold."""
    scores: dict[str, Score] = {}
    for read, gold in pairs:
        for fact in dict.fromkeys([*gold, *read]):
            scores[fact] = scores.get(fact, Score()) + _score_one(read.get(fact), gold.get(fact))
    return scores


def total(scores: Iterable[Score]) -> Score:
    """Return the sum of scores (a micro-average)."""
    return sum(scores, Score())


def _score_one(read: Value | None, gold: Value | None) -> Score:
    if read is None:
        return Score(missed=1)
    if read == gold:
        return Score(right=1)
    return Score(wrong=1, missed=0 if gold is None else 1)
