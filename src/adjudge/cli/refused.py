"""Says why rows of an export were rejected, where that is what is to be known of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from adjudge.batch.summary import Summary, count_reasons
from adjudge.cli.console import say, warn
from adjudge.decide import Ruleset
from adjudge.findings import Finding, InputError, Severity
from adjudge.tickets.export import Export
from adjudge.tickets.filed import UNRANKED

_MAP = "a map (`--map FILE`) says which columns and values mean what"
_LEVELS = "a map (`--map FILE`) says with `filed_values` which level a word means"
_WORDS = {
    "is no level of": _LEVELS,
    UNRANKED: _LEVELS,
    ": expected one of": "a map (`--map FILE`) says with `facts` and `values` what a cell means",
}
"""What to do about a word that is not known, by what its reason says."""


def say_rejects(summary: Summary, file: str) -> None:
    """Say where rejects are, and the most frequent reasons; `check_decided` says those of all."""
    say(f"rejects:  {file}")
    if summary.decided:
        lines = summary.by_reason.lines()
        for line in (*lines, *ways_out(lines)):
            say(f"          {line}")


def ways_out(reasons: Sequence[str]) -> list[str]:
    """Return what to do about words that are not known, where some reasons are that."""
    ways = [way for said, way in _WORDS.items() if any(said in each for each in reasons)]
    return list(dict.fromkeys(ways))


def check_within(path: str, audited: int, outside: tuple[date, date] | None, *, gate: bool) -> None:
    """Warn where all tickets were created outside the days asked for; `outside` has their days.

    Raises `InputError` instead where a `gate` is to hold: it would, whatever the tickets are.
    """
    if audited or outside is None:
        return
    first, last = outside
    message = f"no ticket of `{path}` is within the dates asked for"
    if gate:
        message += ", and `--fail-over` has nothing to count"
    help = f"they were created from {first} to {last}: see `--since` and `--until`"
    severity: Severity = "error" if gate else "warning"
    finding = Finding("none-within-dates", message, help=help, severity=severity, where=path)
    if gate:
        raise InputError([finding])
    warn((finding,))


def check_decided(
    path: str,
    source: Export,
    ruleset: Ruleset,
    summary: Summary,
    shown: Sequence[Sequence[str]] | None = None,
) -> None:
    """Raise `InputError` where every row was rejected; warn where most of them are another's.

    `shown`, the reasons of each reject, are told in place of the summary's, where some of them
    are not to be read.
    """
    if not summary.mostly_rejected:
        return
    others = _of_others(source, ruleset, summary)
    if not summary.decided:
        why = (summary.by_reason if shown is None else count_reasons(shown)).lines()
        raise nothing_decided(path, "no row of the export could be decided", [*why, *others])
    warn(tuple(Finding("other-ruleset", each, severity="warning", where=path) for each in others))


def nothing_decided(path: str, message: str, why: list[str]) -> InputError:
    """Return the error for an export of which no row could be decided, with the reasons."""
    help = "\n    ".join(["the most frequent reasons are", *why]) + f"\n  {_MAP}"
    return InputError.of("nothing-decided", message, help=help, where=path)


def why_under(source: Export, ruleset: Ruleset, summary: Summary, name: str) -> list[str]:
    """Return why no row could be decided under one of several rulesets."""
    lines = (*summary.by_reason.lines(), *_of_others(source, ruleset, summary))
    return [f"{name}: {each}" for each in lines]


def _of_others(source: Export, ruleset: Ruleset, summary: Summary) -> list[str]:
    """Return what says that rows were refused as another ruleset's."""
    from adjudge.batch.other_rulesets import meant_for_others  # reads all that ship

    return meant_for_others(summary.refused, source.reader, ruleset)
