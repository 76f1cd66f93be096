"""Tables as files: CSV, TSV, workbooks and Parquet. The same rows give the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Literal, Protocol

from adjudge.batch.write_file import as_text
from adjudge.batch.write_safe import made_safe
from adjudge.findings import Finding, InputError
from adjudge.tickets.values import cell_text

if TYPE_CHECKING:
    import pyarrow as pa
    from xlsxwriter.worksheet import Worksheet

TableKind = Literal["csv", "tsv", "xlsx", "parquet"]
MAX_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""
MAX_CHARACTERS = 32_767
"""Characters of a cell of a sheet."""
GROUP_ROWS = 65_536
GROUP_CHARACTERS = 64_000_000
"""What a row group of Parquet holds at most, but for its last row."""
_WIDTHS = (10, 40)
_EPOCH = dt.datetime(2000, 1, 1)  # a time of its own would make every file another one


class TableFile(Protocol):
    """Takes rows one by one: the cells of the export's columns, and ours."""

    remarks: list[Finding]

    def write(self, cells: Sequence[object], added: Sequence[str]) -> None:
        """Write one row."""


@contextmanager
def table_file(
    kind: TableKind,
    raw: IO[bytes],
    columns: Sequence[str],
    added: Sequence[str],
    *,
    schema: pa.Schema | None = None,
    unsafe: bool = False,
) -> Iterator[TableFile]:
    """Write a table to a stream of bytes; it is whole when the block ends without an error.

    `columns` are the export's and `added` ours. `schema` gives the types of the export's columns
    for Parquet; all others are text. `unsafe` leaves cells that a spreadsheet would run as they
    are; in workbooks and Parquet nothing runs.
    """
    match kind:
        case "csv" | "tsv":
            delimiter = "\t" if kind == "tsv" else ","
            with as_text(raw) as text:
                yield Delimited(text, columns, added, delimiter, unsafe=unsafe)
        case "xlsx":
            with tempfile.TemporaryDirectory() as folder:
                yield from _workbook(raw, columns, added, folder)
        case "parquet":
            yield from _parquet(raw, columns, added, schema)


def shown(cell: object) -> str:
    """Return a cell of any format as text; lists and objects as JSON."""
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False, default=cell_text)
    return cell if isinstance(cell, str) else cell_text(cell)


class Delimited:
    """A table with cells between commas or tabs."""

    def __init__(
        self,
        text: IO[str],
        columns: Sequence[str],
        added: Sequence[str],
        delimiter: str,
        *,
        unsafe: bool = False,
    ) -> None:
        self.remarks: list[Finding] = []
        self._unsafe = unsafe
        self._text = text
        self._delimiter = delimiter
        self._writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        self.write(columns, added)

    def write(self, cells: Sequence[object], added: Sequence[str]) -> None:
        row = [*map(shown, cells), *added]
        if not self._unsafe:
            row = [made_safe(cell) for cell in row]
        if any("\r" in cell for cell in row):
            # Before Python 3.13 the csv module writes a carriage return bare, which ends the row.
            cells_quoted = (quoted(cell, self._delimiter) for cell in row)
            self._text.write(self._delimiter.join(cells_quoted) + "\n")
        else:
            self._writer.writerow(row)


def quoted(cell: str, delimiter: str) -> str:
    """Return a cell as it stands between delimiters: in quotes where it needs them."""
    if '"' in cell or delimiter in cell or "\n" in cell or "\r" in cell:
        return f'"{cell.replace(chr(34), chr(34) * 2)}"'
    return cell


class Workbook:
    """A sheet that opens with filters and a header that stays."""

    def __init__(
        self, sheet: Worksheet, formats: dict[str, object], columns: Sequence[str], path: str = ""
    ) -> None:
        self.remarks: list[Finding] = []
        self._sheet = sheet
        self._formats = formats
        self._row = 0
        self._cut: list[int] = []
        for number, name in enumerate(columns):
            self._text(number, name, formats["header"])
        self._row = 1

    def write(self, cells: Sequence[object], added: Sequence[str]) -> None:
        if self._row >= MAX_ROWS:
            raise InputError.of(
                "too-many-rows",
                f"a workbook has room for {MAX_ROWS - 1:,} rows, and there are more",
                help="write .csv or .parquet, which have no limit",
            )
        for number, cell in enumerate((*cells, *added)):
            self._cell(number, cell)
        self._row += 1

    def _cell(self, column: int, cell: object) -> None:
        match cell:
            case None | "":
                pass
            case bool():
                self._sheet.write_boolean(self._row, column, cell)
            case int() | float() if abs(cell) < 1e15:
                self._sheet.write_number(self._row, column, cell)
            case dt.datetime() if cell.tzinfo is None and cell.year >= 1900:
                self._sheet.write_datetime(self._row, column, cell, self._formats["moment"])
            case _:
                self._text(column, shown(cell), None)

    def _text(self, column: int, text: str, form: object) -> None:
        if len(text) > MAX_CHARACTERS:
            text = text[: MAX_CHARACTERS - 1] + "…"
            self._cut.append(self._row + 1)
        self._sheet.write_string(self._row, column, text, form)

    def finish(self, width: int) -> None:
        """Add what depends on the number of rows."""
        self._sheet.autofilter(0, 0, max(0, self._row - 1), max(0, width - 1))
        if self._cut:
            message = (
                f"{len(self._cut):,} cells have more than {MAX_CHARACTERS:,} characters, the most "
                f"that a workbook holds, and are cut (the first in row {self._cut[0]:,})"
            )
            help = "write .csv, .jsonl or .parquet to have them whole"
            self.remarks.append(Finding("cells-cut", message, help=help, severity="warning"))


def _workbook(
    raw: IO[bytes], columns: Sequence[str], added: Sequence[str], folder: str
) -> Iterator[TableFile]:
    import xlsxwriter

    target = Patient(raw)
    options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(target, options)
    book.use_zip64()
    book.set_properties({"created": _EPOCH})
    sheet = book.add_worksheet("Results")
    formats = {
        "header": book.add_format({"bold": True}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    names = [*columns, *added]
    for number, name in enumerate(names):
        sheet.set_column(number, number, min(max(len(name) + 4, _WIDTHS[0]), _WIDTHS[1]))
    sheet.freeze_panes(1, 0)
    table = Workbook(sheet, formats, names)
    yield table
    table.finish(len(names))
    book.close()
    if target.error is not None:
        raise target.error


class Patient:
    """A stream that takes everything, and keeps the first error for when it is asked.

    The archive of a workbook that cannot be finished would complain once more when it is collected.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self.error: OSError | None = None
        self._raw = raw
        self._at = 0

    def write(self, data: bytes) -> int:
        if self.error is None:
            try:
                self._raw.write(data)
            except OSError as error:
                self.error = error
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == 0 else self._at + offset
        if self.error is None:
            try:
                self._raw.seek(self._at)
            except OSError as error:
                self.error = error
        return self._at

    def flush(self) -> None:
        if self.error is None:
            try:
                self._raw.flush()
            except OSError as error:
                self.error = error


class Columns:
    """Rows that are gathered into the row groups of a Parquet file."""

    def __init__(self, file: pa.parquet.ParquetWriter, schema: pa.Schema, own: int) -> None:
        self.remarks: list[Finding] = []
        self._file = file
        self._schema = schema
        self._texts = [str(each) == "string" for each in schema.types[:own]]
        self._rows: list[list[object]] = []
        self._size = 0

    def write(self, cells: Sequence[object], added: Sequence[str]) -> None:
        row = [
            cell if not text or cell is None else shown(cell)
            for cell, text in zip(cells, self._texts, strict=True)
        ]
        self._rows.append([*row, *(cell or None for cell in added)])
        self._size += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(self._rows) >= GROUP_ROWS or self._size >= GROUP_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that were gathered as a row group."""
        import pyarrow as pa

        if self._rows:
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(
                    zip(*self._rows, strict=True), self._schema.types, strict=True
                )
            ]
            self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows, self._size = [], 0


def _parquet(
    raw: IO[bytes], columns: Sequence[str], added: Sequence[str], types: pa.Schema | None
) -> Iterator[TableFile]:
    import pyarrow as pa

    known = {} if types is None else {each.name: each.type for each in types}
    fields = [(name, known.get(name, pa.string())) for name in columns]
    schema = pa.schema([*fields, *((name, pa.string()) for name in added)])
    with parquet_writer(raw, schema) as file:
        table = Columns(file, schema, len(fields))
        yield table
        table.flush()


def parquet_writer(raw: IO[bytes], schema: pa.Schema) -> pa.parquet.ParquetWriter:
    """Open a Parquet file on a stream of bytes, to be closed by whoever asked for it."""
    from pyarrow.parquet import ParquetWriter

    return ParquetWriter(raw, schema, compression="zstd")
