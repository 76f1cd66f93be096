"""Parquet by columns: batches of rows in, groups of rows out, as the row path writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.cells import COLUMNS, DUE
from adjudge.batch.columnar.chunks import TableChunk
from adjudge.batch.columnar.classifier import Outcome
from adjudge.batch.columnar.regular import Irregular
from adjudge.batch.columnar.texts import as_arrow, as_texts
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
            if export.schema is None or file.schema_arrow.types != export.schema.types:
                raise Irregular  # the row reader made texts of what Python cannot hold
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
        self._writer = stack.enter_context(_Writer(self._write_group))
        self._held: list[_Rows] = []
        self._count = self._characters = 0
        self._uncounted: list[pa.Table] = []

    def write(self, chunk: TableChunk, outcome: Outcome) -> None:
        """Write the rows of a chunk that were decided."""
        table = chunk.table.select([self._id]) if self._only_ids else chunk.table
        if outcome.kept is not None:
            table = table.take(as_arrow(outcome.kept))
        answers = outcome.answers.table()
        self._hold(_Rows(table, answers, outcome.numbers.astype(np.int64), outcome.due))

    def finish(self) -> None:
        """Write the rows that are held, and wait until all are written."""
        self._release()
        self._writer.wait()

    def _hold(self, rows: _Rows) -> None:
        """Hold rows until they make a group, as the row path counts them."""
        while len(rows):
            fitting, full = self._fitting(rows)
            end = min(fitting, GROUP_ROWS - self._count)
            self._held.append(rows.slice(0, end))
            self._uncounted.append(self._held[-1].own)
            self._count += end
            if self._count >= GROUP_ROWS or (full and end == fitting):
                self._release()
            rows = rows.slice(end)

    def _fitting(self, rows: _Rows) -> tuple[int, bool]:
        """Return how many rows the held group takes by its characters, and whether it is full then.

        Characters are counted only where there may be too many of them: there are no more than
        bytes.
        """
        if self._only_ids:
            return len(rows), False
        most = sum(each.nbytes for each in (*self._uncounted, rows.own))
        if self._characters + most < GROUP_CHARACTERS:
            return len(rows), False
        self._characters += sum(int(_characters(each).sum()) for each in self._uncounted)
        self._uncounted.clear()
        total = self._characters + np.cumsum(_characters(rows.own))
        fitting = int(np.searchsorted(total, GROUP_CHARACTERS)) + 1
        return min(fitting, len(rows)), fitting <= len(rows)

    def _release(self) -> None:
        """Let the rows that are held be written as a group."""
        if self._held:
            self._writer.take(self._held)
        self._held, self._count, self._characters = [], 0, 0
        self._uncounted = []

    def _write_group(self, group: Sequence[_Rows]) -> None:
        import pyarrow as pa

        own = pa.concat_tables(each.own for each in group).combine_chunks()
        # Answers are only added to: the last table has those of all rows before.
        numbers = np.concatenate([each.numbers for each in group])
        results = group[-1].answers.take(as_arrow(numbers))
        due = pa.chunked_array([each.due for each in group]).combine_chunks()
        results = results.add_column(COLUMNS.index(DUE), DUE, due)
        first = [self._ids(own)] if self._only_ids else own.columns
        columns = [*first, *(each.cast(pa.string()) for each in results.columns)]
        self._file.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def _ids(self, table: pa.Table) -> pa.StringArray:
        # The row path writes the id as it is read, without the space around it.
        import pyarrow as pa

        return pa.array((cell_text(id).strip() for id in table[self._id].to_pylist()), pa.string())


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that were decided: their own cells, the numbers of their `answers`, their due times."""

    own: pa.Table
    answers: pa.Table
    numbers: NDArray[np.int64]
    due: pa.LargeStringArray

    def __len__(self) -> int:
        return len(self.numbers)

    def slice(self, begin: int, end: int | None = None) -> _Rows:
        """Return some of the rows, without a copy."""
        end = len(self) if end is None else end
        parts = self.own.slice(begin, end - begin), self.due.slice(begin, end - begin)
        return _Rows(parts[0], self.answers, self.numbers[begin:end], parts[1])


class _Writer:
    """Writes groups on a thread of its own, one while the next is made."""

    def __init__(self, write: Callable[[Sequence[_Rows]], None]) -> None:
        self._write = write
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="adjudge-writer")
        self._waiting: Future[None] | None = None

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def take(self, group: Sequence[_Rows]) -> None:
        """Write a group when the one before is written; raise what that raised."""
        self.wait()
        self._waiting = self._pool.submit(self._write, group)

    def wait(self) -> None:
        """Wait until all is written; raise where it failed."""
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.result()


def _texts(table: pa.Table) -> Iterator[pa.LargeStringArray]:
    for column in table.columns:
        texts = as_texts(column.combine_chunks())
        if texts is not None:
            yield texts


def _characters(table: pa.Table) -> NDArray[np.int64]:
    """Return how many characters the texts of each row have."""
    import pyarrow.compute as pc

    total = np.zeros(len(table), dtype=np.int64)
    for texts in _texts(table):
        total += np.asarray(pc.utf8_length(texts))
    return total
