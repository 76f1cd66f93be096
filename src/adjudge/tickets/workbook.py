"""Rows of a workbook (.xlsx): its first visible sheet that has any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from adjudge.findings import Finding, InputError
from adjudge.tickets.delimited import unique_names
from adjudge.tickets.rows import RawRow, Rows
from adjudge.tickets.values import cell_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def read_workbook(file: BinaryIO, path: str) -> Rows:
    """Read the first visible sheet that has cells; a remark names the others that have some.

    Raises `InputError` for a workbook that is damaged, has a password, or has no cells.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(file)
        names = [
            each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible
        ]
        sheets = [sheet for sheet in map(book.get_sheet_by_name, names) if sheet.height]
    except PasswordError:
        help = "open it and save it without a password"
        message = f"`{path}` has a password"
        raise InputError.of("damaged-workbook", message, help=help, where=path) from None
    except (CalamineError, OSError) as error:
        reason = str(error).splitlines()[0].lower() if str(error) else "it cannot be opened"
        message = f"`{path}` is no workbook that can be read: {reason}"
        help = "open it and save it again as .xlsx, or as CSV"
        raise InputError.of("damaged-workbook", message, help=help, where=path) from None
    if not sheets:
        help = "a sheet starts with a row that names its columns"
        raise InputError.of("empty-file", f"`{path}` has no cells", help=help, where=path)
    return _sheet_rows(book, sheets[0], [sheet.name for sheet in sheets[1:]], path)


def _sheet_rows(book: CalamineWorkbook, sheet: CalamineSheet, others: list[str], path: str) -> Rows:
    cells = _numbered(sheet)
    _, header = next(cells)
    columns = unique_names([cell_text(cell) for cell in header])
    remarks = []
    if others:
        shown = ", ".join(f"`{name}`" for name in others)
        message = f"the sheet `{sheet.name}` was read, and not {shown}"
        help = "save another sheet as a file of its own to have it read"
        remarks.append(Finding("more-sheets", message, help=help, severity="warning", where=path))
    rows = (RawRow(row, dict(zip(columns, each, strict=False))) for row, each in cells)
    return Rows(rows, columns, remarks=remarks, last=_top(sheet) + sheet.height)


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows that are not blank, with the numbers that the sheet shows."""
    for row, cells in enumerate(sheet.to_python(skip_empty_area=True), _top(sheet) + 1):
        if any(cell != "" for cell in cells):
            yield row, [_plain(cell) for cell in cells]


def _top(sheet: CalamineSheet) -> int:
    return sheet.start[0] if sheet.start else 0


def _plain(cell: object) -> object:
    """Return a cell as JSON and tables can hold it."""
    match cell:
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        case dt.date() if not isinstance(cell, dt.datetime):
            return cell.isoformat()
        case dt.time() | dt.timedelta():
            return str(cell)
        case _:
            return cell
