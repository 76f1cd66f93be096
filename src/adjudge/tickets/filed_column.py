"""The column of filed levels in a table that does not call it so: told by its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from adjudge.model.fact import Fact
from adjudge.model.profile import Profile, fold
from adjudge.tickets.apply import Layout, columns_by_name
from adjudge.tickets.rows import RawRow, Rows, cut
from adjudge.tickets.values import cell_text

_LOOKED_AT = 1_000  # rows whose cells are asked


@dataclass(frozen=True, slots=True)
class Levels:
    """How the levels of a ruleset are spelled: its name, and the folded spellings."""

    ruleset: str
    spellings: frozenset[str]

    def knows(self, text: str) -> bool:
        """Say whether a text is a level; a bare number, whose direction is open, is none."""
        folded = fold(text)
        return folded in self.spellings and not folded.isdecimal()


def told_by_cells(
    rows: Rows, profile: Profile, facts: Mapping[str, Fact], levels: Levels
) -> tuple[Rows, str | None, dict[str, str]]:
    """Return the rows of a table, the column of its filed levels, and why others are none.

    A column of `profile.filed_by_cells` is taken where it is the only one whose cells are all
    levels, as far as the first rows tell; by column, the others have a reason each.
    """
    layout = Layout(profile, facts, rows.columns or ())
    named = columns_by_name(rows.columns or ())
    names = [named[fold(each)] for each in profile.filed_by_cells if fold(each) in named]
    candidates = [column for column in names if column not in layout.used]
    if "filed" in layout.columns or not candidates:
        return rows, None, {}
    remaining = iter(rows.rows)
    ahead = list(islice(remaining, _LOOKED_AT))
    rows = replace(rows, rows=chain(ahead, remaining))
    doubts = {column: _doubt(ahead, column, profile, levels) for column in candidates}
    plain = [column for column, doubt in doubts.items() if doubt is None]
    others = {column: doubt for column, doubt in doubts.items() if doubt is not None}
    if len(plain) == 1:
        return rows, plain[0], others
    said = " and ".join(f"`{column}`" for column in plain)
    return rows, None, {**others, **dict.fromkeys(plain, f"{said} could both be it")}


def _doubt(rows: list[RawRow], column: str, profile: Profile, levels: Levels) -> str | None:
    """Return why a column does not plainly hold levels, None where it does."""
    cells: dict[str, int] = {}
    for raw in rows:
        text = cell_text(raw.record.get(column)) if raw.readable else ""
        if fold(text) not in profile.empty:
            cells.setdefault(text.strip(), raw.row)
    if not cells:
        return "its cells are empty"
    for text, row in cells.items():
        if fold(text) not in profile.filed_values and not levels.knows(text):
            if text.isdecimal():
                return (
                    f"`{text}` in row {row} is a number, of which no end is known as the urgent one"
                )
            return f"`{cut(text)}` in row {row} is no level of `{levels.ruleset}`"
    return None
