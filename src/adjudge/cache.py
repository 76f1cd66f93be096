"""What took long to make, kept between runs in the user's cache folder.

Nothing depends on it: what cannot be read is made anew, what cannot be written is left out. An
entry is found by the content of all that it was made of, so that it cannot be out of date, and it
holds plain data with a checksum, which nothing in it can make run.

`ADJUDGE_CACHE` names another folder; where it is empty, nothing is kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

VARIABLE = "ADJUDGE_CACHE"
_MARK = b"adjudge2"
_DIGEST = 32
_Made = TypeVar("_Made")
_KEPT = 4  # entries of one name: of other versions, and of other checkouts


def key_of(parts: Iterable[bytes]) -> bytes:
    """Return the key for what is made of these parts, in this order."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.digest()


@functools.cache
def own_code(*packages: str) -> bytes:
    """Identify the code of packages of adjudge, for the key of what they make."""
    root = Path(__file__).parent
    sources = [path for package in packages for path in sorted((root / package).glob("*.py"))]
    return key_of(path.read_bytes() for path in sources)


def load(name: str, key: bytes) -> bytes | None:
    """Return what is kept under a name and a key; None where there is nothing, or not whole."""
    folder = _folder()
    if folder is None:
        return None
    import zstandard

    try:
        packed = _place(folder, name, key).read_bytes()
        head, digest = len(_MARK) + len(key), len(_MARK) + len(key) + _DIGEST
        if packed[:head] != _MARK + key:
            return None
        if hashlib.sha256(packed[digest:]).digest() != packed[head:digest]:
            return None
        return zstandard.ZstdDecompressor().decompress(packed[digest:])
    except (OSError, zstandard.ZstdError, MemoryError):
        return None


def store(name: str, key: bytes, data: bytes) -> None:
    """Keep data under a name and a key, whole or not at all; old entries of the name go."""
    folder = _folder()
    if folder is None:
        return
    import zstandard

    packed = zstandard.ZstdCompressor(level=3).compress(data)
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MARK + key + hashlib.sha256(packed).digest() + packed)
            os.replace(part, _place(folder, name, key))
        except BaseException:
            os.unlink(part)
            raise
        _remove_old(folder, name)


def kept_or_made(
    name: str,
    key: bytes,
    made: Callable[[], _Made],
    to_bytes: Callable[[_Made], bytes],
    from_bytes: Callable[[bytes], _Made],
) -> _Made:
    """Return what is kept under a name and a key; where there is nothing, make it and keep it."""
    data = load(name, key)
    if data is not None:
        return from_bytes(data)
    found = made()
    store(name, key, to_bytes(found))
    return found


def _folder() -> Path | None:
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_cache_path

    with contextlib.suppress(RuntimeError, OSError):  # a user without a home
        return user_cache_path("adjudge", appauthor=False)
    return None


def _place(folder: Path, name: str, key: bytes) -> Path:
    return folder / f"{name}-{key[:12].hex()}"


def _remove_old(folder: Path, name: str) -> None:
    entries = [(path.stat().st_mtime, path) for path in folder.glob(f"{name}-*")]
    for _, path in sorted(entries)[:-_KEPT]:
        path.unlink(missing_ok=True)
