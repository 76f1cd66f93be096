"""What the command line shows beside results: progress and messages, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from adjudge.findings import Finding
from adjudge.source import printable

Advance = Callable[[int], None]


def say(text: str) -> None:
    """Print a message to standard error."""
    # Cells of an export are anybody's, and their control characters could act on a terminal.
    click.echo(printable(text, keep="\n"), err=True)


def show(text: str, *, exact: bool = False) -> None:
    """Print to standard output; `exact` is what programs read: UTF-8, whatever is set there."""
    click.echo(text.encode() if exact else text, nl=False)


def warn(findings: tuple[Finding, ...]) -> None:
    """Print warnings of a ruleset to standard error."""
    for finding in findings:
        say(finding.render())


def wants_color() -> bool:
    """Say whether standard output shows colours: a terminal, and nobody asked for none."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Advance]:
    """Show a progress bar on a terminal; yields a function that takes the position so far.

    In a pipe nothing is shown. Both are in bytes; `total` None is a spinner with those read so far.
    """
    if not sys.stderr.isatty():
        yield lambda position: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        FileSizeColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    if total is None:
        columns = (TextColumn("{task.description}"), SpinnerColumn(), FileSizeColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda position: bar.update(task, completed=position)
