"""Decides a whole table by columns and writes its results, reading ahead while it decides."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import Queue
from threading import Event, Thread
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from adjudge.batch.by_case import reads_words
from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.chunks import chunks_of
from adjudge.batch.columnar.classifier import Classifier, fits
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.columnar.parquet import ParquetSink, simple, table_chunks
from adjudge.batch.columnar.regular import Irregular, NoUtf8
from adjudge.batch.columnar.sink import RejectFile, Sink
from adjudge.batch.summary import Summary
from adjudge.batch.write import Layout
from adjudge.decide import Ruleset
from adjudge.tickets.export import Export
from adjudge.tickets.stream import PACKINGS

_AHEAD = 8  # chunks that are read before they are decided: more brings no time
_BEHIND = 4  # chunks that are decided before they are written
_TURN = 5e-4  # seconds that a thread keeps Python for itself while others want it
_ENDINGS = tuple(f"{kind}{packing}" for kind in (".csv", ".tsv") for packing in ("", *PACKINGS))

Item = TypeVar("Item")


class _Repeated(Exception):
    """Some ids may come twice; which, is known when the run is over."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        super().__init__()
        self.hashes = hashes


def write_by_columns(
    export: Export,
    ruleset: Ruleset,
    wishes: Wishes,
    output: str,
    rejects: str,
    layout: Layout,
    advance: Callable[[int], None],
) -> Summary | None:
    """Decide a table and write its results to `output`; return the counts.

    None where the table is not one that can be decided by columns: nothing is written then, and
    the export can still be read row by row. Otherwise the bytes are those of the row path. Rows
    that cannot be decided go to `rejects`, a file that is made with the first of them.
    """
    if not _applies(export, output) or reads_words(export, ruleset, wishes):
        return None
    job = _Job(export, ruleset, wishes, output, rejects, layout, advance)
    suspects, recoded = None, False
    while True:
        try:
            with ExitStack() as stack:
                return job.attempt(stack, Ids(suspects), recoded=recoded)
        except NoUtf8:
            if recoded:
                return None
            recoded = True
        except Irregular:
            return None
        except _Repeated as found:
            # Only rows with these hashes have to be looked at: true repetitions, or collisions.
            suspects = found.hashes


def _applies(export: Export, output: str) -> bool:
    """Say whether both ends are tables of one kind, and the input is a file that can be reread."""
    if export.columns is None or export.size_bytes is None or not fits(export.profile):
        return False
    if _is_parquet(output):
        return export.schema is not None and simple(export.schema)
    return export.path.lower().endswith(_ENDINGS) and output.lower().endswith(_ENDINGS)


def _is_parquet(path: str) -> bool:
    return path.lower().endswith(".parquet")


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be decided, and where its results go; see `write_by_columns`."""

    export: Export
    ruleset: Ruleset
    wishes: Wishes
    output: str
    rejects: str
    layout: Layout
    advance: Callable[[int], None]

    def attempt(self, stack: ExitStack, ids: Ids, *, recoded: bool) -> Summary:
        """Decide and write all rows; with `recoded`, in whatever encoding they are."""
        stack.enter_context(quick_turns())
        export, columns = self.export, list(self.export.columns or ())
        summary = Summary(self.ruleset.policy.level_ids)
        classifier = Classifier(
            self.ruleset, self.wishes, export.profile, export.reader, columns, summary, ids
        )
        id_column = classifier.id_column
        sink: Sink | ParquetSink
        if _is_parquet(self.output):
            sink = ParquetSink(stack, self.output, export, id_column, self.layout)
            chunks: Iterator[Any] = table_chunks(export)
        else:
            sink = Sink(stack, self.output, columns, id_column, self.layout)
            chunks = chunks_of(export, recoded=recoded)
        refused = RejectFile(stack, self.rejects)
        keyed = ((chunk, classifier.keyed(chunk)) for chunk in chunks)
        read = stack.enter_context(read_ahead(keyed, _AHEAD))
        decided = ((chunk, classifier.decide_keyed(chunk, cases)) for chunk, cases in read)
        for chunk, outcome in stack.enter_context(read_ahead(decided, _BEHIND)):
            sink.write(chunk, outcome)
            refused.write(outcome.rejects)
            self.advance(chunk.position)
        sink.finish()
        repeated = ids.repeated()
        if len(repeated):
            raise _Repeated(repeated)
        return summary


@contextmanager
def quick_turns() -> Iterator[None]:
    """Let threads take turns quickly: most of a turn here is spent outside of Python."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def read_ahead(items: Iterator[Item], ahead: int) -> Iterator[Iterator[Item]]:
    """Run an iterator on a thread of its own, some items ahead of whoever takes them."""
    queue: Queue[tuple[Item | None, BaseException | None]] = Queue(ahead)
    stopped = Event()

    def fill() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                queue.put((item, None))
                if stopped.is_set():
                    return
        except BaseException as caught:
            error = caught
        queue.put((None, error))

    def drain() -> Iterator[Item]:
        while True:
            item, error = queue.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item

    thread = Thread(target=fill, name="adjudge-reader", daemon=True)
    thread.start()
    try:
        yield drain()
    finally:
        stopped.set()
        while thread.is_alive():
            while not queue.empty():
                queue.get_nowait()
            thread.join(0.01)
