"""Writes results and rejects in the format of the file's ending: whole files or none."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from adjudge.batch.cells import COLUMNS, DUE, cells_of
from adjudge.batch.classify import Sharing, Telling, Words
from adjudge.batch.write_file import STDOUT, as_text, is_special, whole_bytes
from adjudge.batch.write_table import TableFile, TableKind, table_file
from adjudge.decide import Decision
from adjudge.decide.pattern import Kept, Pattern
from adjudge.findings import Finding, InputError
from adjudge.tickets.export import Export, Reject, Row
from adjudge.tickets.rows import Record, free_name
from adjudge.tickets.stream import bare_name
from adjudge.tickets.ticket import Ticket
from adjudge.tickets.values import cell_text

ResultKind = Literal["jsonl", "json"] | TableKind

RESULT_COLUMNS = tuple(f"adjudge_{name}" for name in COLUMNS)
ID_COLUMN = "adjudge_id"
"""Names the ticket where the export's own columns are left out."""

MORE_CELLS = "more cells"
"""Holds, as a JSON list, the cells of rows that may be wider than the header."""

_FORMATS: tuple[tuple[str, ResultKind], ...] = (
    (".jsonl", "jsonl"),
    (".ndjson", "jsonl"),
    (".json", "json"),
    (".csv", "csv"),
    (".tsv", "tsv"),
    (".xlsx", "xlsx"),
    (".parquet", "parquet"),
)
_PACKED_IN_ITSELF = (".xlsx", ".parquet")
_SPOOLED_IN_MEMORY = 32_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """What results hold: the export's columns and ours, and what is done about formulas.

    `only_results` leaves the export's columns out; `unsafe` writes cells of CSV and TSV that a
    spreadsheet would run as they are.
    """

    only_results: bool = False
    unsafe: bool = False


class Sink(Protocol[Words]):
    """Takes decisions one by one; `remarks` is what there is to say about the file at the end."""

    remarks: list[Finding]

    @property
    def telling(self) -> Telling[Words]:
        """What a decision is told as before it is written; it can be told in any process."""

    @property
    def sharing(self) -> Sharing[Words]:
        """What is told of a decision that stands for many tickets."""

    def write(self, row: Row, words: Words) -> None:
        """Write what was told of the decision on a row."""


@contextmanager
def open_sink(
    path: str | None, export: Export, layout: Layout | None = None
) -> Iterator[Sink[Any]]:
    """Open a file for the decisions on an export; None and `-` are standard output.

    The file is there when the block ends without an error. Raises `InputError` where it cannot be
    written, or has an ending that is not.
    """
    layout = layout or Layout()
    kind = result_format(path)
    with whole_bytes(path) as raw:
        if kind == "jsonl" or kind == "json":
            with as_text(raw) as stream:
                lines = JsonLines(stream, array=kind == "json", records=not layout.only_results)
                yield lines
                lines.finish()
        else:
            added = (ID_COLUMN, *RESULT_COLUMNS) if layout.only_results else RESULT_COLUMNS
            with open_rows(kind, raw, export, added, layout) as rows:
                yield Table(rows, ids=layout.only_results)


class JsonLines:
    """One decision a line, as the contract's JSON, with the row of the export under `record`.

    As an `array`, the lines are the entries of one JSON list.
    """

    def __init__(self, stream: IO[str], *, array: bool = False, records: bool = False) -> None:
        self.remarks: list[Finding] = []
        self._stream = stream
        self._array = array
        self._records = records
        self._first = True

    @property
    def telling(self) -> Telling[str]:
        """A decision as a line of JSON."""
        return _line

    @property
    def sharing(self) -> Sharing[str]:
        """A decision as the pattern of lines of JSON."""
        return partial(Pattern, kept=Kept())

    def write(self, row: Row, words: str) -> None:
        """Write what was told of the decision on a row."""
        if self._records:
            words = f'{words[:-1]}, "record": {as_json(row.record)}}}'
        self.write_line(words)

    def write_line(self, line: str) -> None:
        """Write a line of JSON."""
        if self._array:
            self._stream.write(("[\n" if self._first else ",\n") + line)
        else:
            self._stream.write(line + "\n")
        self._first = False

    def finish(self) -> None:
        """End the list, where there is one."""
        if self._array:
            self._stream.write("[]\n" if self._first else "\n]\n")


class RowFile(Protocol):
    """Takes rows as records of the export with our cells behind them."""

    remarks: list[Finding]

    def write(self, record: Record, added: Sequence[str]) -> None:
        """Write one row."""


class Table:
    """The export's own columns, and ours behind them."""

    def __init__(self, rows: RowFile, *, ids: bool = False) -> None:
        self._rows = rows
        self._ids = ids
        self.remarks = rows.remarks

    @property
    def telling(self) -> Telling[list[str]]:
        """A decision as the cells of `RESULT_COLUMNS`."""
        return result_cells

    @property
    def sharing(self) -> Sharing[list[str]]:
        """A decision as the cells of `RESULT_COLUMNS` but for the due time."""
        return SharedCells

    def write(self, row: Row, words: list[str]) -> None:
        """Write what was told of the decision on a row."""
        self._rows.write(row.record, [row.ticket.id, *words] if self._ids else words)


@contextmanager
def open_rows(
    kind: TableKind, raw: IO[bytes], export: Export, added: Sequence[str], layout: Layout
) -> Iterator[RowFile]:
    """Open a table for rows of an export, `added` naming the cells behind them.

    Records of JSON have no header: they are held on disk until all their keys are known.
    """
    columns: list[str] | None = [] if layout.only_results else export.columns
    if columns is None:
        with tempfile.SpooledTemporaryFile(_SPOOLED_IN_MEMORY, "w+", encoding="utf-8") as held:
            spool = Spool(held)
            yield spool
            with _file_of(spool.columns, kind, raw, export, added, layout) as file:
                spool.replay(file)
                spool.remarks += file.remarks
        return
    more = export.may_be_wide and not layout.only_results
    header = [*columns, free_name(MORE_CELLS, columns)] if more else columns
    with _file_of(header, kind, raw, export, added, layout) as file:
        yield Rows(file, columns, more=more)


def _file_of(
    columns: Sequence[str],
    kind: TableKind,
    raw: IO[bytes],
    export: Export,
    added: Sequence[str],
    layout: Layout,
) -> AbstractContextManager[TableFile]:
    taken = dict.fromkeys(columns)
    ours = []
    for name in added:  # an export may hold the results of a run before
        ours.append(free_name(name, taken))
        taken[ours[-1]] = None
    return table_file(kind, raw, columns, ours, schema=export.schema, unsafe=layout.unsafe)


class Rows:
    """Rows whose columns are known; with `more`, the last cell has what is beyond them."""

    def __init__(self, file: TableFile, columns: Sequence[str], *, more: bool) -> None:
        self.remarks = file.remarks
        self._file = file
        self._columns = list(columns)
        self._known = frozenset(columns)
        self._more = more

    def write(self, record: Record, added: Sequence[str]) -> None:
        """Write one row."""
        cells: list[object] = [record.get(column) for column in self._columns]
        if self._more:
            beyond = [cell for name, cell in record.items() if name not in self._known]
            cells.append(beyond or None)
        self._file.write(cells, added)


class Spool:
    """Rows that wait until the names of all columns are known."""

    def __init__(self, held: IO[str]) -> None:
        self.remarks: list[Finding] = []
        self.columns: list[str] = []
        self._held = held
        self._known: set[str] = set()

    def write(self, record: Record, added: Sequence[str]) -> None:
        """Hold one row."""
        if not self._known.issuperset(record):
            self.columns += [name for name in record if name not in self._known]
            self._known.update(record)
        self._held.write(as_json([record, list(added)]) + "\n")

    def replay(self, file: TableFile) -> None:
        """Write the rows that were held."""
        self._held.seek(0)
        for line in self._held:
            record, added = json.loads(line)
            file.write([record.get(column) for column in self.columns], added)


def _line(ticket: Ticket, decision: Decision) -> str:
    return decision.to_json()


def result_cells(ticket: Ticket, decision: Decision) -> list[str]:
    """Return the values of `RESULT_COLUMNS` for one decision; what is unknown is empty."""
    cells = list(cells_of(decision))
    response = decision.response
    due = response.due.isoformat() if response and response.due else ""
    cells.insert(COLUMNS.index(DUE), due)
    return cells


class SharedCells:
    """The values of `RESULT_COLUMNS` for all tickets of a case."""

    def __init__(self, decision: Decision) -> None:
        self.promises = (decision.promise if decision.response else None,)
        self._cells = cells_of(decision)

    def told(self, id: str, dues: Sequence[str]) -> list[str]:
        """Return the values for a ticket; see `Shared`."""
        cells = list(self._cells)
        cells.insert(COLUMNS.index(DUE), dues[0])
        return cells


def result_format(path: str | None) -> ResultKind:
    """Return the format of an output path by its ending; a device without one takes JSON lines.

    Raises `InputError` for an ending that is not written.
    """
    if path is None or path == STDOUT:
        return "jsonl"
    name = Path(path).name.lower()
    for ending, kind in _FORMATS:
        if (name if ending in _PACKED_IN_ITSELF else bare_name(name)).endswith(ending):
            return kind
    if is_special(path):
        return "jsonl"
    raise InputError.of(
        "unknown-format",
        f"`{path}` has no ending that results are written in",
        help="end it in .jsonl, .ndjson, .json, .csv or .tsv, each also with .gz or .zst, in "
        ".xlsx or in .parquet",
        where=path,
    )


def reject_line(reject: Reject, export: str | None = None) -> str:
    """Return a reject as a line of JSON: row number, id, reasons, and the record as it was.

    `export` is named where the file of rejects has those of another export too.
    """
    entry = {
        **({} if export is None else {"export": export}),
        "row": reject.row,
        "id": reject.id,
        "reasons": list(reject.reasons),
        "record": reject.record,
    }
    return as_json(entry)


def as_json(value: object) -> str:
    """Return a value as one line of JSON; times and the like as a table would show them."""
    return json.dumps(value, ensure_ascii=False, default=cell_text)
