"""Cells of CSV files that a spreadsheet shows and does not run.

A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@` for a formula, wherever it came
from. Such a cell gets an apostrophe in front, unless it is a number. So that no data is lost by
it, a cell that starts with apostrophes and then one of these gets one more: taking one apostrophe
away from every cell of that form gives back exactly what was there.
"""

from __future__ import annotations

import re

RUNS = r"^'*[=+\-@\t\r]"
"""Cells that a spreadsheet would run, or that look like ones made safe; for `re` and Arrow."""

NUMBER = r"^[-+]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?[ ]?%?$|^[-+]$"
"""Numbers, and a sign alone: neither is a formula."""

_RUNS = re.compile(RUNS)
_NUMBER = re.compile(NUMBER)
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")


def made_safe(cell: str) -> str:
    """Return a cell as it is written to a file that spreadsheets may open."""
    if _RUNS.match(cell) is None or _NUMBER.fullmatch(cell) is not None:
        return cell
    return "'" + cell


def as_it_was(cell: str) -> str:
    """Return what `made_safe` made a cell from."""
    return cell[1:] if _MADE_SAFE.match(cell) is not None else cell
