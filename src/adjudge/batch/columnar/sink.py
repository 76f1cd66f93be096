"""Writes results of chunks as a delimited table, byte for byte as the row path does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.classifier import SPACE, Outcome
from adjudge.batch.write import ID_COLUMN, RESULT_COLUMNS, Layout, reject_line
from adjudge.batch.write_file import as_text, whole_bytes, whole_file
from adjudge.batch.write_safe import NUMBER, RUNS
from adjudge.batch.write_table import Delimited
from adjudge.tickets.export import Reject
from adjudge.tickets.rows import free_name

if TYPE_CHECKING:
    import polars as pl


class Sink:
    """A table of results in the making: the export's columns, and ours behind them."""

    def __init__(
        self, stack: ExitStack, path: str, columns: Sequence[str], id_column: str, layout: Layout
    ) -> None:
        self._raw: IO[bytes] = stack.enter_context(whole_bytes(path))
        self._text = stack.enter_context(as_text(self._raw))
        self._layout = layout
        self._id = id_column
        self._delimiter = "\t" if ".tsv" in path.lower()[-8:] else ","
        own = [] if layout.only_results else list(columns)
        added = (ID_COLUMN, *RESULT_COLUMNS) if layout.only_results else RESULT_COLUMNS
        taken = dict.fromkeys(own)
        for name in added:  # an export may hold the results of a run before
            taken[free_name(name, taken)] = None
        self._table = Delimited(
            self._text, own, list(taken)[len(own) :], self._delimiter, unsafe=layout.unsafe
        )

    def write(self, chunk: Chunk, outcome: Outcome) -> None:
        """Write the rows of a chunk that were decided."""
        import polars as pl

        own = chunk.frame
        if self._layout.only_results:
            # The row path writes the id as it is read, without the space around it.
            own = own.select(pl.col(self._id).str.strip_chars(SPACE))
        if outcome.kept is not None:
            own = own[pl.Series(outcome.kept)]
        if chunk.plain:
            self._write_plain(own, outcome)
            return
        # What is quoted for the sake of a carriage return is the csv module's own business.
        for mine, ours in zip(own.iter_rows(), outcome.results().iter_rows(), strict=True):
            self._table.write(mine, ["" if cell is None else cell for cell in ours])

    def _write_plain(self, own: pl.DataFrame, outcome: Outcome) -> None:
        import polars as pl

        # Ours are written out once for each answer, which leaves three pieces to each row.
        unsafe = self._layout.unsafe
        answers = outcome.answers.rendered(self._delimiter, unsafe=unsafe)[outcome.numbers]
        ours = [answers["before"], outcome.due, answers["behind"]]
        safe = quoted(own if unsafe else made_safe(own), self._delimiter)
        columns = [*safe.get_columns(), *ours]
        # The header is written already, and an export may name its columns as it likes.
        rows = pl.DataFrame({str(number): column for number, column in enumerate(columns)})
        self._text.flush()
        with _numbered_errors():
            rows.write_csv(
                self._raw, include_header=False, separator=self._delimiter, quote_style="never"
            )


def quoted(rows: pl.DataFrame, delimiter: str) -> pl.DataFrame:
    """Return rows with the cells in quotes that need them, in tables without carriage returns."""
    import polars as pl

    found = rows.select(pl.all().str.contains(f'["\\n{re.escape(delimiter)}]'))
    needy = [column.name for column in found if column.any()]
    inner = {name: pl.col(name).str.replace_all('"', '""', literal=True) for name in needy}
    return rows.with_columns(
        pl.when(found[name])
        .then(pl.concat_str(pl.lit('"'), inner[name], pl.lit('"')))
        .otherwise(pl.col(name))
        .alias(name)
        for name in needy
    )


@contextmanager
def _numbered_errors() -> Iterator[None]:
    """Give errors of the system their number, which Polars puts into the message only."""
    try:
        yield
    except OSError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        if error.errno is not None or number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1]))) from None


def made_safe(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of text with no cell that a spreadsheet would run; see `write_safe`."""
    import polars as pl

    # Letters and digits begin nearly every cell, and comparing is far quicker than matching.
    cell = pl.all()
    doubtful = ((cell < "0") & (cell != "")) | ((cell >= ":") & (cell < "A"))
    found = rows.select(doubtful.any()).row(0) if len(rows) else ()
    columns = [name for name, any_of in zip(rows.columns, found, strict=False) if any_of]
    if not columns:
        return rows
    text = pl.col(columns)
    runs = text.str.contains(RUNS) & ~text.str.contains(NUMBER)
    return rows.with_columns(pl.when(runs).then(pl.lit("'") + text).otherwise(text).name.keep())


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
