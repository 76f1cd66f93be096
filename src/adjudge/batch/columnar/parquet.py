"""Parquet by columns: batches of rows in, groups of rows out, as the row path writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.chunks import TableChunk
from adjudge.batch.columnar.classifier import Outcome
from adjudge.batch.columnar.regular import Irregular
from adjudge.batch.columnar.texts import as_arrow, as_texts, strings_of
from adjudge.batch.write import ID_COLUMN, RESULT_COLUMNS, Layout
from adjudge.batch.write_file import whole_bytes
from adjudge.batch.write_table import GROUP_CHARACTERS, GROUP_ROWS, parquet_writer
from adjudge.tickets.export import Export
from adjudge.tickets.rows import free_name
from adjudge.tickets.values import cell_text

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_BATCH = 16_384


def simple(schema: pa.Schema) -> bool:
    """Say whether all columns are of types that Python has as they are."""
    import pyarrow.types as types

    kinds = (
        types.is_string,
        types.is_large_string,
        types.is_integer,
        types.is_boolean,
        types.is_float64,
        types.is_date32,
    )
    return all(
        any(is_kind(each.type) for is_kind in kinds)
        or (types.is_timestamp(each.type) and each.type.unit == "us")
        for each in schema
    )


def table_chunks(export: Export) -> Iterator[TableChunk]:
    """Yield the rows of a Parquet file; raise `Irregular` where it is better left to the rows."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    size = export.size_bytes or 0
    try:
        with ParquetFile(export.path) as file:
            rows, first = max(file.metadata.num_rows, 1), 1
            for batch in file.iter_batches(_BATCH):
                table = pa.Table.from_batches([batch])
                done = first - 1 + len(table)
                yield TableChunk(table, first, size * done // rows)
                first += len(table)
    except (pa.ArrowException, OSError) as error:
        raise Irregular from error  # the row reader says what is wrong with it
    export.check_unchanged()


class ParquetSink:
    """A Parquet file of results in the making: the export's columns, and ours behind them."""

    def __init__(
        self, stack: ExitStack, path: str, export: Export, id_column: str, layout: Layout
    ) -> None:
        import pyarrow as pa

        own = [] if layout.only_results else list(export.schema or ())
        added = (ID_COLUMN, *RESULT_COLUMNS) if layout.only_results else RESULT_COLUMNS
        taken = dict.fromkeys(each.name for each in own)
        for name in added:  # an export may hold the results of a run before
            taken[free_name(name, taken)] = None
        ours = [(name, pa.string()) for name in list(taken)[len(own) :]]
        self._schema = pa.schema([*((each.name, each.type) for each in own), *ours])
        self._only_ids = layout.only_results
        self._id = id_column
        self._file = stack.enter_context(
            parquet_writer(stack.enter_context(whole_bytes(path)), self._schema)
        )
        self._held: list[pa.Table] = []
        self._rows = self._characters = 0

    def write(self, chunk: TableChunk, outcome: Outcome) -> None:
        """Write the rows of a chunk that were decided."""
        import pyarrow as pa

        table = chunk.table
        if outcome.kept is not None:
            table = table.take(as_arrow(outcome.kept))
        own = [] if self._only_ids else table.columns
        results = outcome.results().columns
        ours = [self._ids(table), *results] if self._only_ids else results
        columns = [*own, *(column.cast(pa.string()) for column in ours)]
        self._hold(pa.Table.from_arrays(columns, schema=self._schema), _characters(own, len(table)))

    def finish(self) -> None:
        """Write the rows that are held."""
        import pyarrow as pa

        if self._rows:
            self._file.write_table(pa.concat_tables(self._held).combine_chunks())
        self._held, self._rows, self._characters = [], 0, 0

    def _hold(self, table: pa.Table, characters: NDArray[np.int64]) -> None:
        """Hold rows until they make a group, as the row path counts them."""
        while len(table):
            total = self._characters + np.cumsum(characters)
            full = int(np.searchsorted(total, GROUP_CHARACTERS)) + 1
            end = min(full, GROUP_ROWS - self._rows, len(table))
            self._held.append(table.slice(0, end))
            self._rows += end
            self._characters = int(total[end - 1])
            if self._rows >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS:
                self.finish()
            table, characters = table.slice(end), characters[end:]

    def _ids(self, table: pa.Table) -> pa.LargeStringArray:
        # The row path writes the id as it is read, without the space around it.
        return strings_of(cell_text(id).strip() for id in table[self._id].to_pylist())


def _characters(columns: Sequence[pa.ChunkedArray], rows: int) -> NDArray[np.int64]:
    """Return how many characters the texts of each row have."""
    import pyarrow.compute as pc

    total = np.zeros(rows, dtype=np.int64)
    for column in columns:
        texts = as_texts(column.combine_chunks())
        if texts is not None:
            total += np.asarray(pc.utf8_length(texts))
    return total
