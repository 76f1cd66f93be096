"""The answer to each distinct case, decided once and kept as the cells of its results."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.cells import COLUMNS, DUE, cells_of
from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.texts import as_arrow, places_among, strings_of
from adjudge.batch.write_safe import made_safe
from adjudge.batch.write_table import quoted
from adjudge.decide import Decision, Ruleset
from adjudge.findings import InputError
from adjudge.model.policy import Policy, Promise
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_BEFORE_DUE = COLUMNS.index(DUE)

NEW, UNDECIDED = -1, -2
_HASHED = 100_000  # keys that are found by their hashes; with more, making those takes longer
_KEPT = 1_000_000  # keys that are remembered; with more, they are forgotten and asked again


@dataclass(frozen=True, slots=True)
class Answer:
    """What tickets of a case share: cells, and the promise that their due times follow."""

    cells: tuple[str, ...]
    level: str
    verdict: str
    promise: Promise | None
    policy: Policy


def _gist(decision: Decision) -> Hashable:
    """Return all that the cells of a decision depend on, but for how the ticket is filed."""
    return (
        decision.ruleset_version,
        decision.language,
        decision.level,
        decision.possible,
        decision.entitled,
        id(decision.promise),
        decision.decided_by,
        decision.presumptions,
        decision.questions[:3],
    )


class Answers:
    """Answers by key; a key is a number that stands for a distinct case."""

    def __init__(self, ruleset: Ruleset, wishes: Wishes) -> None:
        self._ruleset = ruleset
        # One ticket stands for many here, and words are each ticket's own.
        self._wishes = replace(wishes, text=False)
        self._keys: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # in their order
        self._numbers: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._learnt: dict[int, int] = {}
        self.kept: list[Answer] = []
        self._gists: dict[Hashable, int] = {}
        self._by_gist: dict[tuple[int, str | None, bool], int] = {}
        self._groups: list[int] = []
        self._first: dict[int, int] = {}
        self._promises: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._table: pa.Table | None = None
        self._parts: list[str] = []
        self._rendered: pa.LargeStringArray | None = None

    def numbers(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the number of each key's answer, `NEW` or `UNDECIDED`."""
        if self._learnt:
            self._sort_in()
        if not len(self._keys):
            return np.full(len(keys), NEW, dtype=np.int32)
        if len(self._keys) <= _HASHED:
            places = places_among(as_arrow(keys), as_arrow(self._keys))
            return np.where(places < 0, np.int32(NEW), self._numbers.take(places))
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found: NDArray[np.int32] = self._numbers[places]
        found[self._keys[places] != keys] = NEW
        return found

    def _sort_in(self) -> None:
        if len(self._keys) + len(self._learnt) > _KEPT:
            self._keys, self._numbers = self._keys[:0], self._numbers[:0]
        keys = np.append(self._keys, np.fromiter(self._learnt.keys(), dtype=np.int64))
        numbers = np.append(self._numbers, np.fromiter(self._learnt.values(), dtype=np.int32))
        order = np.argsort(keys)
        self._keys, self._numbers = keys[order], numbers[order]
        self._learnt.clear()

    def decide(self, ticket: Ticket) -> Decision | None:
        """Decide a case by one of its tickets; None where it cannot be decided."""
        try:
            return self._wishes.decide(self._ruleset, ticket)
        except InputError:
            return None

    def gist(self, decision: Decision) -> int:
        """Return the number of all that a decision's cells depend on but how it is filed.

        Many cases differ in facts that change nothing, so they share it.
        """
        return self._gists.setdefault(_gist(decision), len(self._gists))

    def known(self, gist: int, filed: str | None, by_default: bool) -> int | None:
        """Return the number of the answer to tickets of a gist, filed like this, if it is known."""
        return self._by_gist.get((gist, filed, by_default))

    def add(self, decision: Decision, gist: int | None = None) -> int:
        """Take in a decision (and its `gist`, where that was asked for); return its number."""
        gist = self.gist(decision) if gist is None else gist
        key = (gist, decision.filed, decision.filed_by_default)
        number = self._by_gist.get(key)
        if number is None:
            number = self._by_gist[key] = len(self.kept)
            self.kept.append(
                Answer(
                    cells_of(decision),
                    decision.level,
                    decision.verdict,
                    decision.promise,
                    decision.policy,
                )
            )
        return number

    def keep(self, key: int, number: int) -> None:
        """Remember the number of a key's answer."""
        self._learnt[key] = number

    def promises(self) -> NDArray[np.int64]:
        """Return, for each answer, the first one with the same promise, -1 where there is none.

        Two places more say so for rows without an answer, whose numbers are -1 and -2.
        """
        if len(self._promises) < len(self.kept) + 2:
            for number in range(len(self._groups), len(self.kept)):
                promise = self.kept[number].promise
                first = -1 if promise is None else self._first.setdefault(id(promise), number)
                self._groups.append(first)
            self._promises = np.array([*self._groups, -1, -1], dtype=np.int64)
        return self._promises

    def table(self) -> pa.Table:
        """Return the answers' cells, one row each, in their order; empty cells are null."""
        import pyarrow as pa

        names = [name for name in COLUMNS if name != DUE]
        if self._table is None or len(self._table) < len(self.kept):
            columns = zip(*(answer.cells for answer in self.kept), strict=True)
            cells = [[cell or None for cell in column] for column in columns] or [[]] * len(names)
            arrays = [strings_of(column) for column in cells]
            self._table = pa.Table.from_arrays(arrays, names=names)
        return self._table

    def rendered(self, delimiter: str, *, unsafe: bool) -> pa.LargeStringArray:
        """Return the answers as they stand in a delimited table: at 2 n what is before the due
        time of the answer n, at 2 n + 1 what is behind it, with delimiters and line ends.
        """
        new = self.kept[len(self._parts) // 2 :]
        if new or self._rendered is None:
            for answer in new:
                cells = answer.cells if unsafe else tuple(map(made_safe, answer.cells))
                before = delimiter.join(quoted(cell, delimiter) for cell in cells[:_BEFORE_DUE])
                behind = delimiter.join(quoted(cell, delimiter) for cell in cells[_BEFORE_DUE:])
                self._parts += (f"{delimiter}{before}{delimiter}", f"{delimiter}{behind}\n")
            self._rendered = strings_of(self._parts)
        return self._rendered
