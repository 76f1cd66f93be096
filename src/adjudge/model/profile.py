"""A profile: how a system's export says what a ticket says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

OtherValues = Literal["reject", "unknown"]
"""What becomes of a cell that a map of values does not name."""

TICKET_COLUMNS = (
    "id",
    "filed",
    "subject",
    "description",
    "created_at",
    "organization",
    "requester",
    "language",
)
"""The parts of a ticket, other than its facts, that a column can hold."""


def fold(text: str) -> str:
    """Return `text` as names of columns and spellings of cells are compared.

    Case, and how much space stands around and between words, make no difference.
    """
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class FactColumn:
    """Where a fact stands in an export: the first of `columns` that the export has.

    `values` maps folded cells to values of the fact (None: unknown); without it, a cell holds the
    value itself. `other_values` is for cells that `values` does not name.
    """

    columns: tuple[str, ...]
    values: Mapping[str, object] | None = None
    other_values: OtherValues = "reject"


@dataclass(frozen=True, slots=True)
class Profile:
    """How the columns of an export become a ticket.

    `recognise` lists what an export of this kind always has: each entry holds alternatives, one
    of which must be there; an empty list is never recognised, only chosen. `columns` and `facts`
    give alternatives too, and the first one that the export has counts. `filed_values` (folded
    cell to spelling) leaves other cells as they are. `dates` are tried in order: `iso`, or a
    format of `strptime`; a time without a zone is in `zone`, or unreadable where that is None.
    `empty` are the folded spellings of an empty cell. With `facts_by_name`, a column that is named
    `FACT` or `facts.FACT` holds that fact. With `native_json`, a JSON record is a ticket as it is.
    """

    name: str
    title: str = ""
    recognise: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, FactColumn] = field(default_factory=dict)
    filed_values: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ("iso",)
    zone: str | None = None
    empty: frozenset[str] = frozenset({""})
    facts_by_name: bool = False
    native_json: bool = False
