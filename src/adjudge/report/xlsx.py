"""The audit as a workbook: the numbers, the groups, and the tickets, a sheet each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING

from adjudge.audit.model import Audit
from adjudge.audit.picture import Rate, Tally
from adjudge.audit.told import Finding
from adjudge.report.shown import OUTCOME_WORDS, capped_words, open_words, rows_line, scope_words
from adjudge.report.tickets_table import COLUMNS, cells

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_MAX_CELL = 32_767  # characters that a cell of a workbook holds
_EPOCH = datetime(2000, 1, 1)  # a fixed time of making: the same audit gives the same bytes
_WIDTHS = {"summary": 60, "not_met": 50, "nearest": 50, "reply": 60, "subject": 40, "id": 16}

Value = str | int | float | None


def write_xlsx(audit: Audit, stream: IO[bytes]) -> None:
    """Write the workbook. Texts are written as texts: no cell is a formula or a link.

    Of very many tickets it has the most serious, and says so.
    """
    import xlsxwriter

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": f"Audit of {scope_words(audit)}", "created": _EPOCH})
        bold = book.add_format({"bold": True})
        for name, head, rows, widths in _sheets(audit, audit.tickets.shown()):
            sheet = book.add_worksheet(name)
            _fill(sheet, book, head, rows, bold)
            for number, width in enumerate(widths):
                sheet.set_column(number, number, width)


_Sheet = tuple[str, Sequence[str], Iterable[Sequence[Value]], Sequence[int]]


def _sheets(audit: Audit, shown: list[Finding]) -> Iterable[_Sheet]:
    yield (
        "Summary",
        ("", "count", "of", "share", "low", "high", "note"),
        _summary(audit, len(shown)),
        (36, 60),
    )
    levels = [level for level, _ in audit.meta.levels]
    yield "Matrix", ("filed \\ decided", *levels, "open"), _matrix(audit, levels), (20,)
    tickets = (_ticket(cells(finding)) for finding in shown)
    yield "Tickets", COLUMNS, tickets, [_WIDTHS.get(column, 14) for column in COLUMNS]
    groups_head = ("dimension", "name", *_TALLY_HEAD)
    groups = (
        [grouping.dimension, *_tally(each)] for grouping in audit.groups for each in grouping.groups
    )
    yield "Groups", groups_head, groups, (16, 32)
    yield "Weeks", ("week", *_TALLY_HEAD), (_tally(each) for each in audit.weeks), (12,)
    conditions = (
        [e.label, e.actual_label, e.expected_label, *_rate(e.tickets)] for e in audit.failing
    )
    yield "Conditions", ("fact", "is", "takes", *_RATE_HEAD), conditions, (28, 40, 60)
    missing = ([e.label, e.question, e.settles, *_rate(e.tickets)] for e in audit.missing)
    yield "Missing facts", ("fact", "question", "first to ask", *_RATE_HEAD), missing, (28, 80)
    decisions = ([o.ticket, o.level, o.who, o.why, o.until, o.status] for o in audit.overrides)
    yield "Decisions", ("ticket", "level", "who", "why", "until", "status"), decisions, (16, 10)
    rejected = ([each.row, each.id, "; ".join(each.reasons)] for each in audit.rejected)
    yield "Rejected", ("row", "ticket", "why"), rejected, (8, 16, 100)


def _summary(audit: Audit, shown: int) -> Iterable[Sequence[Value]]:
    meta, summary = audit.meta, audit.summary
    yield ["export", meta.export]
    yield ["ruleset", f"{meta.ruleset} {meta.ruleset_version}"]
    yield ["level", scope_words(audit)]
    yield ["rows", rows_line(audit)]
    yield ["filed", summary.filed]
    for outcome, words in OUTCOME_WORDS.items():
        yield [words, summary.outcomes.get(outcome, 0)]
    rates = (
        ("misfile rate", summary.overfiled),
        ("under-filing", summary.underfiled),
        ("unproven", summary.unproven),
        ("exceptions", summary.exceptions),
    )
    for name, rate in rates:
        yield [name, *_rate(rate), "95 % Wilson interval"]
    if summary.unproven.count:
        yield ["open", summary.unproven.count, None, None, None, None, open_words(audit)]
    yield ["filed lower and open, not listed", summary.open_below]
    yield ["wrong levels since put right", summary.correction.corrected, summary.correction.wrong]
    yield ["median hours to correction", summary.correction.median_hours]
    promises = summary.promises
    yield ["responses kept, filed level", promises.filed_kept]
    yield ["responses missed, filed level", promises.filed_missed]
    yield ["responses kept, right level", promises.right_kept]
    yield ["responses missed, right level", promises.right_missed]
    if len(audit.tickets) > shown:
        words = capped_words(audit, shown)
        yield ["tickets shown", shown, len(audit.tickets), None, None, None, words]
    effort = summary.effort
    yield ["estimated engineer hours", effort.hours, None, None, None, None, effort.assumption]
    if audit.comparison is not None:
        yield ["compared with", audit.comparison.export]
        for each in audit.comparison.differences:
            note = "a clear change" if each.clear else "may be chance"
            yield [f"change: {each.name}", None, None, each.change, each.low, each.high, note]


def _matrix(audit: Audit, levels: list[str]) -> Iterable[Sequence[Value]]:
    counts = {(cell.filed, cell.level): cell.tickets for cell in audit.matrix}
    for filed in [*levels, None]:
        yield [filed or "nothing filed", *(counts.get((filed, to), 0) for to in [*levels, None])]


_RATE_HEAD = ("count", "of", "share", "low", "high")
_TALLY_HEAD = (
    *("in question", "filed", "meets", "exception", "open", "not one", "too low", "unfiled"),
    *_RATE_HEAD,
    "differs",
)


def _rate(rate: Rate) -> list[Value]:
    return [rate.count, rate.total, rate.share, rate.low, rate.high]


def _tally(each: Tally) -> list[Value]:
    counts = [each.tickets, each.filed, each.meets, each.exception, each.information]
    counts += [each.not_one, each.missed, each.unfiled]
    note = "too few" if each.overfiled.small else each.differs
    return [each.name, *counts, *_rate(each.overfiled), note]


def _ticket(texts: list[str]) -> list[Value]:
    return [texts[0], int(texts[1]), *texts[2:]]


def _fill(
    sheet: Worksheet,
    book: Workbook,
    head: Sequence[str],
    rows: Iterable[Sequence[Value]],
    bold: object,
) -> None:
    sheet.write_row(0, 0, head, bold)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(last, column, _cut(value))
            elif value is not None:
                sheet.write_number(last, column, value)
    if last:
        sheet.autofilter(0, 0, last, len(head) - 1)


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"
