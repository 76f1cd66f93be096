"""Holds an audit's verdicts against those of people who reviewed a sample."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adjudge.audit.model import Json, as_json
from adjudge.audit.picture import Cell, Rate
from adjudge.audit.statistics import rate
from adjudge.findings import Finding, InputError, did_you_mean, no_such_file
from adjudge.source import Source, Span

_NEEDED = ("id", "reviewer_level", "adjudge_level", "adjudge_possible")
UNDECIDED = ("?", "unclear")
"""What a reviewer writes who cannot tell the level from the ticket either."""
Entry = tuple[Mapping[str, str], Span]
"""A row of a reviewed sample, and its place."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A ticket on which the reviewer and adjudge differ."""

    id: str
    filed: str | None
    adjudge: tuple[str, ...]
    reviewer: str
    note: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How adjudge stands to the reviewers of a sample.

    `rows` = `reviewed` + `unclear` + `empty`. `exact`: of the reviewed that adjudge proved one
    level for, the same one. `possible`: of all reviewed, the reviewer's level was held possible.
    `overfiled_precision` and `overfiled_recall` are of the verdict `overfiled`. `kappa` is Cohen's
    agreement beyond chance on the proven ones, None where it is undefined. `wrong_downgrades`
    counts tickets recommended for a downgrade that the reviewer holds to be right as filed.
    """

    rows: int
    reviewed: int
    unclear: int
    empty: int
    exact: Rate
    possible: Rate
    overfiled_precision: Rate
    overfiled_recall: Rate
    wrong_downgrades: int
    kappa: float | None
    matrix: tuple[Cell, ...]
    disputed: tuple[Disputed, ...]

    def to_dict(self) -> Json:
        """Return the evaluation as JSON data."""
        data = as_json(self)
        return data if isinstance(data, dict) else {}


@dataclass(frozen=True, slots=True)
class _Reviewed:
    id: str
    filed: str | None
    possible: tuple[str, ...]
    verdict: str
    reviewer: str
    note: str


def check_ruleset(
    path: str, entries: Iterable[Entry], name: str, version: str
) -> tuple[Finding, ...]:
    """Return a warning where a sample was drawn under another version of a ruleset.

    Raises `InputError` where it was drawn under another ruleset. A sample without the column, or
    with nothing in it, is taken as it is.
    """
    here = f"{name} {version}"
    for drawn in dict.fromkeys(_drawn_under(entry) for entry, _ in entries):
        if drawn and drawn != here:
            message = f"`{path}` was drawn under `{drawn}`, and is evaluated under `{here}`"
            other = drawn.partition(" ")[0]
            if other != name:
                help = f"name the ruleset of the audit: `--ruleset {other}`, or its file"
                raise InputError.of("other-ruleset", message, help=help, where=path)
            help = "the figures are those of the version that the sample was drawn under"
            return (Finding("other-version", message, None, help, "warning", path),)
    return ()


def _drawn_under(entry: Mapping[str, str]) -> str:
    return entry.get("adjudge_ruleset", "").strip().lstrip("'")


def evaluate(
    entries: Sequence[Entry], level_of: Callable[[str], str | None], levels: tuple[str, ...]
) -> Evaluation:
    """Evaluate a reviewed sample; `level_of` returns the level that a spelling means.

    Raises `InputError` with every level that is none.
    """
    findings: list[Finding] = []
    reviewed, unclear, empty = [], 0, 0
    for entry, place in entries:
        said = entry["reviewer_level"].strip().lstrip("'")
        if not said:
            empty += 1
        elif said.casefold() in UNDECIDED:
            unclear += 1
        elif (level := level_of(said)) is None:
            help = did_you_mean(said, levels) or "write `?` where it cannot be told"
            findings.append(
                Finding("unknown-level", f"`{said}` is no level of the ruleset", place, help)
            )
        else:
            reviewed.append(_reviewed(entry, level))
    if findings:
        raise InputError(findings)
    return _evaluation(reviewed, len(entries), unclear, empty, levels)


def read_review(path: str) -> list[Entry]:
    """Read a reviewed sample; raise `InputError` where columns are missing."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        raise no_such_file(path) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        message = f"`{path}` cannot be read: {reason}"
        raise InputError.of("file-unreadable", message, where=path) from None
    source = Source(path, text)
    lines = text.splitlines(keepends=True)
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(iter(lines), delimiter=delimiter)
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        *first, last = (f"`{name}`" for name in missing)
        shown = f"columns {', '.join(first)} and {last}" if first else f"column {last}"
        help = "review the file that `adjudge audit --sample N --review FILE` writes"
        raise InputError.of("no-such-column", f"`{path}` has no {shown}", help=help)
    found: list[Entry] = []
    for row in reader:
        place = Span(source, reader.line_num, 1, reader.line_num, 2)
        found.append(({key: value or "" for key, value in row.items() if key}, place))
    return found


def _reviewed(entry: Mapping[str, str], level: str) -> _Reviewed:
    return _Reviewed(
        entry["id"],
        entry.get("filed") or None,
        tuple(entry["adjudge_possible"].split()),
        entry.get("adjudge_verdict", ""),
        level,
        entry.get("reviewer_note", ""),
    )


def _evaluation(
    reviewed: list[_Reviewed], rows: int, unclear: int, empty: int, levels: tuple[str, ...]
) -> Evaluation:
    rank = {level: number for number, level in enumerate(levels)}
    proven = [each for each in reviewed if len(each.possible) == 1]
    over = [each for each in reviewed if each.verdict == "overfiled"]
    truly = [e for e in reviewed if e.filed in rank and rank[e.reviewer] > rank[str(e.filed)]]
    both = sum(each in truly for each in over)
    pairs = Counter((each.reviewer, each.possible[0]) for each in proven)
    ordered = sorted(pairs, key=lambda pair: (rank[pair[0]], rank.get(pair[1], len(rank))))
    return Evaluation(
        rows,
        len(reviewed),
        unclear,
        empty,
        rate(sum(each.possible == (each.reviewer,) for each in proven), len(proven)),
        rate(sum(each.reviewer in each.possible for each in reviewed), len(reviewed)),
        rate(both, len(over)),
        rate(both, len(truly)),
        len(over) - both,
        _kappa(pairs),
        tuple(Cell(pair[0], pair[1], pairs[pair]) for pair in ordered),
        tuple(
            Disputed(each.id, each.filed, each.possible, each.reviewer, each.note)
            for each in reviewed
            if each.reviewer not in each.possible
        ),
    )


def _kappa(pairs: Counter[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa (J. Cohen, 1960); None where chance alone would agree always."""
    total = sum(pairs.values())
    if not total:
        return None
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for (reviewer, ours), count in pairs.items():
        rows[reviewer] += count
        columns[ours] += count
    agreed = sum(count for (reviewer, ours), count in pairs.items() if reviewer == ours) / total
    chance = sum(rows[level] * columns[level] for level in rows) / total**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)
