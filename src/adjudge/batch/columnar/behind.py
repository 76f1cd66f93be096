"""Bytes written on a thread of their own, while the next are made."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import IO

_WAITING = 4  # calls of `write` that are taken before they are carried out
_SENT = 1 << 24  # bytes that are sent on their way to the disk at a time


class Behind:
    """A stream whose `write` returns at once; see `write_behind`."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._queue: Queue[Iterable[memoryview] | None] = Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="adjudge-writer", daemon=True)
        self._thread.start()

    def write(self, pieces: Iterable[memoryview]) -> None:
        """Take bytes to write, made as they are written; raise what an earlier write raised."""
        self._check()
        self._queue.put(pieces)

    def close(self) -> None:
        """Wait until everything is written; raise where that failed."""
        self._queue.put(None)
        self._thread.join()
        self._check()

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        disk = _Disk(self._raw)
        while True:
            pieces = self._queue.get()
            if pieces is None:
                return
            if self._error is None:  # else only empty the queue: whoever fills it waits
                try:
                    for piece in pieces:
                        self._raw.write(piece)
                    disk.send()
                except BaseException as error:
                    self._error = error


class _Disk:
    """Has the system write a file out while it grows: whoever syncs it then has little to wait for.

    Where the system cannot be told, or the stream is packed, nothing is done.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        plain = isinstance(raw, io.BufferedWriter) and hasattr(os, "posix_fadvise")
        self._raw = raw if plain and raw.seekable() else None
        self._sent = 0

    def send(self) -> None:
        """Send what was written since the last time, where it is enough."""
        if self._raw is None:
            return
        end = self._raw.tell()
        if end - self._sent >= _SENT:
            # Linux begins to write pages that are not needed; it keeps them until they are written.
            advice = os.POSIX_FADV_DONTNEED
            with contextlib.suppress(OSError):
                os.posix_fadvise(self._raw.fileno(), self._sent, end - self._sent, advice)
            self._sent = end


@contextmanager
def write_behind(raw: IO[bytes]) -> Iterator[Behind]:
    """Write to a stream from a thread of its own; all is written when the block ends.

    An error of writing is raised by a later `write`, or at the end of the block. Where the block
    itself fails, what waits is written, and only its error is raised.
    """
    behind = Behind(raw)
    try:
        yield behind
    except BaseException:
        with contextlib.suppress(BaseException):
            behind.close()
        raise
    behind.close()
