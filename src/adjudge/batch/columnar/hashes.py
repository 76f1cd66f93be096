"""Hashes of texts, many at once, eight bytes at a time."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.columnar.texts import buffers

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_LONGEST = 128  # bytes; what is longer is rare, and hashed one by one
_WORD = 8
# The low bytes of a word of which so many belong to the text.
_MASKS = np.array([(1 << 8 * kept) - 1 for kept in range(_WORD)] + [2**64 - 1], dtype=np.uint64)
# Odd constants of Vigna's splitmix64, which spread every bit over the word.
_STEP, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def hashes_of(texts: pa.LargeStringArray) -> NDArray[np.uint64]:
    """Return a hash of 64 bits for each text; the same text has the same in every run."""
    data, offsets = buffers(texts)
    begins, lengths = offsets[:-1], np.diff(offsets)
    hashes = lengths.astype(np.uint64) * _STEP
    short = np.flatnonzero((lengths > 0) & (lengths <= _LONGEST))
    if len(short):
        hashes[short] = _of_short(data, begins[short], lengths[short], hashes[short])
    for row in np.flatnonzero(lengths > _LONGEST).tolist():
        text = data[begins[row] : begins[row] + lengths[row]].tobytes()
        digest = hashlib.blake2b(text, digest_size=_WORD).digest()
        hashes[row] = int.from_bytes(digest, "little")
    return hashes


def _of_short(
    data: NDArray[np.uint8],
    begins: NDArray[np.int64],
    lengths: NDArray[np.int64],
    hashes: NDArray[np.uint64],
) -> NDArray[np.uint64]:
    first, last = int(begins[0]), int(begins[-1] + lengths[-1])
    padded = np.append(data[first:last], np.zeros(_WORD, dtype=np.uint8))
    # Every place as a word that begins there.
    words = np.ndarray((len(padded) - _WORD + 1,), "<u8", padded, strides=(1,))
    for step in range(0, int(lengths.max()), _WORD):
        left = lengths - step
        places = begins - first + step
        if step:  # texts that have ended hash nothing more
            places = np.minimum(places, len(words) - 1)
        word = words[places] & _MASKS[np.clip(left, 0, _WORD)]
        mixed = (hashes ^ word) * _MIX
        mixed ^= mixed >> np.uint64(31)
        mixed *= _STEP
        mixed ^= mixed >> np.uint64(29)
        hashes = mixed if step == 0 else np.where(left > 0, mixed, hashes)
    return hashes
