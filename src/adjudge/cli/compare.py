"""`adjudge compare`: the same export under several rulesets, side by side."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import date

import click

from adjudge.batch.classify import Wishes
from adjudge.batch.compare import Comparison
from adjudge.batch.compare import compare as compare_rows
from adjudge.batch.write import Layout, result_format
from adjudge.batch.write_comparison import open_comparison
from adjudge.cli.command import Command
from adjudge.cli.console import progress, say, warn
from adjudge.cli.exports import opened_for, say_how_read, warn_of_no_rows
from adjudge.cli.files import EXPORT, check_files
from adjudge.cli.options import (
    RulesetName,
    as_of_option,
    decision_options,
    extractor_option,
    input_options,
    option_choices,
    result_options,
)
from adjudge.cli.refused import nothing_decided, why_under
from adjudge.decide import Ruleset, load
from adjudge.decide.results import WhenUncertain
from adjudge.findings import InputError
from adjudge.tickets.claims import STDIN

_STEP = 200  # rows between two updates of the progress bar


@click.command(cls=Command)
@click.argument("export")
@click.option(
    "--ruleset",
    "names",
    multiple=True,
    type=RulesetName(),
    required=True,
    metavar="NAME",
    help="A ruleset by name or path; give two or more.",
)
@option_choices
@as_of_option
@extractor_option
@input_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the comparison here, row by row, in any format of `classify`. Default: JSON lines "
    "to standard output.",
)
@result_options
@decision_options
def compare(
    export: str,
    names: tuple[str, ...],
    options: dict[str, str],
    as_of: date | None,
    extractor: str | None,
    profile: str | None,
    map_file: str | None,
    output: str | None,
    only_results: bool,
    raw: bool,
    when_uncertain: WhenUncertain,
    language: str | None,
    text: bool,
) -> None:
    """Decide every ticket of EXPORT under several rulesets, and say where they differ."""
    if len(names) < 2:
        help = "give `--ruleset` again, or use `adjudge classify` for one"
        raise InputError.of("bad-call", "a comparison needs two rulesets or more", help=help)
    result_format(output)
    check_files(
        ((EXPORT, export), *(("--ruleset", name) for name in names), ("--map", map_file)),
        (("the comparison", output),),
    )
    rulesets = _loaded(names, options, extractor)
    _check_distinct(names, rulesets)
    summary = Comparison.of(rulesets)
    wishes = Wishes(when_uncertain, as_of, language, text)
    with ExitStack() as stack:
        again = stack.enter_context(_read_again(export))
        exports = []
        for each in rulesets:
            with again():
                exports.append(opened_for(each, export, profile, map_file, rulesets))
            stack.enter_context(exports[-1])
        say_how_read(export, *exports)
        sink = stack.enter_context(
            open_comparison(output, exports[0], summary.names, Layout(only_results, raw))
        )
        advance = stack.enter_context(progress("deciding", exports[0].size_bytes))
        for compared in compare_rows(exports, rulesets, wishes, summary):
            sink.write(compared)
            if summary.rows % _STEP == 0:
                advance(exports[0].position())
    warn((*exports[0].remarks(), *sink.remarks))
    for line in summary.lines():
        say(line)
    warn_of_no_rows(export, summary.rows)
    if summary.rows and not any(each.decided for each in summary.each):
        unders = zip(exports, rulesets, summary.each, summary.names, strict=True)
        why = [line for under in unders for line in why_under(*under)]
        message = "no row of the export could be decided under any of the rulesets"
        raise nothing_decided(export, message, why)


def _loaded(
    names: tuple[str, ...], options: dict[str, str], extractor: str | None
) -> list[Ruleset]:
    """Load rulesets; an option is for those of them that have it, and one has to."""
    rulesets = []
    unknown: list[InputError] = []
    for name in names:
        try:
            rulesets.append(load(name, options=options, extractor=extractor))
        except InputError as error:
            if not options or any(each.code != "unknown-option" for each in error.findings):
                raise
            unknown.append(error)
            rulesets.append(load(name, extractor=extractor))
        warn(rulesets[-1].warnings)
    if len(unknown) == len(names):
        raise unknown[0]
    return rulesets


def _check_distinct(names: tuple[str, ...], rulesets: list[Ruleset]) -> None:
    """Raise `InputError` where two rulesets are the same: they could not but agree."""
    met: dict[tuple[object, ...], str] = {}
    for name, ruleset in zip(names, rulesets, strict=True):
        what = tuple((each.digest, each.version, *each.chosen.items()) for each in ruleset.versions)
        if what in met:
            message = f"`--ruleset {met[what]}` and `--ruleset {name}` are the same ruleset"
            help = "leave one of them out, or name another ruleset"
            raise InputError.of("bad-call", message, help=help)
        met[what] = name


@contextmanager
def _read_again(export: str) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Yield what standard input is to be replaced by while the export is opened once more.

    Standard input is read once, and so copied; a file is simply opened again.
    """
    if export != STDIN:
        yield nullcontext
        return
    with tempfile.NamedTemporaryFile() as copy, ExitStack() as opened:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()

        @contextmanager
        def replaced() -> Iterator[None]:
            before = sys.stdin
            sys.stdin = opened.enter_context(open(copy.name, encoding="utf-8"))
            try:
                yield
            finally:
                sys.stdin = before

        yield replaced
