"""Problems in what we were given, as values.

A finding says what is wrong, where, and what to do. Readers collect findings in a list and go on,
so that all problems of a file are shown at once; `InputError` carries them to the caller when
there is no going on. Messages: lower case, no full stop, the user's own words in backticks.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from adjudge.source import Span

_TOLD = 100  # problems that the text of an error holds; `findings` has all
_BESIDE = 10_000  # files of a folder among which a near name is looked for
_STDIN, _CALLED = "-", "standard input"

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: a stable `code`, what is wrong, where (a span, or a file name), what to do."""

    code: str
    message: str
    span: Span | None = None
    help: str | None = None
    severity: Severity = "error"
    where: str | None = None

    def render(self) -> str:
        """Return the finding as text: message, place, the offending line, and the help line."""
        message, where = self.message, self.where
        if where is not None and where.partition(":")[0] == _STDIN:
            message, where = message.replace("`-`", _CALLED), where.replace(_STDIN, _CALLED, 1)
        lines = [f"{self.severity}[{self.code}]: {message}"]
        if self.span is not None:
            lines.append(f"  --> {self.span}")
            lines.extend("  " + line for line in self.span.snippet().splitlines())
        elif where is not None:
            lines.append(f"  --> {where}")
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


class AdjudgeError(Exception):
    """Base of every error that adjudge raises on purpose."""


class InputError(AdjudgeError):
    """A ruleset, a ticket, an export or a call that cannot be used.

    `findings` holds every problem that was found, in the order in which they stand in the input;
    its text tells the first hundred, and counts the rest.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        told = [finding.render() for finding in self.findings[:_TOLD]]
        if len(self.findings) > _TOLD:
            told.append(f"and {counted(len(self.findings) - _TOLD, 'more problem')}")
        super().__init__("\n\n".join(told))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)

    @classmethod
    def of(
        cls, code: str, message: str, *, help: str | None = None, where: str | None = None
    ) -> InputError:
        """Build the error for a single problem that has no place in a text."""
        return cls([Finding(code, message, help=help, where=where)])


class InternalError(AdjudgeError):
    """Adjudge contradicts itself: the two evaluators disagree. Never an answer; please report."""


def counted(number: int, noun: str) -> str:
    """Return a number with what it counts: `1 row`, `1,024 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `name` probably was meant to be, or None if none is near."""
    return next(iter(nearest_names(name, known, 1)), None)


def nearest_names(name: str, known: Iterable[str], count: int) -> list[str]:
    """Return those of `known` that `name` probably was meant to be, at most `count`."""
    lowered = {candidate.lower(): candidate for candidate in known}
    if name.lower() in lowered:  # but for capitals it is right
        return [lowered[name.lower()]]
    matches = difflib.get_close_matches(name.lower(), lowered, n=count, cutoff=0.7)
    return [lowered[match] for match in matches]


def no_such_file(path: str) -> InputError:
    """Return the error for a file that is not there, with the one beside it that was meant."""
    folder, name = os.path.split(path)
    try:
        beside = sorted(os.listdir(folder or os.curdir))[:_BESIDE]
    except (OSError, ValueError):  # no such folder either, or none that may be looked into
        beside = []
    # Endings alone make no two names alike.
    alike = [each for each in beside if nearest_name(_stem(name), [_stem(each)])]
    near = nearest_name(name, alike)
    help = None if near is None else f"did you mean `{os.path.join(folder, near)}`?"
    return InputError.of("file-not-found", f"there is no file `{path}`", help=help, where=path)


def _stem(name: str) -> str:
    return name.split(".", 1)[0] or name


def check_call(holds: bool, name: str, given: object, expected: str) -> None:
    """Raise `InputError` for an argument of a call that is not what is `expected`."""
    if not holds:
        message = f"`{name}` has to be {expected}, and is of the type `{type(given).__name__}`"
        raise InputError.of("bad-call", message)


def did_you_mean(name: object, known: Iterable[str]) -> str | None:
    """Return a help line for an unknown name: the near one, or else what there is.

    A caller may have given anything for a name; what is no text is near to nothing. Of several
    names that are equally near, none was meant rather than another.
    """
    candidates = [str(candidate) for candidate in known]
    near = nearest_names(name, candidates, 2) if isinstance(name, str) else []
    few = 0 < len(candidates) <= 24
    alike = len({_nearness(name, candidate) for candidate in near}) < len(near)
    if near and not (few and alike):
        return f"did you mean `{near[0]}`?"
    if few:
        return "known here: " + ", ".join(f"`{candidate}`" for candidate in candidates)
    return None


def _nearness(name: object, candidate: str) -> float:
    return difflib.SequenceMatcher(None, candidate.lower(), str(name).lower()).ratio()
