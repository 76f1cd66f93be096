"""Writes results of chunks as a delimited table, byte for byte as the row path does.

Rows that are written already as they would be written again are passed through as bytes; only the
others are taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.behind import write_behind
from adjudge.batch.columnar.chunks import TextChunk
from adjudge.batch.columnar.classifier import Outcome
from adjudge.batch.columnar.grid import Grid
from adjudge.batch.columnar.moments import distinct
from adjudge.batch.columnar.texts import as_arrow, joined, strings_of, with_gaps
from adjudge.batch.write import ID_COLUMN, RESULT_COLUMNS, Layout, reject_line
from adjudge.batch.write_file import as_text, whole_bytes, whole_file
from adjudge.batch.write_safe import NUMBER, RUNS
from adjudge.batch.write_table import Delimited
from adjudge.tickets.export import Reject
from adjudge.tickets.rows import free_name

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


_AT_ONCE = 1 << 19  # bytes that are written at a time: they are in the processor's cache still


class Sink:
    """A table of results in the making: the export's columns, and ours behind them."""

    def __init__(
        self, stack: ExitStack, path: str, columns: Sequence[str], id_column: str, layout: Layout
    ) -> None:
        raw = stack.enter_context(whole_bytes(path))
        self._unsafe = layout.unsafe
        self._only_ids = layout.only_results
        self._id = id_column
        self._delimiter = "\t" if ".tsv" in path.lower()[-8:] else ","
        own = [] if layout.only_results else list(columns)
        added = (ID_COLUMN, *RESULT_COLUMNS) if layout.only_results else RESULT_COLUMNS
        taken = dict.fromkeys(own)
        for name in added:  # an export may hold the results of a run before
            taken[free_name(name, taken)] = None
        with as_text(raw) as text:
            names = list(taken)[len(own) :]
            Delimited(text, own, names, self._delimiter, unsafe=layout.unsafe)
        self._behind = stack.enter_context(write_behind(raw))

    def write(self, chunk: TextChunk, outcome: Outcome) -> None:
        """Write the rows of a chunk that were decided."""
        import pyarrow as pa

        rows = np.arange(len(chunk)) if outcome.kept is None else outcome.kept
        if not len(rows):
            return
        pool, own = self._ids(chunk, rows) if self._only_ids else self._own(chunk, rows)
        used, answers = distinct(outcome.numbers.astype(np.int64))
        rendered = outcome.answers.rendered(self._delimiter, unsafe=self._unsafe)
        ours = rendered.take(as_arrow(np.column_stack((2 * used, 2 * used + 1)).ravel()))
        pool += (outcome.due, ours)
        lengths = [len(each) for each in pool]
        at_due, at_ours = sum(lengths[:-2]), sum(lengths[:-1])
        # Each row is four pieces: its own cells, ours before the due time, that, and ours behind.
        pieces = np.empty((len(rows), 4), dtype=np.int64)
        pieces[:, 0] = own
        pieces[:, 1] = at_ours + 2 * answers
        pieces[:, 2] = at_due + np.arange(len(rows))
        pieces[:, 3] = at_ours + 2 * answers + 1
        self._behind.write(_in_order(pa.concat_arrays(pool), pieces))

    def finish(self) -> None:
        """Nothing is held back."""

    def _own(
        self, chunk: TextChunk, rows: NDArray[np.int64]
    ) -> tuple[list[pa.LargeStringArray], NDArray[np.int64]]:
        """Return texts, and which of them are the export's cells of some rows as we write them."""
        grid = chunk.grid
        if chunk.delimiter == self._delimiter:
            changed = grid.spare if self._unsafe else grid.spare | grid.runs()
        else:
            changed = np.ones(len(grid), dtype=np.bool_)
        pool = [with_gaps(grid.data, *grid.rows())]
        place = 2 * np.arange(len(grid))
        if changed.any():
            place[changed] = len(pool[0]) + np.arange(np.count_nonzero(changed))
            pool.append(self._rewritten(_columns(grid.take(np.flatnonzero(changed)))))
        return pool, place[rows]

    def _ids(
        self, chunk: TextChunk, rows: NDArray[np.int64]
    ) -> tuple[list[pa.LargeStringArray], NDArray[np.int64]]:
        # The row path writes the id as it is read, without the space around it.
        ids = [id.strip() for id in chunk.column(self._id).take(as_arrow(rows)).to_pylist()]
        return [self._rewritten([strings_of(ids)])], np.arange(len(rows))

    def _rewritten(self, columns: Sequence[pa.LargeStringArray]) -> pa.LargeStringArray:
        """Return rows of cells as they are written."""
        safe = columns if self._unsafe else map(made_safe, columns)
        cells = [quoted(column, self._delimiter) for column in safe]
        return joined(*cells, between=self._delimiter)


def _columns(grid: Grid) -> list[pa.LargeStringArray]:
    return [grid.column(number) for number in range(grid.stops.shape[1])]


def _in_order(texts: pa.LargeStringArray, pieces: NDArray[np.int64]) -> Iterator[memoryview]:
    """Yield texts, those of each row one behind the other, as the bytes of some rows at a time."""
    rows = max(1, len(pieces) * _AT_ONCE // (texts.nbytes + 1))
    for begin in range(0, len(pieces), rows):
        data = texts.take(as_arrow(pieces[begin : begin + rows].ravel())).buffers()[2]
        if data is not None:
            yield memoryview(data)


def quoted(cells: pa.LargeStringArray, delimiter: str) -> pa.LargeStringArray:
    """Return cells with those in quotes that need them."""
    import pyarrow.compute as pc

    needy = pc.match_substring_regex(cells, f'["\\r\\n{re.escape(delimiter)}]')
    if not pc.any(needy).as_py():
        return cells
    inside = pc.replace_substring(cells, '"', '""')
    return pc.if_else(needy, joined('"', inside, '"'), cells)


def made_safe(cells: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return cells with none that a spreadsheet would run; see `write_safe`."""
    import pyarrow.compute as pc

    runs = pc.match_substring_regex(cells, RUNS)
    if not pc.any(runs).as_py():
        return cells
    runs = pc.and_not(runs, pc.match_substring_regex(cells, NUMBER))
    return pc.if_else(runs, joined("'", cells), cells)


class RejectFile:
    """The file of rejects, made with the first of them."""

    def __init__(self, stack: ExitStack, path: str) -> None:
        self._stack = stack
        self._path = path
        self._stream: IO[str] | None = None

    def write(self, rejects: Iterable[Reject]) -> None:
        """Write rejects, one a line."""
        for reject in rejects:
            if self._stream is None:
                self._stream = self._stack.enter_context(whole_file(self._path))
            self._stream.write(reject_line(reject) + "\n")
