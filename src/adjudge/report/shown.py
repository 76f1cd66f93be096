"""How numbers and texts of an audit are shown in every report."""

from __future__ import annotations

from collections.abc import Sequence

from adjudge.audit.model import Audit, Finding, Rate
from adjudge.source import printable

OUTCOME_WORDS = {
    "meets": "meets the definition",
    "exception": "exception by a recorded decision",
    "information": "more information needed",
    "not_one": "is not one",
    "missed": "filed too low",
    "unfiled": "filed without a level",
}
DIMENSION_WORDS = {
    "organization": "organization",
    "requester": "requester",
    "product": "product",
    "channel": "channel",
    "language": "language",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rate_text(rate: Rate) -> str:
    """Return a rate: with its interval, or as two counts where there are too few tickets."""
    counts = f"{rate.count:,} of {rate.total:,}"
    if rate.small or rate.share is None or rate.low is None or rate.high is None:
        return counts
    return f"{percent(rate.share)} ({percent(rate.low)}–{percent(rate.high)}), {counts}"


def percent(share: float) -> str:
    """Return a share of 0 to 1 as a percentage, with a decimal near the ends."""
    value = share * 100
    digits = 1 if 0 < value < 9.95 or 99.5 <= value < 100 else 0
    return f"{value:.{digits}f} %"


def signed_points(change: float) -> str:
    """Return a change of shares in percentage points, with its sign."""
    return f"{change * 100:+.1f}".replace("-", "−")


def scope_words(audit: Audit) -> str:
    """Return what was audited, for a headline."""
    return audit.meta.level or "all levels"


def rows_line(audit: Audit) -> str:
    """Return the equation of rows, said aloud in every report."""
    counts = audit.summary.counts
    parts = [f"{counts.audited:,} audited", f"{counts.rejected:,} rejected"]
    if audit.meta.since or audit.meta.until:
        parts.append(f"{counts.outside:,} outside the dates asked for")
    return f"{counts.rows:,} rows = " + " + ".join(parts)


def failed_words(finding: Finding) -> str:
    """Return the conditions of the filed level that the ticket does not meet, in one line."""
    return "; ".join(
        dict.fromkeys(
            f"{each.label}: {each.actual_label or 'not known'} (it takes {each.expected_label})"
            for each in finding.conditions
            if each.level == finding.filed and each.outcome != "true"
        )
    )


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def one_line(text: str, width: int | None = None) -> str:
    """Return a text of a ticket without line ends and characters that act on a screen."""
    flat = " ".join(printable(text).split())
    return flat if width is None or len(flat) <= width else flat[: width - 1] + "…"


def listed(parts: Sequence[str], most: int) -> str:
    """Return some of many parts, and how many more there are."""
    shown = ", ".join(parts[:most])
    return f"{shown} and {len(parts) - most} more" if len(parts) > most else shown
