"""What is wrong with the first row of a table that names no columns which anybody knows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from itertools import islice

from adjudge.findings import InputError
from adjudge.tickets.delimited import DELIMITERS
from adjudge.tickets.likely import shown_columns
from adjudge.tickets.rows import Rows
from adjudge.tickets.stream import translated
from adjudge.tickets.values import cell_text

_LOOKED_AT = 20  # rows below the first one among which the header may be
_FILLED = 3  # cells of a row that is no title
_UNNAMED = re.compile(r"column \d+\Z")
_PARTED = re.compile(r"[,;\t|]")
_QUOTES = "take the quotes away that stand around whole lines, or export it again"
_VALUE = re.compile(
    r"[-+]?\d+(?:[.,]\d+)*\Z"  # a number
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d)"  # a date, and what follows it
    r"|\S+@\S+\.\w+\Z"
)


def no_header(path: str, rows: Rows, fits: Callable[[Sequence[str]], bool]) -> InputError | None:
    """Return the error for a table whose first row is a title, a ticket, or not taken apart.

    None where it is none of these. `fits` says whether cells are names of columns that can be read.
    Some of the rows are used up. Raises `InputError` where these are damaged.
    """
    columns = rows.columns or []
    with translated(path):
        following = [
            (raw.row, [cell_text(cell).strip() for cell in raw.record.values()])
            for raw in islice(rows.rows, _LOOKED_AT)
            if raw.readable
        ]
    below = next((row for row, cells in following if fits(list(filter(None, cells)))), None)
    if below is not None:
        message = f"the columns of `{path}` are not named in its first row but in row {below}"
        help = f"take out the rows above row {below}, and run again"
        return InputError.of("no-header", message, help=help, where=path)
    named = [column for column in columns if not _UNNAMED.match(column)]
    if len(columns) > 1 and len(named) == 1 and fits(_names_in(named[0])):
        message = f"the columns of `{path}` are all named in one cell: {shown_columns(named)}"
        return InputError.of("no-header", message, help=_QUOTES, where=path)
    if len(named) < 2 and any(len(list(filter(None, cells))) >= _FILLED for _, cells in following):
        message = f"the first row of `{path}` is a title, and no header: {shown_columns(named)}"
        help = "take out the rows above the one that names the columns, and run again"
        return InputError.of("no-header", message, help=help, where=path)
    values = [column for column in columns if _VALUE.match(column)]
    if values:
        shown = shown_columns(values, 3)
        message = f"the first row of `{path}` holds values, and no names of columns: {shown}"
        help = "add a first row that names the columns, such as id, filed, subject, created_at"
        return InputError.of("no-header", message, help=help, where=path)
    if len(columns) == 1:
        message = f"the header of `{path}` is a single cell: {shown_columns(columns)}"
        help = "take it out where it is a title; cells are parted by `,`, `;`, tabs or `|`"
        if _PARTED.search(columns[0]):
            help = _QUOTES
        return InputError.of("no-header", message, help=help, where=path)
    return None


def _names_in(cell: str) -> list[str]:
    """Return what a cell holds that is a whole line of a table."""
    delimiter = max(DELIMITERS, key=cell.count)
    return next(csv.reader([cell], delimiter=delimiter), [])
