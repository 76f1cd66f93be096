"""Work on items in several processes, with the results in the order of the items.

Every process gets its items by a pipe of its own, in turn, some chunks ahead of what is awaited,
so that memory is bounded and no order is lost. The processes are spawned, not forked: neither the
engine nor Polars bears being forked. They end when this one does, however it ends.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from queue import SimpleQueue
from threading import Thread, current_thread, main_thread
from traceback import format_exc
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from adjudge.findings import AdjudgeError, InputError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

ALONE = 1_000  # items, or what they may weigh by `weight`, for which no other processes are started
_ALONE_SIZE = 1_000_000
_CHUNK = 100  # items that travel together at most
_CHUNK_SIZE = 1_000_000  # and what they may weigh
_AHEAD = 3  # chunks that each process has or is about to get

Item = TypeVar("Item")
Sent = TypeVar("Sent")
Result = TypeVar("Result")


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    work: Callable[[Sent], Result],
    items: Iterable[Item],
    sent: Callable[[Item], Sent | None],
    weight: Callable[[Sent], int],
    jobs: int,
) -> Iterator[tuple[Item, Result | None]]:
    """Yield every item with the result of `work` on what is `sent` of it; None where nothing is.

    With `jobs` of more than 1 and more than `ALONE` items, they are worked on in so many processes;
    `work`, what is sent and what comes back must then be fit for pickling. `weight` is about how
    many bytes something takes. An error in `work` is raised here. Raises `InputError` where a
    process is ended from outside.
    """
    remaining = iter(items)
    # Whether there are many is known before any is worked on: the others begin with the first.
    ahead = [] if jobs == 1 else list(_few(remaining, sent, weight))
    following = next(remaining, None) if jobs > 1 else None
    if following is None:
        for item in chain(ahead, remaining):
            piece = sent(item)
            yield item, None if piece is None else work(piece)
        return
    with _Pool(work, jobs) as pool:
        waiting: deque[list[tuple[Item, Sent | None]]] = deque()
        for chunk in _chunks(chain(ahead, (following,), remaining), sent, weight):
            pool.send([piece for _, piece in chunk if piece is not None])
            waiting.append(chunk)
            if len(waiting) >= jobs * _AHEAD:
                yield from _paired(waiting.popleft(), pool.receive())
        while waiting:
            yield from _paired(waiting.popleft(), pool.receive())


def _few(
    items: Iterator[Item], sent: Callable[[Item], Sent | None], weight: Callable[[Sent], int]
) -> Iterator[Item]:
    """Yield the first items, as many as are worked on here where there are no more."""
    size = 0
    for item in islice(items, ALONE):
        yield item
        piece = sent(item)
        size += 0 if piece is None else weight(piece)
        if size >= _ALONE_SIZE:
            return


def _chunks(
    items: Iterable[Item], sent: Callable[[Item], Sent | None], weight: Callable[[Sent], int]
) -> Iterator[list[tuple[Item, Sent | None]]]:
    chunk: list[tuple[Item, Sent | None]] = []
    size = 0
    for item in items:
        piece = sent(item)
        chunk.append((item, piece))
        size += 0 if piece is None else weight(piece)
        if len(chunk) == _CHUNK or size >= _CHUNK_SIZE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _paired(
    chunk: list[tuple[Item, Sent | None]], results: list[Result]
) -> Iterator[tuple[Item, Result | None]]:
    following = iter(results)
    for item, piece in chunk:
        yield item, None if piece is None else next(following)


class _Pool(Generic[Sent, Result]):
    """Processes that get chunks in turn, and give results in turn."""

    def __init__(self, work: Callable[[Sent], Result], jobs: int) -> None:
        with _interrupts_held():
            self._members = [_Member(work) for _ in range(jobs)]
        self._given = self._taken = 0

    def __enter__(self) -> _Pool[Sent, Result]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for member in self._members:
            member.close()
        for member in self._members:
            member.process.join()

    def send(self, chunk: list[Sent]) -> None:
        """Give a chunk to the process whose turn it is."""
        self._members[self._given % len(self._members)].send(chunk)
        self._given += 1

    def receive(self) -> list[Result]:
        """Return the results of the first chunk that was given and not taken yet."""
        found: list[Result] = self._members[self._taken % len(self._members)].receive()
        self._taken += 1
        return found


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes are started, so that they begin, and stay, without it.

    The mask is what they inherit. It is this thread's alone, and any other takes the signal, so
    that a handler has to hold it back here.
    """
    if not hasattr(signal, "pthread_sigmask") or current_thread() is not main_thread():
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # started with the first process, it would lift the mask
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
        if held:
            signal.raise_signal(signal.SIGINT)


class _Member:
    """One process, and the pipes to it and from it."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        from multiprocessing import get_context  # short exports start no other process

        context = get_context("spawn")
        theirs_in, self._to = context.Pipe(duplex=False)
        self._back, theirs_out = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs_in, theirs_out, work), daemon=True
        )
        self.process.start()
        # What the other end alone holds is closed when it ends, and that is how it is noticed.
        theirs_in.close()
        theirs_out.close()

    def send(self, chunk: list[Any]) -> None:
        try:
            self._to.send(chunk)
        except OSError:
            raise self._ended() from None

    def receive(self) -> list[Any]:
        try:
            found = self._back.recv()
        except (EOFError, OSError):
            raise self._ended() from None
        if isinstance(found, BaseException):
            raise found
        return list(found)

    def close(self) -> None:
        self._to.close()
        self._back.close()

    def _ended(self) -> InputError:
        self.process.join(5)
        code = self.process.exitcode
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return InputError.of(
            "process-ended",
            f"a process that reads tickets ended before its work was done, {how}",
            help="no file was changed; if memory was short, `--jobs 1` takes the least",
        )


def _serve(requests: Connection, results: Connection, work: Callable[[Any], Any]) -> None:
    """Work on chunks until there is nobody left who would send one. Runs in a process of its own.

    Chunks are taken in on a thread, so that whoever sends one never waits for another to be done.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is told, and tells by ending
    chunks: SimpleQueue[list[Any]] = SimpleQueue()
    Thread(target=_take_in, args=(requests, chunks), daemon=True).start()
    while True:
        try:
            answer: object = [work(piece) for piece in chunks.get()]
        except Exception as error:
            if not isinstance(error, AdjudgeError):
                error.add_note(format_exc())  # where it happened does not travel
            answer = error
        try:
            results.send(answer)
        except OSError:
            return


def _take_in(requests: Connection, chunks: SimpleQueue[list[Any]]) -> None:
    while True:
        try:
            chunks.put(requests.recv())
        except (EOFError, OSError):
            os._exit(0)  # nobody waits for what is being worked on
