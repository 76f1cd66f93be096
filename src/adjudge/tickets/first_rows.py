"""On which row each id was met first, in 36 to 72 bytes for each, however long ids are.

Ids are held as digests of 128 bits in a table with open addressing: among a billion ids, the chance
that any two share a digest is below one in 10^20.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b
from struct import Struct

_halves = Struct("<QQ").unpack
_SMALLEST = 1_024


class FirstRows:
    """Ids, each with the row on which it was met first; rows count from 1."""

    def __init__(self) -> None:
        self._count = 0
        self._allot(_SMALLEST)

    def __len__(self) -> int:
        return self._count

    def first(self, id: str, row: int) -> int:
        """Return the row on which an id was met first: an earlier one, or else this `row`."""
        digest = blake2b(id.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        low, high = _halves(digest)
        place = self._place(low, high)
        known = self._rows[place]
        if known:
            return known
        self._put(place, low, high, row)
        self._count += 1
        if 3 * self._count > 2 * len(self._rows):
            self._grow()
        return row

    def _place(self, low: int, high: int) -> int:
        """Return where a digest is, or where it is to be put."""
        lows, highs, rows = self._lows, self._highs, self._rows
        mask = len(rows) - 1
        place = low & mask
        while rows[place] and (lows[place] != low or highs[place] != high):
            place = (place + 1) & mask
        return place

    def _put(self, place: int, low: int, high: int, row: int) -> None:
        self._lows[place] = low
        self._highs[place] = high
        self._rows[place] = row

    def _allot(self, size: int) -> None:
        self._lows = array("Q", bytes(8 * size))
        self._highs = array("Q", bytes(8 * size))
        self._rows = array("Q", bytes(8 * size))

    def _grow(self) -> None:
        entries = zip(self._lows, self._highs, self._rows, strict=True)
        self._allot(2 * len(self._rows))
        for low, high, row in entries:
            if row:
                self._put(self._place(low, high), low, high, row)
