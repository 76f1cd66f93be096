"""The sheet for human review: a sample of tickets, with empty columns for what a person says."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from adjudge.audit.told import Finding
from adjudge.report.shown import failed_words, safe_cell

REVIEW_COLUMNS = (
    "id",
    "reviewer_level",
    "reviewer_note",
    "subject",
    "description",
    "facts",
    "filed",
    "adjudge_level",
    "adjudge_possible",
    "adjudge_verdict",
    "adjudge_why",
    "adjudge_ruleset",
)


def write_review(findings: Iterable[Finding], ruleset: str, stream: IO[str]) -> None:
    """Write a sample for review as CSV; `reviewer_level` is filled in by a person."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(REVIEW_COLUMNS)
    for each in findings:
        stated = dict.fromkeys(
            f"{c.label}: {c.actual_label}" for c in each.conditions if c.origin == "field"
        )
        why = "; ".join(each.reasons)
        failed = failed_words(each)
        row = (
            each.id,
            "",
            "",
            each.subject,
            each.description,
            "; ".join(stated),
            each.filed or "",
            each.level,
            " ".join(each.possible),
            each.verdict,
            f"{why}; lacking: {failed}" if failed else why,
            ruleset,
        )
        writer.writerow([safe_cell(cell) for cell in row])
