"""The rows of a delimited table in chunks of bounded size, as columns of text."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from adjudge.batch.columnar.regular import Irregular, blocks
from adjudge.tickets.delimited import unique_names
from adjudge.tickets.export import Export
from adjudge.tickets.rows import BYTE_ORDER_MARK, RawRow, Record

if TYPE_CHECKING:
    import polars as pl

_HEADER_BYTES = 1 << 16
_DELIMITERS = ",;\t"
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that follow one another; `first` is the number of the first as a person counts.

    `position` is how far the file was read, in bytes as they are on disk. `plain` says that no
    cell holds a carriage return.
    """

    frame: pl.DataFrame
    first: int
    position: int = 0
    plain: bool = True

    def raw(self, index: int) -> RawRow:
        """Return a row as the row reader has it."""
        record: Record = {
            name: "" if value is None else value
            for name, value in self.frame.row(index, named=True).items()
        }
        return RawRow(self.first + index, record)


def chunks_of(export: Export) -> Iterator[Chunk]:
    """Yield the rows of an export that every reader of CSV reads alike.

    Raises `Irregular` where that is not certain: quotes within cells, rows of another width than
    the header, blank lines, bytes that are no UTF-8, a beginning that is anything but plain.
    """
    columns = list(export.columns or ())
    packed = export.path.lower().endswith(".gz")
    with open(export.path, "rb") as on_disk:
        file = cast(IO[bytes], gzip.GzipFile(fileobj=on_disk) if packed else on_disk)
        try:
            head = file.read(_HEADER_BYTES)
            delimiter = delimiter_of(head, columns)
            start = head.index(b"\n") + 1
            first = 2
            for block in blocks(file, head[start:], columns, delimiter):
                yield Chunk(block.frame, first, on_disk.tell(), block.plain)
                first += len(block.frame)
        except (OSError, EOFError, zlib.error) as error:
            raise Irregular from error  # the row reader says what is wrong with it
    export.check_unchanged()


def delimiter_of(head: bytes, columns: list[str]) -> str:
    """Return the delimiter by which the first line names just these columns.

    Raises `Irregular` where it does not.
    """
    line = head.partition(b"\n")[0]
    if b"\n" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff", _GZIP_MAGIC)):
        raise Irregular
    try:
        text = line.removeprefix(b"\xef\xbb\xbf").decode().removesuffix("\r")
    except UnicodeDecodeError:
        raise Irregular from None
    if "\r" in text or BYTE_ORDER_MARK in text or text.count('"') % 2:
        raise Irregular
    for delimiter in _DELIMITERS:
        if unique_names(next(csv.reader([text], delimiter=delimiter), [])) == columns:
            return delimiter
    raise Irregular
