"""Decides tickets that are columns already: data frames, and batches of Arrow records.

The columns are named as in the native form: `id`, `filed`, `created_at`, `language` and the facts
(`environment` or `facts.environment`). Facts may be texts, or of their own type: booleans, numbers,
lists of words. What comes out has a row for each row that went in, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from adjudge.batch.cells import COLUMNS
from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.chunks import Chunk
from adjudge.batch.columnar.classifier import Classifier
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.summary import Summary
from adjudge.decide import Ruleset
from adjudge.decide.results import WhenUncertain
from adjudge.findings import InputError
from adjudge.reading.profile import load_profile
from adjudge.tickets.apply import Layout, TicketReader

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

ID, ERROR = "id", "error"
RESULTS = (ID, *COLUMNS, ERROR)
"""The columns of a frame of decisions, all text; what is unknown, or not promised, is null.

`possible` and `decided_by` are words with spaces between them, most urgent level first; `entitled`
is `true` or `false`; `response_due` is in ISO 8601; `error` says why a row could not be decided.
"""


class Decider:
    """Decides frames whose columns are the same, remembering the cases that it met."""

    def __init__(self, ruleset: Ruleset, wishes: Wishes, columns: list[str]) -> None:
        profile = load_profile("native")
        facts = ruleset.policy.facts
        if ID not in Layout(profile, facts, columns).columns:
            shown = ", ".join(f"`{column}`" for column in columns) or "none"
            help = f"its columns are {shown}; every ticket needs an id, to be named by"
            raise InputError.of("no-id-column", f"the frame has no column `{ID}`", help=help)
        self._reader = TicketReader(profile, facts, columns)
        summary = Summary(ruleset.policy.level_ids)
        self._classifier = Classifier(
            ruleset, wishes, profile, self._reader, columns, summary, _AnyIds()
        )

    def decide(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a row of `RESULTS` for each row of a frame."""
        import polars as pl

        chunk = Chunk(frame, first=0)
        outcome = self._classifier.decide(chunk)
        places = np.arange(len(frame))
        if outcome.kept is not None:
            places = np.full(len(frame), -1)
            places[outcome.kept] = np.arange(len(outcome.kept))
        index = pl.Series(places, dtype=pl.Int64)
        index = index.set(index < 0, None)
        results = outcome.results().select(pl.all().gather(index))
        errors: list[str | None] = [None] * len(frame)
        for reject in outcome.rejects:
            errors[reject.row] = "; ".join(reject.reasons)
        id = frame[self._classifier.id_column].cast(pl.String)
        return results.with_columns(id.alias(ID), pl.Series(ERROR, errors, dtype=pl.String)).select(
            RESULTS
        )


class _AnyIds(Ids):
    """Lets ids come again: a frame may be a part of something that nobody sees whole."""

    def look(self, ids: pl.Series) -> NDArray[np.bool_]:
        return np.zeros(len(ids), dtype=np.bool_)

    def first_row(self, id: str, row: int) -> int:
        return row


def decide_frame(
    frame: pl.DataFrame,
    ruleset: Ruleset,
    *,
    when_uncertain: WhenUncertain = "proven",
    as_of: date | None = None,
    language: str | None = None,
) -> pl.DataFrame:
    """Decide a Polars frame of tickets; return a frame of `RESULTS`, a row for each row.

    Raises `InputError` where the frame has no column `id`.
    """
    wishes = Wishes(when_uncertain, as_of, language)
    return Decider(ruleset, wishes, frame.columns).decide(frame)


def decide_batches(
    batches: Iterable[pa.RecordBatch],
    ruleset: Ruleset,
    *,
    when_uncertain: WhenUncertain = "proven",
    as_of: date | None = None,
    language: str | None = None,
) -> Iterator[pa.RecordBatch]:
    """Decide batches of Arrow records, one after the other; yield a batch of `RESULTS` for each.

    The batches may come from anything that speaks Arrow. Raises `InputError` where one has no
    column `id`.
    """
    import polars as pl

    wishes = Wishes(when_uncertain, as_of, language)
    deciders: dict[tuple[str, ...], Decider] = {}
    for batch in batches:
        frame = pl.DataFrame(batch)
        columns = tuple(frame.columns)
        if columns not in deciders:
            deciders[columns] = Decider(ruleset, wishes, frame.columns)
        yield as_batch(deciders[columns].decide(frame))


def as_batch(results: pl.DataFrame) -> pa.RecordBatch:
    """Return a frame of `RESULTS` as one batch of Arrow strings."""
    import pyarrow as pa

    arrays = [results[name].to_arrow().cast(pa.string()) for name in RESULTS]
    return pa.RecordBatch.from_arrays(arrays, names=list(RESULTS))
