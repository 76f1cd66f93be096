"""Columns of text as Arrow has them: one buffer of bytes, and where each text begins in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

# `pyarrow.array`, `pyarrow.scalar` and `to_numpy` load pandas, where that is installed, which takes
# longer than all else before the first row. So arrays are made from buffers and read by them here.

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


def strings(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> pa.LargeStringArray:
    """Return the texts between each offset and the next, over the very bytes of `data`."""
    import pyarrow as pa

    return pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data)
    )


def strings_of(texts: Iterable[str | None]) -> pa.LargeStringArray:
    """Return an array of texts; None is null."""
    import pyarrow as pa

    encoded = [None if text is None else text.encode() for text in texts]
    lengths = [0 if text is None else len(text) for text in encoded]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    data = np.frombuffer(b"".join(text for text in encoded if text), dtype=np.uint8)
    if None not in encoded:
        return strings(data, offsets)
    known = np.array([text is not None for text in encoded])
    return pa.LargeStringArray.from_buffers(
        len(encoded), pa.py_buffer(offsets), pa.py_buffer(data), valid_bits(known)
    )


def valid_bits(known: NDArray[np.bool_]) -> pa.Buffer:
    """Return which rows are not null, in the form of Arrow."""
    import pyarrow as pa

    return pa.py_buffer(np.packbits(known, bitorder="little"))


def truths(array: pa.BooleanArray) -> NDArray[np.bool_]:
    """Return an array of truths without nulls."""
    bits = np.frombuffer(array.buffers()[1], dtype=np.uint8)
    end = array.offset + len(array)
    return np.unpackbits(bits, count=end, bitorder="little")[array.offset :].astype(np.bool_)


def numbers_of(array: pa.Int32Array) -> NDArray[np.int64]:
    """Return an array of numbers; what is null may be any number."""
    numbers = np.frombuffer(array.buffers()[1], dtype=np.int32)
    return numbers[array.offset : array.offset + len(array)].astype(np.int64)


def places_among(values: pa.Array, known: pa.Array) -> NDArray[np.int64]:
    """Return the place of each value among those that are known, -1 where it is none."""
    import pyarrow.compute as pc

    found = pc.index_in(values, known)
    places = numbers_of(found)
    if found.null_count:
        places[~truths(found.is_valid())] = -1
    return places


def with_gaps(
    data: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> pa.LargeStringArray:
    """Return texts over the very bytes of `data`, with what lies between two of them in between.

    Text number n is element 2 n. No text begins before the one ahead of it ends.
    """
    offsets = np.empty(2 * len(begins), dtype=np.int64)
    offsets[0::2], offsets[1::2] = begins, ends
    return strings(data, offsets if len(offsets) else np.zeros(1, dtype=np.int64))


def between(
    data: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> pa.LargeStringArray:
    """Return the texts that begin and end at some places; see `with_gaps`."""
    return with_gaps(data, begins, ends).take(as_arrow(np.arange(0, 2 * len(begins), 2)))


def buffers(texts: pa.LargeStringArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of some texts, and where each begins in them; the last offset is the end."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if data is None:
        return np.zeros(0, dtype=np.uint8), places
    return np.frombuffer(data, dtype=np.uint8), places


def wide(data: NDArray[np.uint8], begins: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """Return so many bytes from each of some places on, a row for each; all lie within `data`."""
    rows: NDArray[np.uint8] = np.zeros((len(begins), width), dtype=np.uint8)
    if len(begins) and width:
        # Every place of the data as a piece of that width: taking pieces is one copy each.
        windows = np.ndarray((len(data) - width + 1,), f"V{width}", data, strides=(1,))
        rows = windows[begins].view(np.uint8).reshape(-1, width)
    return rows


def as_arrow(numbers: NDArray[np.signedinteger]) -> pa.Int64Array:
    """Return numbers as an Arrow array, over the same memory where they are as wide already."""
    import pyarrow as pa

    numbers = np.ascontiguousarray(numbers, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def joined(*parts: pa.LargeStringArray | str, between: str = "") -> pa.LargeStringArray:
    """Return the parts of each row as one text; a part that is a string is that of all rows."""
    import pyarrow.compute as pc

    arrays = [strings_of([each])[0] if isinstance(each, str) else each for each in parts]
    return pc.binary_join_element_wise(*arrays, strings_of([between])[0])


def as_texts(values: pa.Array) -> pa.LargeStringArray | None:
    """Return a column of texts in one form, with nothing for null; None for other columns."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.dictionary_decode(), kind.value_type
    if pa.types.is_null(kind):
        values = values.cast(pa.large_string())
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_view(kind)):
        return None
    if kind != pa.large_string():
        values = values.cast(pa.large_string())
    return pc.fill_null(values, strings_of([""])[0]) if values.null_count else values


def _is_view(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return str(kind) == "string_view" and hasattr(pa, "string_view")
