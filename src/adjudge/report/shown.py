"""How numbers and texts of an audit are shown in every report."""

from __future__ import annotations

from collections.abc import Sequence

from adjudge.audit.model import Audit
from adjudge.audit.picture import Grouping, MissingFact, Rate
from adjudge.audit.told import Finding
from adjudge.findings import counted
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
ASKED_FIRST = 2
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rate_text(rate: Rate) -> str:
    """Return a rate: with its interval, or as two counts where there are too few tickets."""
    if not rate.total:
        return "none to count"
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
    return f"{counted(counts.rows, 'row')} = " + " + ".join(parts)


def underfiling_text(audit: Audit) -> str:
    """Return the rate of under-filing; of no ticket at all, that none is in the level."""
    rate = audit.summary.underfiled
    return rate_text(rate) if rate.total else f"no ticket is proven to be {scope_words(audit)}"


def open_words(audit: Audit) -> str:
    """Return what the open tickets mean for the rate, and what to ask first; empty without any."""
    count = audit.summary.unproven.count
    if not count:
        return ""
    what = "is 1 open ticket" if count == 1 else f"are {count:,} open tickets"
    text = f"there {what}, and the misfile rate counts none as filed too high"
    first = listed([f"{each.label} ({each.settles:,})" for each in asked_first(audit)], ASKED_FIRST)
    return f"{text}; ask first for: {first}" if first else text


def asked_first(audit: Audit) -> list[MissingFact]:
    """Return the missing facts that tell most, each in the tickets in which it does so."""
    found = sorted(audit.missing, key=lambda each: -each.settles)
    return [each for each in found if each.settles][:ASKED_FIRST]


def tells_apart(grouping: Grouping) -> bool:
    """Say whether a dimension tells tickets apart: one group alone is the whole once more."""
    own = grouping.dimension not in DIMENSION_WORDS
    return own or len(grouping.groups) + grouping.rest_groups > 1


def capped_words(audit: Audit, shown: int) -> str:
    """Return which tickets a report shows of more, and where all of them are."""
    return (
        f"Of {len(audit.tickets):,} tickets, the {shown:,} most serious are shown: as many of each "
        "outcome, those whose levels lie farthest apart first; the CSV and JSON reports have all"
    )


def failed_words(finding: Finding) -> str:
    """Return the conditions of the filed level that the ticket does not meet, in one line."""
    lacking = [
        each
        for each in finding.conditions
        if each.level == finding.filed and each.outcome != "true"
    ]
    failed = dict.fromkeys(
        f"{each.label}: {each.actual_label} (it takes {each.expected_label})"
        for each in lacking
        if each.actual_label
    )
    unknown = dict.fromkeys(each.label for each in lacking if not each.actual_label)
    return "; ".join([*failed, *([f"not known: {', '.join(unknown)}"] if unknown else [])])


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
