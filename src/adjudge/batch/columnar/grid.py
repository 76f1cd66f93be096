"""Rows of a delimited table, as places in the bytes of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.texts import between, truths
from adjudge.batch.write_safe import NUMBER, RUNS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

QUOTE, NEWLINE, RETURN = b'"\n\r'
_RISKY = np.zeros(256, dtype=np.bool_)
_RISKY[list(b"=+-@\t\r'")] = True


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The rows of a block. Cells that begin with a quote end with one, and hold them doubled.

    `stops` has the place of the delimiter or the newline behind each cell, `before` that of the
    newline before each row (-1 for none), `firsts` the first byte of each cell, within its quotes
    where it has some. `spare` says which rows have quotes around a cell that
    need not have them, or a carriage return in one. `returns` says that there may be carriage
    returns before the newlines.
    """

    data: NDArray[np.uint8]
    stops: NDArray[np.int32]
    before: NDArray[np.int32]
    firsts: NDArray[np.uint8]
    spare: NDArray[np.bool_]
    returns: bool

    def __len__(self) -> int:
        return len(self.stops)

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where each row begins and ends, without the end of the line."""
        return self.span(0, self.stops.shape[1] - 1)

    def span(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the cells of some columns side by side begin and end, as they are written.

        Cells that are written alike are alike.
        """
        begins = (self.stops[:, first - 1] if first else self.before).astype(np.int64)
        begins += 1
        ends = self.stops[:, last].astype(np.int64)
        if self.returns and last == self.stops.shape[1] - 1:
            ends -= self.data[ends - 1] == RETURN
        return begins, ends

    def column(self, number: int) -> pa.LargeStringArray:
        """Return the cells of a column."""
        import pyarrow.compute as pc

        begins, ends = self.span(number, number)
        quoted = self.data[begins] == QUOTE
        if not quoted.any():
            return between(self.data, begins, ends)
        begins += quoted
        ends -= quoted
        return pc.replace_substring(between(self.data, begins, ends), '""', '"')

    def cell(self, row: int, number: int) -> str:
        """Return one cell."""
        begin = int(self.stops[row, number - 1] if number else self.before[row]) + 1
        text = self.data[begin : int(self.stops[row, number])].tobytes()
        if self.returns and number == self.stops.shape[1] - 1:
            text = text.removesuffix(b"\r")
        return _plain(text)

    def cells(self, row: int) -> list[str]:
        """Return the cells of one row."""
        begin = int(self.before[row]) + 1
        stops = (self.stops[row] - begin).tolist()
        text = self.data[begin : begin + stops[-1]].tobytes()
        if self.returns:
            text = text.removesuffix(b"\r")
        starts = (0, *(stop + 1 for stop in stops[:-1]))
        return [_plain(text[start:stop]) for start, stop in zip(starts, stops, strict=True)]

    def take(self, rows: NDArray[np.int64]) -> Grid:
        """Return some of the rows, in their order."""
        stops, firsts = self.stops[rows], self.firsts[rows]
        return Grid(self.data, stops, self.before[rows], firsts, self.spare[rows], self.returns)

    def runs(self) -> NDArray[np.bool_]:
        """Return which rows have a cell that a spreadsheet would run; see `write_safe`."""
        import pyarrow.compute as pc

        risky = np.flatnonzero(_RISKY.take(self.firsts))
        found = np.zeros(len(self), dtype=np.bool_)
        if len(risky):
            begins, ends = self._begins()[risky], self._ends(risky)
            inside = self.data[begins] == QUOTE
            cells = between(self.data, begins + inside, ends - inside)
            runs = pc.and_not(
                pc.match_substring_regex(cells, RUNS), pc.match_substring_regex(cells, NUMBER)
            )
            found[risky[truths(runs)] // self.stops.shape[1]] = True
        return found

    def _begins(self) -> NDArray[np.int64]:
        """Return where all cells begin, row by row."""
        begins = np.empty(self.stops.shape, dtype=np.int64)
        np.add(self.before, 1, out=begins[:, 0])
        np.add(self.stops[:, :-1], 1, out=begins[:, 1:])
        return begins.ravel()

    def _ends(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where some cells end, by their numbers, row by row."""
        ends = self.stops.ravel()[cells].astype(np.int64)
        if self.returns:
            last = cells % self.stops.shape[1] == self.stops.shape[1] - 1
            ends -= last & (self.data[ends - 1] == RETURN)
        return ends


def _plain(cell: bytes) -> str:
    """Return a cell without the quotes around it."""
    if cell.startswith(b'"'):
        cell = cell[1:-1].replace(b'""', b'"')
    return cell.decode()
