"""A profile: how a system's export says what a ticket says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

OtherValues = Literal["reject", "unknown"]
"""What becomes of a cell that a map of values does not name."""

Markup = Literal["plain", "html", "wiki"]
"""What a description is written in; it is read as text."""

DayOrder = Literal["day_first", "month_first"]
"""Which of two numbers in a date is the day, where the numbers themselves do not tell."""

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
    value itself. `other_values` is for cells that `values` does not name. With `tags`, the cell
    (and every column of the same name) holds several words, of which those that `values` names
    count and the others do not.
    """

    columns: tuple[str, ...]
    values: Mapping[str, object] | None = None
    other_values: OtherValues = "reject"
    tags: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records that are no tickets: those in which `column` holds one of the folded `values`.

    Without `values`, any record with something in the column is left out. `because` is the reason
    with which such a record is rejected.
    """

    column: str
    because: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """How the columns of an export become a ticket.

    `recognise` lists what an export of this kind always has: each entry holds alternatives, one
    of which must be there; an empty list is never recognised, only chosen. `columns` and `facts`
    give alternatives too, and the first one that the export has counts. `filed_values` (folded
    cell to spelling) leaves other cells as they are. `filed_ranks` says how urgent a priority of
    the system is among its priorities (folded cell to number, 1 is the most urgent); with
    `filed_tags`, the filed column holds several words, of which those that the two name count.
    `filed_by_cells` are columns, one of which may hold the filed level where no column is named
    for it: the only one whose cells are all levels of the ruleset. `absent` are parts of a ticket
    that the export is said not to have.
    `dates` are tried in order: `iso`, `local` (day, month and year in the order of the column),
    `epoch`, or a format of `strptime`; a time without a zone is in `zone`, or unreadable where
    that is None. `day_order` is taken where a column does not tell. `empty` are the folded
    spellings of an empty cell. `markup` is what descriptions are written in. `left_out` are
    records that are no tickets; with `footer`, so are rows that have a text in the first column
    and nowhere else. With `wide_rows`, rows may have more cells than the header has names, where
    the last name is one of several alike. With `facts_by_name`, a column that is named `FACT` or
    `facts.FACT` holds that fact. With `native_json`, a JSON record is a ticket as it is. `named`
    are the columns (folded) and `own_facts` the facts that the profile itself names, and none that
    it extends. `changed_by` begins what a message says of a map that would read more; empty where
    maps are no matter.
    """

    name: str
    title: str = ""
    recognise: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, FactColumn] = field(default_factory=dict)
    filed_values: Mapping[str, str] = field(default_factory=dict)
    filed_ranks: Mapping[str, int] = field(default_factory=dict)
    filed_tags: bool = False
    filed_by_cells: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()
    dates: tuple[str, ...] = ("iso",)
    zone: str | None = None
    day_order: DayOrder = "day_first"
    markup: Markup = "plain"
    left_out: tuple[LeftOut, ...] = ()
    footer: bool = False
    wide_rows: bool = False
    empty: frozenset[str] = frozenset({""})
    facts_by_name: bool = False
    native_json: bool = False
    named: frozenset[str] = frozenset()
    own_facts: frozenset[str] = frozenset()
    changed_by: str = ""

    @property
    def of_a_system(self) -> bool:
        """Whether this is the layout of a system, whose other columns are known to be no matter."""
        return bool(self.recognise) and not self.facts_by_name
