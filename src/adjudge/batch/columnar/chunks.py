"""The rows of an export in chunks of bounded size, each a few columns of cells."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, cast

from adjudge.batch.columnar.grid import Grid
from adjudge.batch.columnar.regular import Irregular, NoUtf8, grids
from adjudge.batch.columnar.texts import as_texts, between
from adjudge.findings import InputError
from adjudge.tickets.claims import without_mark
from adjudge.tickets.delimited import DELIMITERS, unique_names
from adjudge.tickets.export import Export
from adjudge.tickets.rows import BYTE_ORDER_MARK, RawRow, Record
from adjudge.tickets.stream import Counted, open_text
from adjudge.tickets.zstd import DamagedZstd, Unzstd

if TYPE_CHECKING:
    import pyarrow as pa

_HEADER_BYTES = 1 << 16
_RECODED = 1 << 20  # characters at a time
_GZIP_MAGIC = b"\x1f\x8b"


class Chunk(Protocol):
    """Rows that follow one another; `first` is the number of the first as a person counts.

    `position` is how far the file was read, in bytes as they are on disk.
    """

    @property
    def first(self) -> int: ...

    @property
    def position(self) -> int: ...

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> pa.Array:
        """Return the cells of a column; texts are large strings, without nulls."""

    def joined(self, columns: Sequence[str]) -> pa.LargeStringArray | None:
        """Return a text for each row by which rows with the same cells in `columns` are the same.

        None where there is none at hand.
        """

    def cells(self, row: int, columns: Sequence[str]) -> list[str]:
        """Return the cells of a row in columns of text."""

    def raw(self, row: int) -> RawRow:
        """Return a row as the row reader has it."""


class TextChunk:
    """Rows of a delimited table, as they stand in its bytes between delimiters."""

    def __init__(
        self, grid: Grid, columns: Sequence[str], delimiter: str, first: int, position: int
    ) -> None:
        self.grid = grid
        self.columns = columns
        self.delimiter = delimiter
        self.first = first
        self.position = position
        self._numbers = {name: number for number, name in enumerate(columns)}

    def __len__(self) -> int:
        return len(self.grid)

    def column(self, name: str) -> pa.LargeStringArray:
        """See `Chunk`."""
        return self.grid.column(self._numbers[name])

    def joined(self, columns: Sequence[str]) -> pa.LargeStringArray | None:
        """See `Chunk`; there is one for columns side by side, in their order."""
        numbers = [self._numbers[name] for name in columns]
        if numbers != list(range(numbers[0], numbers[-1] + 1)):
            return None
        return between(self.grid.data, *self.grid.span(numbers[0], numbers[-1]))

    def cells(self, row: int, columns: Sequence[str]) -> list[str]:
        """See `Chunk`."""
        return [self.grid.cell(row, self._numbers[name]) for name in columns]

    def raw(self, row: int) -> RawRow:
        """See `Chunk`."""
        record: Record = dict(zip(self.columns, self.grid.cells(row), strict=True))
        return RawRow(self.first + row, record)


@dataclass(frozen=True, slots=True)
class TableChunk:
    """Rows of a table of Arrow."""

    table: pa.Table
    first: int
    position: int = 0

    @property
    def columns(self) -> Sequence[str]:
        """See `Chunk`."""
        names: list[str] = self.table.column_names
        return names

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array:
        """See `Chunk`."""
        cells = self.table[name].combine_chunks()
        texts = as_texts(cells)
        return cells if texts is None else texts

    def joined(self, columns: Sequence[str]) -> None:
        """See `Chunk`."""

    def cells(self, row: int, columns: Sequence[str]) -> list[str]:
        """See `Chunk`."""
        return [self.column(name)[row].as_py() for name in columns]

    def raw(self, row: int) -> RawRow:
        """See `Chunk`."""
        (record,) = self.table.slice(row, 1).to_pylist()
        return RawRow(self.first + row, record)


def chunks_of(export: Export, *, recoded: bool = False) -> Iterator[TextChunk]:
    """Yield the rows of a delimited export that every reader of CSV reads alike.

    Raises `Irregular` where that is not certain: quotes within cells, rows of another width than
    the header, blank lines, a beginning that is anything but plain; and `NoUtf8` for bytes that
    are none. With `recoded`, the text is read in whatever encoding the row reader finds.
    """
    columns = list(export.columns or ())
    with open(export.path, "rb") as on_disk, ExitStack() as stack:
        try:
            file = _unpacked(export.path, on_disk)
            if recoded:
                counted = stack.enter_context(Counted(on_disk, export.size_bytes))
                text = stack.enter_context(open_text(export.path, counted, None))
                file = cast(IO[bytes], io.BufferedReader(Recoded(text)))
            head = file.read(_HEADER_BYTES)
            delimiter = delimiter_of(head, columns)
            start = head.index(b"\n") + 1
            first = 2
            for grid in grids(file, head[start:], len(columns), delimiter):
                yield TextChunk(grid, columns, delimiter, first, on_disk.tell())
                first += len(grid)
        except (OSError, EOFError, zlib.error, DamagedZstd, UnicodeError, InputError) as error:
            raise Irregular from error  # the row reader says what is wrong with it
    export.check_unchanged()


def _unpacked(path: str, on_disk: io.BufferedReader) -> IO[bytes]:
    if path.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=on_disk))
    if path.lower().endswith(".zst"):
        return cast(IO[bytes], io.BufferedReader(Unzstd(on_disk)))
    return on_disk


class Recoded(io.RawIOBase):
    """A text as bytes of UTF-8."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._ready:
            self._ready = memoryview(self._text.read(_RECODED).encode())
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def delimiter_of(head: bytes, columns: list[str]) -> str:
    """Return the delimiter by which the first line names just these columns.

    Raises `Irregular` where it does not.
    """
    line = head.partition(b"\n")[0]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or without_mark(head) is not None:
        raise NoUtf8
    if b"\n" not in head or head.startswith(_GZIP_MAGIC):
        raise Irregular
    try:
        text = line.removeprefix(b"\xef\xbb\xbf").decode().removesuffix("\r")
    except UnicodeDecodeError:
        raise NoUtf8 from None
    if "\r" in text or BYTE_ORDER_MARK in text or text.count('"') % 2:
        raise Irregular
    for delimiter in DELIMITERS:
        if unique_names(next(csv.reader([text], delimiter=delimiter), [])) == columns:
            return delimiter
    raise Irregular
