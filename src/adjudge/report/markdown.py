"""The audit as Markdown, for a wiki, an issue or a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adjudge.audit.model import Audit
from adjudge.audit.picture import Grouping, Tally
from adjudge.audit.told import Finding
from adjudge.report.shown import (
    OUTCOME_WORDS,
    capped_words,
    failed_words,
    one_line,
    open_words,
    rate_text,
    rows_line,
    scope_words,
    signed_points,
    tells_apart,
    underfiling_text,
)
from adjudge.source import printable


def render_markdown(audit: Audit) -> str:
    """Return the whole audit as Markdown; nothing in a ticket's words acts as markup."""
    return "\n".join([*_head(audit), *_picture(audit), *_findings(audit)]).rstrip() + "\n"


def _head(audit: Audit) -> Iterator[str]:
    meta, summary = audit.meta, audit.summary
    yield f"# Audit of {_safe(scope_words(audit))}"
    yield ""
    yield (
        f"{_safe(meta.export)} by {_safe(meta.ruleset_title)} ({_safe(meta.ruleset)} "
        f"{_safe(meta.ruleset_version)}); {rows_line(audit)}."
    )
    for note in meta.notes:
        yield ""
        yield _safe(note)
    if meta.redacted:
        yield ""
        yield "E-mail addresses, phone numbers and names of requesters are masked."
    yield ""
    rows = [[f"filed at {scope_words(audit)}", f"{summary.filed:,}"]]
    rows += [
        [words, f"{summary.outcomes[outcome]:,}"]
        for outcome, words in OUTCOME_WORDS.items()
        if summary.outcomes.get(outcome)
    ]
    rows += [
        ["misfile rate", rate_text(summary.overfiled)],
        ["under-filing", underfiling_text(audit)],
        ["unproven", rate_text(summary.unproven)],
        ["exceptions", rate_text(summary.exceptions)],
        ["filed lower and open, not listed", f"{summary.open_below:,}"],
        *_times(audit),
    ]
    yield from _table(["", ""], rows)
    yield "Intervals in brackets are 95 % Wilson score intervals."
    if summary.unproven.count:
        yield ""
        yield f"{_safe(open_words(audit)).capitalize()}."


def _times(audit: Audit) -> Iterator[list[str]]:
    correction, promises = audit.summary.correction, audit.summary.promises
    if correction.corrected:
        text = f"{correction.corrected:,} of {correction.wrong:,}"
        if correction.median_hours is not None and correction.p90_hours is not None:
            text += f"; median {correction.median_hours:.1f} hours, nine in ten within "
            text += f"{correction.p90_hours:.1f}"
        yield ["wrong levels since put right", text]
    if promises.measured:
        yield [
            "first responses under the filed level",
            f"{promises.filed_kept:,} kept, {promises.filed_missed:,} missed",
        ]
        yield [
            "first responses under the right level",
            f"{promises.right_kept:,} kept, {promises.right_missed:,} missed",
        ]
    effort = audit.summary.effort
    if effort.tickets:
        yield ["estimated effort", f"{effort.hours:,.0f} engineer hours ({effort.assumption})"]


def _picture(audit: Audit) -> Iterator[str]:
    yield from _matrix(audit)
    if audit.failing:
        yield from _title("Conditions that those filed too high fail most")
        yield from _table(
            ["fact", "is", "takes", "tickets"],
            [
                [each.label, each.actual_label, each.expected_label, rate_text(each.tickets)]
                for each in audit.failing
            ],
        )
    if audit.missing:
        yield from _title("Missing facts: add these fields to the form")
        yield from _table(
            ["fact", "unproven without it", "first to ask", "question"],
            [
                [each.label, rate_text(each.tickets), f"{each.settles:,}", each.question]
                for each in audit.missing
            ],
        )
    for grouping in audit.groups:
        if tells_apart(grouping):
            yield from _grouping(grouping)
    yield from _weeks(audit)
    yield from _comparison(audit)


def _matrix(audit: Audit) -> Iterator[str]:
    levels: list[str | None] = [level for level, _ in audit.meta.levels]
    counts = {(cell.filed, cell.level): cell.tickets for cell in audit.matrix}
    columns = [*levels, None] if any(key[1] is None for key in counts) else levels
    yield from _title("Filed (down) and decided (across)")
    yield from _table(
        ["", *(level or "open" for level in columns)],
        [
            [filed or "nothing filed", *(f"{counts.get((filed, to), 0):,}" for to in columns)]
            for filed in [*levels, None]
            if any(key[0] == filed for key in counts)
        ],
    )


_TALLY_HEAD = ["", "filed", "too high", "open", "exceptions", "too low", "misfile rate", ""]


def _tally(each: Tally) -> list[str]:
    numbers = (each.filed, each.not_one, each.information, each.exception, each.missed)
    differs = {"above": "above the whole", "below": "below the whole", None: ""}[each.differs]
    return [each.name, *(f"{number:,}" for number in numbers), rate_text(each.overfiled), differs]


def _grouping(grouping: Grouping) -> Iterator[str]:
    column = f" (column {grouping.column})" if grouping.column else ""
    yield from _title(f"By {grouping.dimension}{column}")
    large = [each for each in grouping.groups if not each.overfiled.small]
    small = [each for each in grouping.groups if each.overfiled.small]
    if large:
        yield from _table(_TALLY_HEAD, [_tally(each) for each in large])
    if small or grouping.rest is not None:
        count = len(small) + grouping.rest_groups
        yield (
            f"{count:,} with too few tickets to be compared"
            + (": " if small else "")
            + "; ".join(
                f"{_safe(each.name)} ({each.not_one} of {each.filed} too high, "
                f"{each.missed} too low)"
                for each in small[:20]
            )
            + ("; and more" if count > 20 else "")
            + "."
        )
        yield ""
    if grouping.untold:
        yield f"{grouping.untold:,} tickets do not say."


def _weeks(audit: Audit) -> Iterator[str]:
    if len(audit.weeks) < 2:
        return
    yield from _title("By week")
    if any(not each.overfiled.small for each in audit.weeks):
        yield from _table(_TALLY_HEAD, [_tally(each) for each in audit.weeks])
    else:
        yield f"{len(audit.weeks):,} weeks, none with enough tickets to be compared."


def _comparison(audit: Audit) -> Iterator[str]:
    comparison = audit.comparison
    if comparison is None:
        return
    yield from _title(f"Compared with {comparison.export}")
    rows = []
    for each in comparison.differences:
        change, says = "", "nothing to compare"
        if each.change is not None and each.low is not None and each.high is not None:
            low, high = signed_points(each.low), signed_points(each.high)
            change = f"{signed_points(each.change)} ({low} to {high})"
            says = "a clear change" if each.clear else "may be chance"
        rows.append([each.name, rate_text(each.before), rate_text(each.after), change, says])
    yield from _table(["", "before", "after", "percentage points", ""], rows)


def _findings(audit: Audit) -> Iterator[str]:
    if audit.overrides:
        yield from _title("Recorded decisions")
        yield from _table(
            ["ticket", "level", "who", "why", "until", "in this audit"],
            [
                [o.ticket, o.level, o.who, o.why, o.until or "", o.status.replace("_", " ")]
                for o in audit.overrides
            ],
        )
    if len(audit.tickets):
        yield from _title("Tickets")
        shown = audit.tickets.shown()
        if len(shown) < len(audit.tickets):
            yield f"{capped_words(audit, len(shown))}."
            yield ""
        for finding in shown:
            yield from _ticket(finding)
    if audit.rejected:
        yield from _title("Rejected rows")
        yield from _table(
            ["row", "ticket", "why"],
            [[str(r.row), r.id or "", "; ".join(r.reasons)] for r in audit.rejected],
        )


def _ticket(finding: Finding) -> Iterator[str]:
    yield f"### {_safe(finding.id)}: {OUTCOME_WORDS[finding.outcome]}"
    yield ""
    if finding.subject:
        yield f"*{_safe(finding.subject)}*"
        yield ""
    yield _safe(finding.summary)
    yield ""
    failed = failed_words(finding)
    points = [
        f"Lacking: {_safe(failed)}" if failed else "",
        _safe(finding.nearest),
        *(
            f"“{_safe(one_line(getattr(finding, quote.field, '')[quote.start : quote.end]))}” "
            f"({_safe(quote.label)}: {_safe(quote.value_label)})"
            for quote in finding.quotes
        ),
        *(_safe(each) for each in finding.disagreements),
    ]
    yield from (f"- {point}" for point in points if point)
    if finding.reply:
        yield ""
        yield "Reply:"
        yield ""
        yield from (f"> {_safe(line)}".rstrip() for line in finding.reply.splitlines())
    yield ""


def _title(text: str) -> list[str]:
    return ["", f"## {_safe(text)}", ""]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(_safe(cell) for cell in head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(_safe(one_line(cell)) for cell in row) + " |"
    yield ""


def _safe(text: str) -> str:
    # Words of tickets may hold Markdown or HTML of their own; none of it may act here.
    text = printable(text)
    for char in "\\`*_[]|#~$":
        text = text.replace(char, "\\" + char)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
