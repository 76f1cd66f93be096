"""Decides tickets that are columns already: data frames, and batches of Arrow records.

The columns are named as in the native form: `id`, `filed`, `created_at`, `language` and the facts
(`environment` or `facts.environment`). Facts may be texts, or of their own type: booleans, numbers,
lists of words. What comes out has a row for each row that went in, in the same order.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from inspect import currentframe
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from adjudge.batch.arrow_in import arrow_table, given_batches, given_frame
from adjudge.batch.cells import COLUMNS
from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.chunks import TableChunk
from adjudge.batch.columnar.classifier import Classifier
from adjudge.batch.columnar.ids import Ids
from adjudge.batch.summary import Summary
from adjudge.decide import Ruleset
from adjudge.decide.results import WhenUncertain
from adjudge.decide.ruleset import check_day, check_wishes
from adjudge.findings import InputError
from adjudge.model.profile import Profile
from adjudge.reading.profile import load_profile
from adjudge.tickets.apply import Layout, TicketReader, check_alike, columns_alike
from adjudge.tickets.far_times import without_far
from adjudge.tickets.likely import likely_parts, shown_columns
from adjudge.tickets.unread import misspelt_facts
from adjudge.tickets.values import cell_text

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    Frame: TypeAlias = pl.DataFrame | pl.LazyFrame | pa.Table
    Batches: TypeAlias = Iterable[pa.RecordBatch] | pa.Table | pl.DataFrame

ID, ERROR = "id", "error"
RESULTS = (ID, *COLUMNS, ERROR)
"""The columns of a frame of decisions, all text; what is unknown, or not promised, is null.

`possible` and `decided_by` are words with spaces between them, most urgent level first; `entitled`
is `true` or `false`; `response_due` is in ISO 8601; `error` says why a row could not be decided.
"""


class Decider:
    """Decides frames whose columns are the same, remembering the cases that it met."""

    def __init__(self, ruleset: Ruleset, wishes: Wishes, columns: list[str]) -> None:
        check_deciding(ruleset, wishes)
        self.used = check_columns(ruleset, columns)
        profile = _native()
        self._reader = TicketReader(profile, ruleset.policy.facts, self.used)
        summary = Summary(ruleset.policy.level_ids)
        self._classifier = Classifier(
            ruleset, wishes, profile, self._reader, self.used, summary, _AnyIds(), headers=False
        )

    def decide(self, frame: pl.DataFrame | pa.Table) -> pa.RecordBatch:
        """Return a row of `RESULTS` for each row of a frame, all of them strings."""
        import pyarrow as pa

        table = without_far(arrow_table(frame, self.used))
        chunk = TableChunk(table, first=0)
        outcome = self._classifier.decide(chunk)
        results = outcome.results()
        if outcome.kept is not None:
            places = np.full(len(chunk), -1)
            places[outcome.kept] = np.arange(len(outcome.kept))
            results = results.take(pa.array(places, mask=places < 0))
        errors: list[str | None] = [None] * len(chunk)
        for reject in outcome.rejects:
            errors[reject.row] = "; ".join(reject.reasons)
        ids = table[self._classifier.id_column].to_pylist()
        texts = [None if id is None else cell_text(id) for id in ids]
        cells = [each.combine_chunks().cast(pa.string()) for each in results.columns]
        arrays = [pa.array(texts, pa.string()), *cells, pa.array(errors, pa.string())]
        return pa.RecordBatch.from_arrays(arrays, names=list(RESULTS))


def check_deciding(given: object, wishes: Wishes) -> None:
    """Raise `InputError` for what is no ruleset, such as its name, and for wishes that are none."""
    if isinstance(given, Ruleset):
        check_wishes(wishes.when_uncertain, wishes.language)
        check_day(wishes.as_of)
        return
    if isinstance(given, str):
        message = f"`{given}` is a text, and not a ruleset"
        raise InputError.of("bad-call", message, help=f'pass `adjudge.load("{given}")`')
    message = f"a `{type(given).__name__}` is no ruleset"
    raise InputError.of("bad-call", message, help="pass what `adjudge.load(NAME)` returns")


def check_columns(ruleset: Ruleset, columns: list[str]) -> list[str]:
    """Return which columns of a frame are read; warn of others that probably should be.

    Raises `InputError` where there are no ids, or two columns for one part of a ticket.
    """
    layout = Layout(_native(), ruleset.policy.facts, columns)
    if ID not in layout.columns:
        message = f"the frame has no column `{ID}`, by which a ticket is named in results"
        shown = shown_columns(columns) or "none"
        help = f"rename the column that has the ids; its columns are {shown}"
        raise InputError.of("no-id-column", message, help=help)
    parts = {name: part for part, names in _native().columns.items() for name in names}
    check_alike([*columns_alike(parts, columns), *layout.alike])
    used = layout.used
    _warn_of_unread(ruleset, layout, [each for each in columns if each not in used])
    return [each for each in columns if each in used]


@cache
def _native() -> Profile:
    return replace(load_profile("native"), changed_by="")


def _warn_of_unread(ruleset: Ruleset, layout: Layout, columns: list[str]) -> None:
    """Warn of columns that are not read and look like the filed level, or nearly like a fact."""
    said = []
    likely = likely_parts(columns).get("filed")
    if likely and "filed" not in layout.columns:
        said.append(
            f"{shown_columns(likely)} looks like the filed level, and is not read: rename it to "
            "`filed` where that is what it is"
        )
    missing = ruleset.policy.facts.keys() - layout.fact_columns.keys()
    for column, fact in misspelt_facts(columns, sorted(missing), ()).items():
        said.append(f"`{column}` is named like no fact, and is not read: did you mean `{fact}`?")
    for message in said:
        warnings.warn(message, stacklevel=_calls_from_outside())


def _calls_from_outside() -> int:
    """Return how many calls up the line of the caller's is: this package is called in many ways."""
    package = __name__.partition(".")[0]
    frame = currentframe()
    calls = 0
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == package:
        frame, calls = frame.f_back, calls + 1
    return calls


class _AnyIds(Ids):
    """Lets ids come again: a frame may be a part of something that nobody sees whole."""

    def look(self, ids: pa.LargeStringArray, odd: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.zeros(len(ids), dtype=np.bool_)

    def first_row(self, id: str, row: int) -> int:
        return row


def decide_frame(
    frame: Frame,
    ruleset: Ruleset,
    *,
    when_uncertain: WhenUncertain = "proven",
    as_of: date | None = None,
    language: str | None = None,
) -> pl.DataFrame:
    """Decide a Polars frame of tickets; return a frame of `RESULTS`, a row for each row.

    A lazy frame is collected; any other table that speaks Arrow is taken, too. Raises `InputError`
    for what is no frame, and where a column `id` is missing or a fact has two columns.
    """
    import polars as pl

    wishes = Wishes(when_uncertain, as_of, language)
    check_deciding(ruleset, wishes)  # here, and not when a lazy frame is collected
    table = given_frame(frame)
    columns = table.columns if isinstance(table, pl.DataFrame) else table.column_names
    return pl.DataFrame(Decider(ruleset, wishes, columns).decide(table))


def decide_batches(
    batches: Batches,
    ruleset: Ruleset,
    *,
    when_uncertain: WhenUncertain = "proven",
    as_of: date | None = None,
    language: str | None = None,
) -> Iterator[pa.RecordBatch]:
    """Decide batches of Arrow records, one after the other: a batch of `RESULTS` for each.

    The batches may come from anything that speaks Arrow, such as a table. Raises `InputError` for
    what has no batches, and where one lacks a column `id` or has two for a fact.
    """
    wishes = Wishes(when_uncertain, as_of, language)
    check_deciding(ruleset, wishes)  # here, and not with the first batch
    return _decided(given_batches(batches), ruleset, wishes)


def _decided(
    batches: Iterator[pa.RecordBatch], ruleset: Ruleset, wishes: Wishes
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    deciders: dict[tuple[str, ...], Decider] = {}
    for batch in batches:
        columns = tuple(batch.schema.names)
        if columns not in deciders:
            deciders[columns] = Decider(ruleset, wishes, list(columns))
        yield deciders[columns].decide(pa.Table.from_batches([batch]))
