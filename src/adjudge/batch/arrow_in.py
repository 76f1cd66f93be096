"""What callers pass as a frame or as batches, as tables and batches of Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from adjudge.findings import InputError, check_call

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_STREAM = "__arrow_c_stream__"
"""What an object that speaks Arrow has: tables, readers, and frames of many libraries."""


def given_frame(frame: object) -> pl.DataFrame | pa.Table:
    """Return a frame of Polars, collected, or the table of anything else that speaks Arrow.

    Raises `InputError` for what is neither.
    """
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    expected = "a frame of Polars, or another table that speaks Arrow"
    table: pa.Table = _reader(frame, "frame", expected).read_all()
    return table


def arrow_table(frame: pl.DataFrame | pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return some columns of a frame as a table of Arrow.

    Raises `InputError` where one of them holds objects of Python.
    """
    import polars as pl

    chosen = frame.select(columns)
    if not isinstance(chosen, pl.DataFrame):
        return chosen
    for name, kind in chosen.schema.items():
        if kind == pl.Object:
            message = f"the column `{name}` holds objects of Python, which are no values of a table"
            raise InputError.of("bad-call", message, help="make a column of texts of it")
    return chosen.to_arrow()


def given_batches(batches: object) -> Iterator[pa.RecordBatch]:
    """Return the batches of anything that speaks Arrow, or those that an iterable yields.

    Raises `InputError` for what is neither; what an iterable yields is looked at when it comes.
    """
    expected = "record batches of Arrow, or a table that speaks Arrow"
    if hasattr(batches, _STREAM):
        return iter(_reader(batches, "batches", expected))
    if isinstance(batches, Iterable) and not isinstance(batches, str | bytes | Mapping):
        return _looked_at(batches)
    check_call(False, "batches", batches, expected)
    return iter(())


def _looked_at(batches: Iterable[object]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for number, batch in enumerate(batches, 1):
        is_one = isinstance(batch, pa.RecordBatch)
        check_call(is_one, f"batches, number {number}", batch, "a `pyarrow.RecordBatch`")
        yield batch


def _reader(given: object, name: str, expected: str) -> pa.RecordBatchReader:
    import pyarrow as pa

    check_call(hasattr(given, _STREAM), name, given, expected)
    try:
        return pa.RecordBatchReader.from_stream(given)
    except (pa.ArrowException, TypeError, ValueError) as error:  # a column, or cells that are mixed
        reason = "; ".join(map(str, error.args)).split("\n")[0]
        help = f"it has to be {expected}"
        message = f"`{name}` cannot be read as a table: {reason}"
        raise InputError.of("bad-call", message, help=help) from None
