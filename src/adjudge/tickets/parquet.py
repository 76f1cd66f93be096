"""Rows of a Parquet file, batch by batch."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import MAXYEAR
from typing import TYPE_CHECKING, BinaryIO

from adjudge.findings import InputError
from adjudge.tickets.far_times import has_far, is_time, texts_of
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
        far = _far(opened)
        schema = _flat(opened.schema_arrow.empty_table(), far).schema
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from None
    rows = opened.metadata.num_rows
    return Rows(_rows(opened, path, far), schema.names, schema=schema, last=rows)


def _far(opened: ParquetFile) -> frozenset[str]:
    """Return the columns that have times which Python cannot hold."""
    times = [
        each.name for each in _flat(opened.schema_arrow.empty_table()).schema if is_time(each.type)
    ]
    paths = {opened.schema.column(number).path: number for number in range(len(opened.schema))}
    return frozenset(
        name
        for name in times
        if any(
            _is_far(opened, group, name, paths[name])
            for group in range(opened.num_row_groups)
            if name in paths
        )
    )


def _is_far(opened: ParquetFile, group: int, name: str, number: int) -> bool:
    """Say whether a column of a group of rows has such times, by its statistics if it has any."""
    import pyarrow as pa

    known = opened.metadata.row_group(group).column(number).statistics
    if known is not None and known.has_min_max:
        try:
            years = [getattr(each, "year", 0) for each in (known.min, known.max)]
        except (OverflowError, ValueError, pa.ArrowException):
            return True
        if min(years) > 1 and max(years) < MAXYEAR:  # else its zone may put it beyond
            return False
    return any(map(has_far, _flat(opened.read_row_group(group, columns=[name])).columns))


def _rows(opened: ParquetFile, path: str, far: frozenset[str]) -> Iterator[RawRow]:
    import pyarrow as pa

    row = 0
    try:
        for batch in opened.iter_batches(_BATCH):
            table = _flat(pa.Table.from_batches([batch]), far)
            try:
                records = table.to_pylist()
            except (OverflowError, ValueError) as error:  # within lists: nothing says in which
                message = f"`{path}` has a time that cannot be held, behind row {row}: {error}"
                help = "times within lists have to lie between the years 1 and 9999"
                raise InputError.of("far-time", message, help=help, where=path) from None
            for record in records:
                row += 1
                yield RawRow(row, record)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from None


def _flat(table: pa.Table, far: Container[str] = ()) -> pa.Table:
    """Return a table without structs, and with times that Python can hold.

    The columns named in `far` have others, and become texts.
    """
    import pyarrow as pa

    while any(pa.types.is_struct(each.type) for each in table.schema):
        table = table.flatten()
    for index, each in enumerate(table.schema):
        if pa.types.is_timestamp(each.type) and each.type.unit == "ns":
            kind = pa.timestamp("us", each.type.tz)
            table = table.set_column(index, each.name, table.column(index).cast(kind, safe=False))
        elif each.name in far:
            table = table.set_column(index, each.name, texts_of(table.column(index)))
    return table


def _damaged(path: str, error: Exception) -> InputError:
    reason = str(error).splitlines()[0].lower().rstrip(".")
    message = f"`{path}` is no Parquet file that can be read: {reason}"
    return InputError.of("damaged-parquet", message, help="fetch or export it again", where=path)
