"""Rows of a Parquet file, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from adjudge.findings import InputError
from adjudge.tickets.rows import RawRow, Rows

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

_BATCH = 4_096


def read_parquet(file: BinaryIO, path: str) -> Rows:
    """Read a Parquet file; the members of a struct are columns, as `struct.member`.

    Raises `InputError` for a file that is damaged.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        opened = ParquetFile(file)
        schema = _flat(opened.schema_arrow.empty_table()).schema
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from None
    rows = opened.metadata.num_rows
    return Rows(_rows(opened, path), schema.names, schema=schema, last=rows)


def _rows(opened: ParquetFile, path: str) -> Iterator[RawRow]:
    import pyarrow as pa

    row = 0
    try:
        for batch in opened.iter_batches(_BATCH):
            for record in _flat(pa.Table.from_batches([batch])).to_pylist():
                row += 1
                yield RawRow(row, record)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from None


def _flat(table: pa.Table) -> pa.Table:
    """Return a table without structs, and with times that Python can hold."""
    import pyarrow as pa

    while any(pa.types.is_struct(each.type) for each in table.schema):
        table = table.flatten()
    for index, each in enumerate(table.schema):
        if pa.types.is_timestamp(each.type) and each.type.unit == "ns":
            kind = pa.timestamp("us", each.type.tz)
            table = table.set_column(index, each.name, table.column(index).cast(kind, safe=False))
    return table


def _damaged(path: str, error: Exception) -> InputError:
    reason = str(error).splitlines()[0].lower().rstrip(".")
    message = f"`{path}` is no Parquet file that can be read: {reason}"
    return InputError.of("damaged-parquet", message, help="fetch or export it again", where=path)
