"""Blocks of CSV that every reader reads alike, proven so before a quick reader may have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

BLOCK_BYTES = 8 << 20
_BLOCKS_OF_A_ROW = 8  # what is longer is no row, or none that should be held several times
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13


class Irregular(Exception):
    """A block that has to be read for what it is rather than for what it should be."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows as text; `plain` says that no cell holds a carriage return."""

    frame: pl.DataFrame
    plain: bool


def blocks(file: IO[bytes], begun: bytes, columns: list[str], delimiter: str) -> Iterator[Block]:
    """Yield the rows of `begun` and the rest of a file; raise `Irregular` for what is not regular.

    At most some blocks are held at a time.
    """
    rest, size = begun, BLOCK_BYTES
    begin = _quotes(rest)
    while True:
        read = file.read(size)
        quotes = np.concatenate([begin, _quotes(read) + len(rest)])
        end = _end_of_rows(rest, read, quotes) if read else len(rest)
        if end == 0 and len(rest) + len(read) > _BLOCKS_OF_A_ROW * size:
            raise Irregular
        if end:
            # Joined once and in one piece: copies of whole blocks are what costs here.
            data = b"".join((rest[:end], memoryview(read)[: max(end - len(rest), 0)]))
            count = int(np.searchsorted(quotes, end))
            yield _block(data, quotes[:count], columns, delimiter)
            quotes = quotes[count:] - end
        rest = (rest[end:] + read[max(end - len(rest), 0) :]) if end else rest + read
        begin = quotes
        if not read:
            return


def _quotes(data: bytes) -> NDArray[np.int64]:
    if b'"' not in data:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _QUOTE)


def _end_of_rows(rest: bytes, read: bytes, quotes: NDArray[np.int64]) -> int:
    """Return where the last whole row ends: behind the last newline that is in no quotes."""
    for text, before in ((read, len(rest)), (rest, 0)):
        end = len(text)
        while (end := text.rfind(b"\n", 0, end)) >= 0:
            if int(np.searchsorted(quotes, before + end)) % 2 == 0:
                return before + end + 1
    return 0


def _block(data: bytes, quotes: NDArray[np.int64], columns: list[str], delimiter: str) -> Block:
    import polars as pl

    if len(columns) == 1:
        raise Irregular  # a blank line would pass for a row
    array = np.frombuffer(data, dtype=np.uint8)
    mark = ord(delimiter)
    _check_quotes(array, quotes, mark)
    plain = _check_line_ends(data, array, quotes)
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            schema=dict.fromkeys(columns, pl.String),
            separator=delimiter,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        raise Irregular from None
    cells = pl.col(pl.String).str.count_matches(delimiter, literal=True).sum()
    within = sum(frame.select(cells).row(0)) if len(quotes) else 0
    # A narrow row (a blank line is one) would be filled up with empty cells in silence.
    if int(np.count_nonzero(array == mark)) - within != len(frame) * (len(columns) - 1):
        raise Irregular
    return Block(frame, plain)


def _check_quotes(array: NDArray[np.uint8], quotes: NDArray[np.int64], mark: int) -> None:
    """Check that quotes stand around whole cells only, and doubled within them."""
    if len(quotes) % 2:
        raise Irregular
    if not len(quotes):
        return
    opening, closing = quotes[::2], quotes[1::2]
    before = array[opening - 1]  # the first one wraps around, and is looked at by itself
    good = (before == mark) | (before == _NEWLINE) | (before == _QUOTE)
    good[0] |= opening[0] == 0
    after = array[np.minimum(closing + 1, len(array) - 1)]
    fine = (after == mark) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    fine[-1] |= closing[-1] == len(array) - 1
    if not (good.all() and fine.all()):
        raise Irregular


def _check_line_ends(data: bytes, array: NDArray[np.uint8], quotes: NDArray[np.int64]) -> bool:
    """Check that no line ends in a bare carriage return; return whether no cell holds one."""
    if b"\r" not in data:
        return True
    returns = np.flatnonzero(array == _RETURN)
    outside = returns[np.searchsorted(quotes, returns) % 2 == 0]
    following = array[np.minimum(outside + 1, len(array) - 1)]
    if not bool((following == _NEWLINE).all()):
        raise Irregular
    return len(outside) == len(returns)
