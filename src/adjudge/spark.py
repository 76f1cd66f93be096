"""Decides Spark data frames on the executors of a cluster; needs the extra `spark`.

    from adjudge.spark import decide_frame
    decisions = decide_frame(spark.read.parquet("tickets"), adjudge.load("zenput"))

The ruleset travels to the executors as it is here, so that a file that only the driver has will
do. Adjudge itself must be installed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from adjudge.batch.classify import Wishes
from adjudge.batch.frames import RESULTS, check_columns, check_deciding, decide_batches
from adjudge.decide import Ruleset
from adjudge.decide.results import WhenUncertain
from adjudge.evidence import Extractor
from adjudge.findings import check_call
from adjudge.model.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def decide_frame(
    frame: DataFrame,
    ruleset: Ruleset,
    *,
    when_uncertain: WhenUncertain = "proven",
    as_of: date | None = None,
    language: str | None = None,
) -> DataFrame:
    """Decide a Spark frame of tickets; return a frame of decisions, a row for each row.

    Columns in and out are those of `adjudge.batch.frames`. The decisions are made where the rows
    are, and are those of a local run. Raises `InputError` for what is no ruleset or no Spark frame,
    and for a frame without a column `id` or with two for a fact.
    """
    check_deciding(ruleset, Wishes(when_uncertain, as_of, language))
    check_call(hasattr(frame, "mapInArrow"), "frame", frame, "a Spark frame")
    check_columns(ruleset, frame.columns)  # here, and not where the rows are
    policies, extractor = ruleset.versions, ruleset.extractor

    def decide(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from decide_batches(
            batches,
            _rebuilt(policies, extractor),
            when_uncertain=when_uncertain,
            as_of=as_of,
            language=language,
        )

    schema = ", ".join(f"`{name}` string" for name in RESULTS)
    return frame.mapInArrow(decide, schema)


_rebuilt_here: dict[str, Ruleset] = {}


def _rebuilt(policies: tuple[Policy, ...], extractor: Extractor | str | None) -> Ruleset:
    if extractor is not None and not isinstance(extractor, str):
        return Ruleset(policies, extractor=extractor)  # one object can be told from another nohow
    # Tasks of one executor share a process, and with it the cases that a ruleset has met.
    key = repr([(each.digest, each.version, each.effective_from, each.chosen) for each in policies])
    key += f" {extractor}"
    if key not in _rebuilt_here:
        _rebuilt_here.clear()
        _rebuilt_here[key] = Ruleset(policies, extractor=extractor)
    return _rebuilt_here[key]
