"""Times that Arrow can hold and Python cannot: before the year 1, or behind 9999.

They come from a wrong unit (milliseconds taken for seconds), and one of them must not take a whole
table with it: a column with such a time becomes texts, which whoever reads it can refuse by row.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adjudge.tickets.values import cell_text

if TYPE_CHECKING:
    import pyarrow as pa

_MICROS = {"s": 1_000_000, "ms": 1_000, "us": 1}
_UNITS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def is_time(kind: pa.DataType) -> bool:
    """Say whether a type of Arrow may hold times that Python cannot."""
    import pyarrow.types as types

    if types.is_timestamp(kind) or types.is_duration(kind):
        return str(kind.unit) != "ns"  # those reach some three centuries
    return bool(types.is_date(kind))


def has_far(column: pa.ChunkedArray) -> bool:
    """Say whether a column has times that Python cannot hold."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_time(column.type):
        return False
    if pa.types.is_duration(column.type):
        ends = pc.min_max(column.cast(pa.int64())).as_py()
        most = timedelta.max // timedelta(microseconds=1) // _MICROS[column.type.unit]
        return any(end is not None and abs(end) >= most for end in ends.values())
    try:
        pc.min_max(column).as_py()
    except (OverflowError, ValueError):
        return True
    return False


def without_far(table: pa.Table) -> pa.Table:
    """Return a table with texts in the place of columns that have such times."""
    for index, each in enumerate(table.schema):
        if has_far(table.column(index)):
            table = table.set_column(index, each.name, texts_of(table.column(index)))
    return table


def texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of times as the texts that a table would show."""
    import pyarrow as pa

    return pa.chunked_array([[_text(cell) for cell in column]], pa.string())


def _text(cell: pa.Scalar) -> str | None:
    try:
        held = cell.as_py()
    except (OverflowError, ValueError):
        return _counted(cell)
    return None if held is None else cell_text(held)


def _counted(cell: pa.Scalar) -> str:
    """Return what Python cannot hold as the number that it is."""
    import pyarrow.types as types

    kind = cell.type
    unit = "days" if types.is_date32(kind) else _UNITS[getattr(kind, "unit", "ms")]
    return f"{cell.value} {unit}" + ("" if types.is_duration(kind) else " from 1970 on")
