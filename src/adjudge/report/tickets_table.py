"""The findings as a table: the columns that the CSV and the workbook share."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from adjudge.audit.told import Finding, Response
from adjudge.report.shown import OUTCOME_WORDS, failed_words, safe_cell

COLUMNS = (
    "id",
    "row",
    "organization",
    "requester",
    "product",
    "channel",
    "language",
    "created_at",
    "filed",
    "level",
    "possible",
    "present",
    "verdict",
    "outcome",
    "outcome_words",
    "action",
    "to",
    "consent",
    "summary",
    "not_met",
    "nearest",
    "rests_on",
    "presumptions",
    "questions",
    "quotes",
    "disagreements",
    "decided_by",
    "sources",
    "response_before",
    "response_before_due",
    "response_before_outcome",
    "response_after",
    "response_after_due",
    "response_after_outcome",
    "override",
    "subject",
    "reply",
)


def cells(finding: Finding) -> list[str]:
    """Return the values of `COLUMNS` for a finding; what is not known is empty."""
    quotes = (
        f"“{getattr(finding, each.field, '')[each.start : each.end]}” "
        f"({each.label}: {each.value_label})"
        for each in finding.quotes
    )
    override = finding.override
    said = f"{override.level} by {override.who}: {override.why}" if override else ""
    return [
        finding.id,
        str(finding.row),
        finding.organization or "",
        finding.requester or "",
        finding.product or "",
        finding.channel or "",
        finding.language or "",
        finding.created_at or "",
        finding.filed or "",
        finding.level,
        " ".join(finding.possible),
        finding.present or "",
        finding.verdict,
        finding.outcome,
        OUTCOME_WORDS[finding.outcome],
        finding.action,
        finding.to or "",
        finding.consent or "",
        finding.summary,
        failed_words(finding),
        finding.nearest,
        "; ".join(f"{origin}: {' '.join(facts)}" for origin, facts in finding.rests_on.items()),
        "; ".join(finding.presumptions),
        " ".join(finding.questions),
        "; ".join(quotes),
        "; ".join(finding.disagreements),
        " ".join(finding.decided_by),
        "; ".join(finding.sources),
        *_response(finding.response_before),
        *_response(finding.response_after),
        said,
        finding.subject,
        finding.reply,
    ]


def _response(response: Response | None) -> list[str]:
    if response is None:
        return ["", "", ""]
    return [response.words, response.due or "", response.outcome or ""]


def write_csv(findings: Iterable[Finding], stream: IO[str], delimiter: str = ",") -> None:
    """Write the findings as CSV; no cell is taken for a formula by a spreadsheet."""
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in findings:
        writer.writerow([safe_cell(cell) for cell in cells(finding)])
