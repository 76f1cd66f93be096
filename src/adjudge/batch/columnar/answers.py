"""The answer to each distinct case, decided once and kept as the cells of its results."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.cells import COLUMNS, DUE, cells_of
from adjudge.batch.classify import Wishes
from adjudge.batch.write_safe import made_safe
from adjudge.decide import Decision, Ruleset
from adjudge.findings import InputError
from adjudge.model.policy import Policy, Promise
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_BEFORE_DUE = COLUMNS.index(DUE)

NEW, UNDECIDED = -1, -2
_DENSE = 1 << 25
_KEPT = 1_000_000  # keys that are remembered where there is no room for all; others come again


@dataclass(frozen=True, slots=True)
class Answer:
    """What tickets of a case share: cells, and the promise that their due times follow."""

    cells: tuple[str, ...]
    level: str
    verdict: str
    promise: Promise | None
    policy: Policy


def _gist(decision: Decision) -> Hashable:
    """Return all that the cells of a decision depend on."""
    return (
        decision.ruleset_version,
        decision.language,
        decision.filed,
        decision.filed_by_default,
        decision.level,
        decision.possible,
        decision.entitled,
        id(decision.promise),
        decision.decided_by,
        decision.presumptions,
        decision.questions[:3],
    )


class Answers:
    """Answers by key; a key is a number below `size` that stands for a distinct case."""

    def __init__(self, ruleset: Ruleset, wishes: Wishes, size: int) -> None:
        self._ruleset = ruleset
        self._wishes = wishes
        self._dense = np.full(size, NEW, dtype=np.int32) if size <= _DENSE else None
        self._sparse: dict[int, int] = {}
        self.kept: list[Answer] = []
        self._by_gist: dict[Hashable, int] = {}
        self._frame: pl.DataFrame | None = None
        self._rendered: pl.DataFrame | None = None

    def numbers(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the number of each key's answer, `NEW` or `UNDECIDED`."""
        if self._dense is not None:
            found: NDArray[np.int32] = self._dense[keys]
            return found
        distinct, places = np.unique(keys, return_inverse=True)
        known = [self._sparse.get(int(key), NEW) for key in distinct]
        spread: NDArray[np.int32] = np.array(known, dtype=np.int32)[places]
        return spread

    def decide(self, ticket: Ticket) -> Decision | None:
        """Decide a case by one of its tickets; None where it cannot be decided."""
        try:
            return self._ruleset.decide(
                ticket,
                text=False,  # one ticket stands for many here; words are each ticket's own
                when_uncertain=self._wishes.when_uncertain,
                as_of=self._wishes.as_of,
                language=self._wishes.language,
            )
        except InputError:
            return None

    def add(self, decision: Decision) -> int:
        """Take in a decision; return the number of its answer.

        Many cases differ in facts that change nothing, so they share an answer.
        """
        gist = _gist(decision)
        number = self._by_gist.get(gist)
        if number is None:
            number = self._by_gist[gist] = len(self.kept)
            self.kept.append(
                Answer(
                    cells_of(decision),
                    decision.level,
                    decision.verdict,
                    decision.promise,
                    decision.policy,
                )
            )
            self._frame = None
        return number

    def keep(self, key: int, number: int) -> None:
        """Remember the number of a key's answer."""
        if self._dense is not None:
            self._dense[key] = number
        else:
            if len(self._sparse) >= _KEPT:
                self._sparse.clear()
            self._sparse[key] = number

    def frame(self) -> pl.DataFrame:
        """Return the answers' cells, one row each, in their order; empty cells are null."""
        import polars as pl

        if self._frame is None:
            names = [name for name in COLUMNS if name != DUE]
            columns = zip(*(answer.cells for answer in self.kept), strict=True)
            data = {name: list(cells) for name, cells in zip(names, columns, strict=False)}
            frame = pl.DataFrame(data, schema=dict.fromkeys(names, pl.String))
            self._frame = frame.with_columns(
                pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep()
            )
        return self._frame

    def rendered(self, delimiter: str, *, unsafe: bool) -> pl.DataFrame:
        """Return the answers as they stand in a delimited table: what is before the due time, and
        what is behind it, one row each in their order.
        """
        import polars as pl

        if self._rendered is None or len(self._rendered) < len(self.kept):
            text = io.StringIO()
            writer = csv.writer(text, delimiter=delimiter, lineterminator="\x00")
            for answer in self.kept:
                cells = answer.cells if unsafe else tuple(map(made_safe, answer.cells))
                writer.writerows((cells[:_BEFORE_DUE], cells[_BEFORE_DUE:]))
            parts = text.getvalue().split("\x00")
            self._rendered = pl.DataFrame(
                {"before": parts[:-1:2], "behind": parts[1:-1:2]},
                schema={"before": pl.String, "behind": pl.String},
            )
        return self._rendered
