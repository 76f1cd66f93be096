"""Which of a table's columns say what a ticket's case is, and each row's case as one number."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.codes import BAD, Coder
from adjudge.batch.columnar.in_force import InForce
from adjudge.batch.columnar.moments import MomentReader, Moments
from adjudge.batch.columnar.side_by_side import Coded, side_by_side
from adjudge.decide import Ruleset
from adjudge.decide.compiled import CompiledPolicy
from adjudge.model.profile import fold
from adjudge.tickets.apply import Layout, TicketReader
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PROBE = "1"
_WAYS = 200  # ways of filing that only the ranks of the export tell apart
_SPELLINGS = 10_000  # of what is filed, that are kept as they were read


class Levels(tuple[str, ...]):
    """The levels that a spelling means, one for each version."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Rows with their keys; `odd` are those that only the row reader can judge.

    A key is `cases` times the number of ways in which tickets are filed, plus the ticket's own.
    `filed` are the places of what is filed among the `spellings` that were met, `versions` the
    numbers of the versions in force.
    """

    keys: NDArray[np.int64]
    odd: NDArray[np.bool_]
    moments: Moments
    filed: NDArray[np.int64] | None
    spellings: list[object]
    versions: NDArray[np.int64]
    headers: bool


class Keys:
    """Numbers the cases of a table's rows.

    A key is made of the classes of the facts' cells, what is filed, the language, the version in
    force and the maintenance windows: all that a decision depends on but the text.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        wishes: Wishes,
        layout: Layout,
        reader: TicketReader,
        columns: list[str],
        *,
        iso: bool,
    ) -> None:
        self._ruleset = ruleset
        self._wishes = wishes
        self._layout = layout
        self._reader = reader
        self._blank = dict.fromkeys(columns, "")
        self._names = frozenset(map(fold, columns))
        self._headers = False
        self._versions = ruleset.compiled_versions
        coded: list[Coded] = []
        for fact, column in layout.fact_columns.items():
            size = math.prod(self._axis_size(each, fact) for each in self._versions)
            judge = partial(self._fact, fact, column)
            coded.append(Coded(column, Coder(judge), size + 1))
        if "language" in layout.columns and wishes.language is None:
            size = len(ruleset.policy.languages) + 1
            coded.append(Coded(layout.columns["language"], Coder(self._language), size + 1))
        self._runs = side_by_side(coded, columns)
        self._filed_coder = Coder(self._filed)
        self._spelled: dict[str, Ticket | None] = {}
        self.ways = (len(ruleset.policy.levels) + 2) ** len(self._versions) + _WAYS
        self._times = MomentReader(self._moment, iso=iso)
        self._in_force = InForce(ruleset, wishes, dated="created_at" in layout.columns)
        self.size = math.prod(each.size for each in coded)
        self.size *= len(self._versions) * 2**self._in_force.windows * self.ways

    def of(self, chunk: Chunk) -> Keyed:
        """Return the keys of a chunk's rows."""
        keys = np.zeros(len(chunk), dtype=np.int64)
        odd = np.zeros(len(chunk), dtype=np.bool_)
        for run in self._runs:
            codes = run.codes(chunk)
            bad = codes < 0
            odd |= bad
            keys = keys * run.size + np.where(bad, 0, codes)
        moments = self._moments(chunk)
        odd |= moments.bad
        version, none = self._in_force.version(moments)
        odd |= none
        keys = keys * len(self._versions) + version
        for inside in self._in_force.inside(moments):
            keys = keys * 2 + inside
        filed, ways = self._filed_of(chunk)
        bad = (ways == BAD) | (ways >= self.ways)
        odd |= bad
        keys = keys * self.ways + np.where(bad, 0, ways)
        spellings = self._filed_coder.spellings.texts
        return Keyed(keys, odd, moments, filed, spellings, version, self._headers)

    def _filed_of(self, chunk: Chunk) -> tuple[NDArray[np.int64] | None, NDArray[np.int64]]:
        column = self._layout.columns.get("filed")
        if column is None:
            return None, np.full(len(chunk), self._filed_coder.classes.number((None, None)))
        places = self._filed_coder.places(chunk.column(column))
        return places, self._filed_coder.spellings.numbers[places]

    def way(self, number: int, version: CompiledPolicy) -> tuple[str | None, bool] | None:
        """Return the level under which a way of filing files, and whether it is the default.

        None where a version does not know it.
        """
        meaning = self._filed_coder.classes.meanings[number]
        if isinstance(meaning, Levels):
            return meaning[self._versions.index(version)], False
        filed, rank = cast(tuple[str | None, int | None], meaning)
        if filed is None or not filed.strip():
            default = version.policy.default_level
            return (default.level, True) if default else (None, False)
        level = version.filed_level(filed, rank)
        return None if level is None else (level, False)

    def spelled(self, filed: object) -> Ticket | None:
        """Return a ticket on which only a spelling of what is filed is known."""
        column = self._layout.columns["filed"]
        if not isinstance(filed, str):
            return self._read(column, filed)
        if filed not in self._spelled:
            if len(self._spelled) >= _SPELLINGS:
                self._spelled.clear()
            self._spelled[filed] = self._read(column, filed)
        return self._spelled[filed]

    # -- what cells mean, by the row reader

    def _read(self, column: str, cell: object) -> Ticket | None:
        if isinstance(cell, str) and fold(cell) in self._names:
            self._headers = True
        record = {**self._blank, column: cell}
        record[self._layout.columns["id"]] = _PROBE
        read = self._reader.read(record)
        return read if isinstance(read, Ticket) else None

    def _fact(self, fact: str, column: str, cell: object) -> Hashable:
        """Return the classes of a cell, one for each version."""
        ticket = self._read(column, cell)
        if ticket is None:
            return None
        value = ticket.facts.get(fact)
        if value is None:
            return ("unknown",)
        classes = []
        for version in self._versions:
            if fact not in version.policy.facts:
                return None
            try:
                normal = version.policy.facts[fact].normalise(value)
            except ValueError:
                return None
            read = fact in version.axes.position
            classes.append(version.axes.axis(fact).index_of(normal) if read else 0)
        return tuple(classes)

    def _filed(self, cell: object) -> Hashable:
        ticket = self._read(self._layout.columns["filed"], cell)
        if ticket is None:
            return None
        rank = getattr(ticket, "filed_rank", None)
        if ticket.filed is None or rank is not None:
            return (ticket.filed, rank)
        if not ticket.filed.strip():
            return (None, None)
        levels = [version.filed_level(ticket.filed) for version in self._versions]
        known = [level for level in levels if level is not None]
        return Levels(known) if len(known) == len(levels) else None

    def _language(self, cell: object) -> Hashable:
        ticket = self._read(self._layout.columns["language"], cell)
        if ticket is None:
            return None
        return ("language", self._ruleset.policy.spoken(ticket.language))

    def _moment(self, cell: object) -> tuple[datetime | None] | None:
        ticket = self._read(self._layout.columns["created_at"], cell)
        return None if ticket is None else (ticket.created_at,)

    # -- what follows from the time of creation

    def _moments(self, chunk: Chunk) -> Moments:
        column = self._layout.columns.get("created_at")
        if column is None:
            return Moments.none(len(chunk))
        return self._times.read(chunk.column(column))

    @staticmethod
    def _axis_size(version: CompiledPolicy, fact: str) -> int:
        # One class more than the axis has: a cell that says that the fact is unknown.
        return version.axes.axis(fact).size + 1 if fact in version.axes.position else 2
