"""Writes a comparison of rulesets, row by row, in the formats of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from adjudge.batch.compare import Compared
from adjudge.batch.write import (
    ID_COLUMN,
    JsonLines,
    Layout,
    RowFile,
    as_json,
    open_rows,
    result_format,
)
from adjudge.batch.write_file import as_text, whole_bytes
from adjudge.decide import Decision
from adjudge.findings import Finding
from adjudge.tickets.export import Export

_PART_COLUMNS = ("filed", "level", "possible", "verdict", "action")


class ComparisonSink(Protocol):
    """Takes the rows of a comparison one by one."""

    remarks: list[Finding]

    def write(self, compared: Compared) -> None:
        """Write one row."""


@contextmanager
def open_comparison(
    path: str | None, export: Export, names: Sequence[str], layout: Layout
) -> Iterator[ComparisonSink]:
    """Open a file for a comparison under the rulesets `names`; see `open_sink`."""
    kind = result_format(path)
    with whole_bytes(path) as raw:
        if kind == "jsonl" or kind == "json":
            with as_text(raw) as stream:
                lines = JsonLines(stream, array=kind == "json")
                yield ComparisonLines(lines, names, records=not layout.only_results)
                lines.finish()
        else:
            columns = compared_columns(names)
            added = (ID_COLUMN, *columns) if layout.only_results else columns
            with open_rows(kind, raw, export, added, layout) as rows:
                yield ComparisonTable(rows, names, ids=layout.only_results)


class ComparisonLines:
    """One row a line, as JSON."""

    def __init__(self, lines: JsonLines, names: Sequence[str], *, records: bool) -> None:
        self.remarks = lines.remarks
        self._lines = lines
        self._names = names
        self._records = records

    def write(self, compared: Compared) -> None:
        """Write one row."""
        entry = compared_dict(compared, self._names)
        if self._records:
            entry["record"] = compared.record
        self._lines.write_line(as_json(entry))


class ComparisonTable:
    """The export's own columns, and those of each ruleset behind them."""

    def __init__(self, rows: RowFile, names: Sequence[str], *, ids: bool) -> None:
        self.remarks = rows.remarks
        self._rows = rows
        self._names = names
        self._ids = ids

    def write(self, compared: Compared) -> None:
        """Write one row."""
        cells = compared_cells(compared, self._names)
        if self._ids:
            cells = [compared.id or "", *cells]
        self._rows.write(compared.record, cells)


def compared_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns that hold a comparison."""
    each = tuple(f"adjudge_{name}_{part}" for name in names for part in _PART_COLUMNS)
    return (*each, "adjudge_agree", "adjudge_rejected")


def compared_cells(compared: Compared, names: Sequence[str]) -> list[str]:
    """Return the values of `compared_columns` for one row; no decision is empty."""
    cells: list[str] = []
    reasons = []
    for name, outcome in zip(names, compared.outcomes, strict=True):
        if isinstance(outcome, Decision):
            action = outcome.recommendation.action
            possible = " ".join(outcome.possible)
            cells += [outcome.filed or "", outcome.level, possible, outcome.verdict, action]
        else:
            cells += [""] * len(_PART_COLUMNS)
            reasons.append(f"{name}: {'; '.join(outcome)}")
    return [*cells, "true" if compared.agree else "false", " | ".join(reasons)]


def compared_dict(compared: Compared, names: Sequence[str]) -> dict[str, object]:
    """Return a row of a comparison as JSON."""
    decisions: dict[str, object] = {}
    for name, outcome in zip(names, compared.outcomes, strict=True):
        if isinstance(outcome, Decision):
            decisions[name] = {
                "ruleset_version": outcome.ruleset_version,
                "filed": outcome.filed,
                "level": outcome.level,
                "possible": list(outcome.possible),
                "verdict": outcome.verdict,
                "action": outcome.recommendation.action,
            }
        else:
            decisions[name] = {"rejected": list(outcome)}
    return {
        "row": compared.row,
        "id": compared.id,
        "agree": compared.agree,
        "decisions": decisions,
    }
