"""Blocks of CSV that every reader reads alike, proven so by where their marks stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.grid import NEWLINE, QUOTE, RETURN, Grid
from adjudge.batch.columnar.texts import strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_BYTES = 8 << 20
_BLOCKS_OF_A_ROW = 16  # what is longer is no row, or none that should be held several times
_STRIPE = 1 << 20  # bytes that are compared at a time: they stay in the processor's cache
_NO_PLACES: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


class Irregular(Exception):
    """A block that has to be read for what it is rather than for what it should be."""


class NoUtf8(Irregular):
    """A block that holds bytes which are no UTF-8."""


def grids(file: IO[bytes], begun: bytes, width: int, delimiter: str) -> Iterator[Grid]:
    """Yield the rows of `begun` and the rest of a file; raise `Irregular` for what is not regular.

    `width` is the number of cells of a row. Where the last row ends without a newline, its grid has
    one. At most two blocks are held at a time.
    """
    if width == 1:
        raise Irregular  # a blank line would pass for a row
    rest = np.frombuffer(begun, dtype=np.uint8)
    while True:
        data, ended = _filled(file, rest)
        if ended and len(data) and data[-1] != NEWLINE:
            data = np.append(data, np.uint8(NEWLINE))
        grid = _grid(data, width, ord(delimiter), whole=ended)
        if grid is not None:
            yield grid
            rest = data[len(grid.data) :].copy()
        elif len(data) > _BLOCKS_OF_A_ROW * BLOCK_BYTES:
            raise Irregular
        else:
            rest = data
        if ended:
            return


def _filled(file: IO[bytes], rest: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], bool]:
    """Return what is left of the block before with one behind it, and whether the file ended."""
    data = np.empty(len(rest) + BLOCK_BYTES, dtype=np.uint8)
    data[: len(rest)] = rest
    filled, room = len(rest), memoryview(data)  # type: ignore[arg-type]
    while filled < len(data):
        read = file.readinto(room[filled:])  # type: ignore[attr-defined]
        if not read:
            return data[:filled], True
        filled += read
    return data, False


def _grid(data: NDArray[np.uint8], width: int, delimiter: int, *, whole: bool) -> Grid | None:
    """Return the whole rows at the beginning of some bytes; None where there are none."""
    marks, kinds, behind = _marks(data, delimiter)
    quotes = kinds == QUOTE
    within = np.bitwise_xor.accumulate(quotes)  # behind an opening quote, before the closing one
    stopping = np.flatnonzero(~(within | quotes))  # those of the marks that end a cell
    ends_row = kinds.take(stopping) == NEWLINE
    rows = int(np.count_nonzero(ends_row))
    if whole and (len(stopping) != rows * width or (len(within) and within[-1])):
        raise Irregular
    if not rows:
        return None
    stopping, ends_row = stopping[: rows * width], ends_row[: rows * width]
    # As many newlines as rows, and one at the end of each: none is elsewhere.
    if len(stopping) != rows * width or not ends_row[width - 1 :: width].all():
        raise Irregular
    stops = marks.take(stopping).reshape(rows, width)
    data = data[: int(stops[-1, -1]) + 1]
    firsts = _firsts(int(data[0]), behind, stopping)
    quoted = marks[: int(stopping[-1])][quotes[: int(stopping[-1])]]
    _check_quotes(data, quoted, delimiter)
    _check_text(data)
    # A quoted cell with no mark between its quotes need not have been quoted.
    spare = (np.diff(stopping, prepend=-1).reshape(rows, width) == 3).any(axis=1)
    returns = _check_returns(data, quoted, stops[:, -1], spare)
    before = np.append(-1, stops[:-1, -1]).astype(np.int32)
    return Grid(data, stops.astype(np.int32), before, firsts.reshape(rows, width), spare, returns)


def _marks(
    data: NDArray[np.uint8], delimiter: int
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]:
    """Return where quotes, newlines and delimiters stand, which they are, and the byte behind each.

    Behind the last byte of all is that byte itself.
    """
    marks, kinds, behind = [_NO_PLACES], [data[:0]], [data[:0]]
    is_mark, is_other = np.empty((2, min(_STRIPE, len(data))), dtype=np.bool_)
    for begin in range(0, len(data), _STRIPE):
        stripe = data[begin : begin + _STRIPE]
        marked, other = is_mark[: len(stripe)], is_other[: len(stripe)]
        np.equal(stripe, delimiter, out=marked)
        for mark in (QUOTE, NEWLINE):
            np.equal(stripe, mark, out=other)
            np.logical_or(marked, other, out=marked)
        places = _places(marked)
        places += begin
        marks.append(places)
        kinds.append(data.take(places))
        behind.append(data.take(places + 1, mode="clip"))
    return np.concatenate(marks), np.concatenate(kinds), np.concatenate(behind)


def _places(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places that are true, where few of them are: eight are looked at together."""
    whole = len(marked) & -8
    words = marked[:whole].view(np.uint64)
    some = np.flatnonzero(words != 0)
    found = np.flatnonzero(words.take(some).view(np.bool_))
    places = some.take(found >> 3)
    places <<= 3
    found &= 7
    places += found
    rest = np.flatnonzero(marked[whole:])
    return np.append(places, rest + whole) if len(rest) else places


def _firsts(
    first: int, behind: NDArray[np.uint8], stopping: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return the first byte of each cell, within its quotes where it has some.

    A cell begins behind the mark that ends the one before; in quotes, behind the mark after that.
    """
    firsts = np.empty(len(stopping), dtype=np.uint8)
    firsts[:1] = first
    behind.take(stopping[:-1], out=firsts[1:], mode="clip")
    quoted = np.flatnonzero(firsts == QUOTE)
    firsts[quoted] = behind.take(np.where(quoted, stopping.take(quoted - 1) + 1, 0))
    return firsts


def _check_quotes(data: NDArray[np.uint8], quotes: NDArray[np.intp], delimiter: int) -> None:
    """Check that quotes stand around whole cells only, and doubled within them."""
    if not len(quotes):
        return
    opening, closing = quotes[::2], quotes[1::2]
    before = data[opening - 1]  # the first one wraps around to the last newline, which is as good
    after = data[closing + 1]
    for beside in (before, after):
        good = (beside == delimiter) | (beside == NEWLINE) | (beside == QUOTE)
        if beside is after:
            good |= beside == RETURN
        if not good.all():
            raise Irregular


def _check_returns(
    data: NDArray[np.uint8],
    quotes: NDArray[np.intp],
    ends: NDArray[np.intp],
    spare: NDArray[np.bool_],
) -> bool:
    """Check that no line ends in a bare carriage return; return whether lines end in both marks.

    Rows with a carriage return in a cell are noted in `spare`.
    """
    stripes = range(0, len(data), _STRIPE)
    if not any((data[begin : begin + _STRIPE] == RETURN).any() for begin in stripes):
        return False
    returns = np.flatnonzero(data == RETURN)
    outside = np.searchsorted(quotes, returns) % 2 == 0
    if not bool((data[returns[outside] + 1] == NEWLINE).all()):
        raise Irregular
    spare[np.searchsorted(ends, returns[~outside])] = True
    return bool(outside.any())


def _check_text(data: NDArray[np.uint8]) -> None:
    """Raise `NoUtf8` where bytes are none."""
    if data.max() < 0x80:
        return
    import pyarrow as pa

    try:
        strings(data, np.array([0, len(data)])).validate(full=True)
    except pa.ArrowInvalid:
        raise NoUtf8 from None
