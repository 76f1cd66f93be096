"""Zstandard frames as a stream of bytes; a frame that is cut short is an error, not an end."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zstandard

_CHUNK = 1 << 17


class DamagedZstd(Exception):
    """Bytes that are no whole Zstandard frame."""


class Unzstd(io.RawIOBase):
    """The bytes that were packed into one Zstandard frame or several, one after the other.

    Reading raises `EOFError` where the last frame is not whole, `DamagedZstd` where one is damaged.
    """

    def __init__(self, source: io.BufferedReader) -> None:
        import zstandard

        self._source = source
        self._error = zstandard.ZstdError
        self._frame: Callable[[], zstandard.ZstdDecompressionObj] = lambda: (
            zstandard.ZstdDecompressor().decompressobj()
        )
        self._open: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            if not self._fill():
                return 0
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _fill(self) -> bool:
        packed = self._packed or self._source.read1(_CHUNK)
        self._packed = b""
        if not packed:
            if self._open is not None:
                raise EOFError("the file ended in the middle of a frame")
            return False
        self._open = self._open or self._frame()
        try:
            self._ready = memoryview(self._open.decompress(packed))
        except self._error as error:
            raise DamagedZstd(str(error)) from None
        if self._open.eof:
            self._packed, self._open = self._open.unused_data, None
        return True

    def close(self) -> None:
        self._source.close()
        super().close()
