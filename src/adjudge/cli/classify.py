"""`adjudge classify`: decide every ticket of an export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import click

from adjudge.batch.classify import Told, Wishes, Words, tell
from adjudge.batch.summary import Summary
from adjudge.batch.write import Layout, Sink, open_sink, reject_line, result_format
from adjudge.batch.write_file import STDOUT, remove_stale, whole_file
from adjudge.cli.command import Command
from adjudge.cli.console import progress, say, warn
from adjudge.cli.exports import opened_for, say_how_read, warn_of_no_rows
from adjudge.cli.files import EXPORT, check_files
from adjudge.cli.options import (
    decision_options,
    input_options,
    jobs_option,
    result_options,
    ruleset_options,
)
from adjudge.cli.refused import check_decided, say_rejects
from adjudge.decide import Ruleset, load
from adjudge.decide.results import WhenUncertain
from adjudge.tickets.export import Export, Reject
from adjudge.tickets.stream import PACKINGS

_STEP = 200  # rows between two updates of the progress bar
_LARGE = 150_000  # bytes (a thousand rows) from which on it pays to load what decides by case
_LARGE_PACKED = 15_000
_PACKED = (*PACKINGS, ".parquet", ".xlsx")


@click.command(cls=Command)
@click.argument("export")
@ruleset_options
@input_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write results here (.jsonl .ndjson .json .csv .tsv, each also .gz or .zst, .xlsx or "
    ".parquet). Default: JSON lines to standard output.",
)
@click.option(
    "--rejects",
    metavar="FILE",
    help="Write rows that cannot be used here, with row number and reason, as JSON lines. "
    "Default: beside --output, or as messages.",
)
@result_options
@decision_options
@jobs_option
def classify(
    export: str,
    ruleset: str,
    options: dict[str, str],
    as_of: date | None,
    extractor: str | None,
    profile: str | None,
    map_file: str | None,
    output: str | None,
    rejects: str | None,
    only_results: bool,
    raw: bool,
    when_uncertain: WhenUncertain,
    language: str | None,
    text: bool,
    jobs: int,
) -> None:
    """Decide every ticket of EXPORT (.csv .tsv .jsonl .ndjson .json, also .gz or .zst, .xlsx or
    .parquet; - for standard input, JSON).

    Every row ends as a decision or as a reject with a reason; the summary counts both.
    """
    result_format(output)
    rejects_path = rejects or _beside(output)
    check_files(
        ((EXPORT, export), ("--ruleset", ruleset), ("--map", map_file)),
        (("the results", output or STDOUT), ("the rejects", rejects_path)),
    )
    loaded = load(ruleset, options=options, extractor=extractor)
    warn(loaded.warnings)
    source = opened_for(loaded, export, profile, map_file)
    say_how_read(export, source)
    wishes = Wishes(when_uncertain, as_of, language, text)
    layout = Layout(only_results, raw)
    rejected: list[str] = []
    summary = _run_by_columns(source, loaded, wishes, output, rejects_path, layout)
    if summary is None:
        summary = Summary(loaded.policy.level_ids)
        with open_sink(output, source, layout) as sink:
            rejected = _run(source, loaded, wishes, summary, sink, jobs, rejects_path)
        warn((*source.remarks(), *sink.remarks))
    for line in (*rejected, *summary.lines()):
        say(line)
    warn_of_no_rows(export, summary.rows)
    if rejects_path is not None:
        if summary.rejected:
            say_rejects(summary, rejects_path)
        else:
            remove_stale(rejects_path)
    check_decided(export, source, loaded, summary)


def _beside(output: str | None) -> str | None:
    return None if output is None or output == "-" else f"{output}.rejects.jsonl"


def _run_by_columns(
    source: Export,
    ruleset: Ruleset,
    wishes: Wishes,
    output: str | None,
    rejects_path: str | None,
    layout: Layout,
) -> Summary | None:
    """Decide a large table the quick way; None where that is not possible, or not worth it."""
    if output is None or rejects_path is None or not _is_large(source):
        return None
    from adjudge.batch.columnar.run import write_by_columns

    with progress("deciding", source.size_bytes) as advance:
        return write_by_columns(source, ruleset, wishes, output, rejects_path, layout, advance)


def _is_large(source: Export) -> bool:
    packed = source.path.lower().endswith(_PACKED)
    return (source.size_bytes or 0) >= (_LARGE_PACKED if packed else _LARGE)


def _outcomes(
    source: Export,
    ruleset: Ruleset,
    wishes: Wishes,
    summary: Summary,
    sink: Sink[Words],
    jobs: int,
) -> Iterator[Told[Words] | Reject]:
    """Yield what is told of each row: by case where that pays, else of each ticket by itself."""
    if _is_large(source):
        from adjudge.batch.by_case import ByCase, reads_words

        if not reads_words(source, ruleset, wishes):
            zone = source.profile.zone
            return ByCase(ruleset, wishes, summary, sink, zone).tell(source)
    return tell(source, ruleset, wishes, summary, sink.telling, jobs)


def _run(
    source: Export,
    ruleset: Ruleset,
    wishes: Wishes,
    summary: Summary,
    sink: Sink[Any],
    jobs: int,
    rejects_path: str | None,
) -> list[str]:
    """Write decisions and rejects; return the messages for rejects that no file takes."""
    messages: list[str] = []
    with ExitStack() as stack:
        advance = stack.enter_context(progress("deciding", source.size_bytes))
        rejects = None
        for outcome in _outcomes(source, ruleset, wishes, summary, sink, jobs):
            if isinstance(outcome, Told):
                sink.write(outcome.row, outcome.words)
            elif rejects_path is None:
                messages.append(_message(outcome))
            else:
                # The file is made with the first reject: no rejects, no file.
                rejects = rejects or stack.enter_context(whole_file(rejects_path))
                rejects.write(reject_line(outcome) + "\n")
            if summary.rows % _STEP == 0:
                advance(source.position())
    return messages


def _message(reject: Reject) -> str:
    name = f" ({reject.id})" if reject.id else ""
    return f"row {reject.row}{name} rejected: {'; '.join(reject.reasons)}"
