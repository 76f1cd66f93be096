"""The audit on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from adjudge.audit.model import Audit
from adjudge.audit.picture import Grouping, Rate
from adjudge.audit.told import Outcome
from adjudge.report.shown import (
    OUTCOME_WORDS,
    one_line,
    open_words,
    percent,
    rate_text,
    rows_line,
    scope_words,
    signed_points,
    underfiling_text,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

_GROUPS = 8
_TICKETS = 10
_CONDITIONS = 6
_TICKET_TITLES: tuple[tuple[Outcome, str], ...] = (
    ("not_one", "Filed too high"),
    ("missed", "Filed too low"),
    ("unfiled", "Filed without a level"),
    ("information", "More information needed"),
    ("exception", "Exceptions by recorded decisions"),
)


def print_audit(audit: Audit, console: Console) -> None:
    """Print the audit: the numbers, where they come from, and the first tickets of each kind."""
    for part in _parts(audit):
        console.print(part)


def _parts(audit: Audit) -> Iterable[RenderableType]:
    from rich.text import Text

    meta = audit.meta
    yield Text(f"Audit of {scope_words(audit)} in {meta.export}", style="bold")
    yield Text(f"by {meta.ruleset_title} ({meta.ruleset} {meta.ruleset_version})", style="dim")
    yield Text(rows_line(audit))
    for note in meta.notes:
        yield Text(one_line(note))
    yield Text()
    yield _summary(audit)
    yield _matrix(audit)
    yield from _lists(audit)
    for grouping in audit.groups:
        if any(not each.overfiled.small for each in grouping.groups[1:]):
            yield _grouping(grouping)
        elif len(grouping.groups) > 1:
            yield _too_small(grouping)
    if any(not each.overfiled.small for each in audit.weeks):
        yield _weeks(audit)
    elif len(audit.weeks) > 1:
        yield Text(f"By week: {len(audit.weeks):,}, none with enough tickets to be compared")
    yield from _comparison(audit)
    yield from _overrides(audit)
    for outcome, title in _TICKET_TITLES:
        yield from _tickets(audit, outcome, title)


def _table(title: str, *columns: str, right: tuple[int, ...] = ()) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left")
    return table


def _row(table: Table, *cells: str, style: str | None = None) -> None:
    from rich.text import Text

    # As `Text`, nothing in a ticket is taken for markup.
    table.add_row(*(Text(one_line(cell)) for cell in cells), style=style)


def _summary(audit: Audit) -> Table:
    summary, level = audit.summary, scope_words(audit)
    table = _table("", "", "", right=())
    table.show_header = False
    _row(table, f"filed at {level}", f"{summary.filed:,}")
    for outcome, words in OUTCOME_WORDS.items():
        count = summary.outcomes.get(outcome, 0)
        if count:
            _row(table, f"  {words}", f"{count:,}")
    _row(table, "misfile rate", rate_text(summary.overfiled))
    _row(table, "under-filing", underfiling_text(audit))
    _row(table, "unproven", rate_text(summary.unproven))
    if summary.unproven.count:
        _row(table, "", open_words(audit), style="dim")
    if summary.exceptions.count:
        _row(table, "exceptions", rate_text(summary.exceptions))
    if summary.open_below:
        _row(table, f"filed lower, could be {level}", f"{summary.open_below:,}, not listed")
    correction = summary.correction
    if correction.corrected:
        hours = correction.median_hours
        took = f", median {hours:.1f} hours" if hours is not None else ", when is not in the export"
        _row(table, "since put right", f"{correction.corrected:,} of {correction.wrong:,}{took}")
    promises = summary.promises
    if promises.measured:
        _row(
            table,
            "first responses of wrong ones",
            f"filed level: {promises.filed_kept:,} kept, {promises.filed_missed:,} missed; "
            f"right level: {promises.right_kept:,} kept, {promises.right_missed:,} missed",
        )
    if summary.effort.tickets:
        _row(table, "estimated effort", f"{summary.effort.hours:,.0f} engineer hours")
        _row(table, "", f"assumed: {summary.effort.assumption}", style="dim")
    return table


def _matrix(audit: Audit) -> Table:
    levels = [level for level, _ in audit.meta.levels]
    counts = {(cell.filed, cell.level): cell.tickets for cell in audit.matrix}
    columns: list[str | None] = list(levels)
    if any(level is None for _, level in counts):
        columns.append(None)
    titles = [level or "open" for level in columns]
    table = _table("Filed (down) and decided (across)", "", *titles, right=tuple(range(1, 20)))
    for filed in [*levels, None]:
        if any(key[0] == filed for key in counts):
            cells = [counts.get((filed, level), 0) for level in columns]
            _row(table, filed or "nothing filed", *(f"{n:,}" if n else "·" for n in cells))
    return table


def _lists(audit: Audit) -> Iterable[Table]:
    if audit.failing:
        table = _table(
            "Conditions that those filed too high fail most", "fact", "is", "takes", "tickets"
        )
        for each in audit.failing[:_CONDITIONS]:
            cells = (each.label, each.actual_label, each.expected_label)
            _row(table, *cells, rate_text(each.tickets))
        yield table
    if audit.missing:
        title = "Missing facts: a field for these would settle the unproven"
        table = _table(title, "fact", "unproven without it", "first to ask")
        for miss in audit.missing[:_CONDITIONS]:
            _row(table, miss.label, rate_text(miss.tickets), f"{miss.settles:,}")
        yield table


def _grouping(grouping: Grouping) -> Table:
    column = f" (column {grouping.column})" if grouping.column else ""
    large = [each for each in grouping.groups if not each.overfiled.small]
    small = len(grouping.groups) - len(large) + grouping.rest_groups
    title = f"By {grouping.dimension}{column}"
    table = _table(title, "", "filed", "too high", "open", "too low", "misfile rate", "")
    for each in large[:_GROUPS]:
        differs = {"above": "above the rest", "below": "below the rest", None: ""}[each.differs]
        numbers = (each.filed, each.not_one, each.information, each.missed)
        cells = (f"{number:,}" for number in numbers)
        _row(table, each.name, *cells, rate_text(each.overfiled), differs)
    notes = []
    if len(large) > _GROUPS:
        notes.append(f"{len(large) - _GROUPS} more groups")
    if small:
        notes.append(f"{small} with too few tickets to be compared")
    if grouping.untold:
        notes.append(f"{grouping.untold:,} tickets do not say")
    table.caption = "; ".join(notes) or None
    table.caption_justify = "left"
    return table


def _too_small(grouping: Grouping) -> Text:
    from rich.text import Text

    count = len(grouping.groups) + grouping.rest_groups
    return Text(f"By {grouping.dimension}: {count:,}, not two of them large enough to be compared")


def _weeks(audit: Audit) -> Table:
    table = _table("By week", "", "filed", "too high", "misfile rate", "")
    for each in audit.weeks[-12:]:
        share = 0.0 if each.overfiled.small else each.overfiled.share or 0.0
        bar = "█" * round(20 * share)
        cells = (f"{each.filed:,}", f"{each.not_one:,}", _short(each.overfiled))
        _row(table, each.name, *cells, bar)
    if len(audit.weeks) > 12:
        table.caption = f"the last 12 of {len(audit.weeks)} weeks"
    return table


def _short(rate: Rate) -> str:
    if rate.small or rate.share is None:
        return f"{rate.count:,} of {rate.total:,}"
    return percent(rate.share)


def _comparison(audit: Audit) -> Iterable[Table]:
    if audit.comparison is None:
        return
    table = _table(f"Compared with {audit.comparison.export}", "", "before", "after", "points", "")
    for each in audit.comparison.differences:
        if each.change is None or each.low is None or each.high is None:
            change, says = "", "nothing to compare"
        else:
            low, high = signed_points(each.low), signed_points(each.high)
            change = f"{signed_points(each.change)} ({low} to {high})"
            says = "a clear change" if each.clear else "may be chance"
        _row(table, each.name, rate_text(each.before), rate_text(each.after), change, says)
    yield table


def _overrides(audit: Audit) -> Iterable[Table]:
    if not audit.overrides:
        return
    honoured = sum(each.status == "honoured" for each in audit.overrides)
    title = f"Recorded decisions: {honoured:,} honoured of {len(audit.overrides):,}"
    table = _table(title, "ticket", "level", "who", "why", "until", "")
    for each in audit.overrides:
        status = each.status.replace("_", " ")
        _row(table, each.ticket, each.level, each.who, each.why, each.until or "", status)
    yield table


def _tickets(audit: Audit, outcome: Outcome, title: str) -> Iterable[Table]:
    found = audit.tickets.of_outcome(outcome, _TICKETS)
    if not found:
        return
    total = audit.summary.outcomes[outcome]
    table = _table(f"{title}: {total:,}", "ticket", "filed", "is", "do", "why")
    for each in found:
        level = each.level if len(each.possible) == 1 else " or ".join(each.possible)
        do = f"{each.action} to {each.to}" if each.to and each.action != "keep" else each.action
        why = "; ".join(each.reasons) if outcome != "information" else " ".join(each.questions[:1])
        _row(table, each.id, each.filed or "–", level, do, one_line(why, 160))
    if total > len(found):
        table.caption = f"{total - len(found):,} more; --output FILE has them all"
        table.caption_justify = "left"
    yield table
