"""Bytes written on a thread of their own, while the next are made."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import IO

_WAITING = 4  # pieces that are made before they are written


class Behind:
    """A stream whose `write` returns at once; see `write_behind`."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._queue: Queue[memoryview | None] = Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="adjudge-writer", daemon=True)
        self._thread.start()

    def write(self, data: memoryview) -> None:
        """Take bytes to write; raise what an earlier write raised."""
        self._check()
        self._queue.put(data)

    def close(self) -> None:
        """Wait until everything is written; raise where that failed."""
        self._queue.put(None)
        self._thread.join()
        self._check()

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while True:
            data = self._queue.get()
            if data is None:
                return
            if self._error is None:  # else only empty the queue: whoever fills it waits
                try:
                    self._raw.write(data)
                except BaseException as error:
                    self._error = error


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
