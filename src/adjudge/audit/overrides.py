"""A site's own decisions on tickets: read from YAML or CSV, honoured, listed, never silent.

    overrides:
      - ticket: T-1042
        level: P1
        who: Mia Holm, support lead
        why: launch week, agreed with the customer
        until: 2026-12-01        # the last day; without it, the decision has no end

A CSV has the same names as its header: ticket, level, who, why, until.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from pathlib import Path

from adjudge.audit.told import Override
from adjudge.findings import Finding, InputError, did_you_mean
from adjudge.reading.nodes import Node, parse, read_text
from adjudge.source import Source, Span

KEYS = ("ticket", "level", "who", "why", "until")
_REQUIRED = ("ticket", "level", "who", "why")
Level = Callable[[str], str | None]


def read_overrides(path: str, level_of: Level, levels: tuple[str, ...]) -> tuple[Override, ...]:
    """Read the site's decisions; `level_of` returns the level that a spelling means.

    Raises `InputError` with every problem: a missing or unknown key, an unknown level, a date that
    is none, two decisions on one ticket.
    """
    table = path.lower().endswith(".csv")
    if not table and not path.lower().endswith((".yaml", ".yml", ".json")):
        help = "save it as .csv, or write .yaml or .yml"
        message = f"`{path}` has no ending that overrides are read from"
        raise InputError.of("unknown-format", message, help=help, where=path)
    source = Source(path, read_text(Path(path), table=table))
    findings: list[Finding] = []
    reader = _Reader(findings, level_of, levels)
    entries = (_from_csv if table else _from_yaml)(source, findings)
    found = [reader.read(entry, spans, place) for entry, spans, place in entries]
    if findings:
        raise InputError(findings)
    return tuple(each for each in found if each is not None)


_Entry = tuple[dict[str, str], Mapping[str, Span], Span]


def _from_yaml(source: Source, findings: list[Finding]) -> list[_Entry]:
    roots, problems = parse(source)
    findings += problems
    if problems or not roots:
        return []
    root = roots[0]
    listed = root.mapping().get("overrides", root if isinstance(root.value, list) else None)
    if listed is None or not isinstance(listed.value, list):
        help = "write `overrides:` and under it a list of decisions"
        findings.append(Finding("no-overrides", "there is no list of overrides", root.span, help))
        return []
    return [_yaml_entry(item) for item in listed.items()]


def _yaml_entry(item: Node) -> _Entry:
    entry, spans = {}, {}
    for key, node in item.mapping().items():
        entry[key] = "" if node.value is None else str(node.plain()).strip()
        spans[key] = node.span if key in KEYS else item.keys.get(key, node.span)
    return entry, spans, item.span


def _from_csv(source: Source, findings: list[Finding]) -> list[_Entry]:
    text = source.text.lstrip("\r\n")
    above = source.text[: len(source.text) - len(text)].count("\n")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    entries: list[_Entry] = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if _is_wrong(names, Span(source, above + 1, 1, above + 1, 2), findings):
            return []
        for row in reader:
            line = above + reader.line_num
            place = Span(source, line, 1, line, 2)
            cells = list(zip_longest(names, row[: len(names)], fillvalue=""))
            entry = {name: cell.strip() for name, cell in cells if name}
            # Spreadsheets leave empty cells at the end.
            unnamed = [*(cell for name, cell in cells if not name), *row[len(names) :]]
            if any(map(str.strip, unnamed)):
                shown = {",": "comma", ";": "semicolon"}.get(delimiter, "tab")
                help = f"put a text with a {shown} into quotes"
                message = "the line has more cells than the header has names"
                findings.append(Finding("too-many-cells", message, place, help))
            if any(entry.values()):
                entries.append((entry, dict.fromkeys(entry, place), place))
    except csv.Error as error:
        raise InputError.of("bad-csv", str(error).lower(), where=source.name) from None
    return entries


def _is_wrong(names: Sequence[str], place: Span, findings: list[Finding]) -> bool:
    """Report what is wrong with the names of the columns: once, and not on each line."""
    wrong = [
        Finding("unknown-key", f"there is no column `{name}` here", place, did_you_mean(name, KEYS))
        for name in names
        if name not in KEYS and name
    ]
    wrong += [
        Finding("key-twice", f"there are several columns `{key}`", place, "leave one of them")
        for key in KEYS
        if names.count(key) > 1
    ]
    wrong += [
        Finding("missing-key", f"the column `{key}` is missing", place, _DECISION)
        for key in _REQUIRED
        if key not in names and names
    ]
    findings += wrong
    return bool(wrong)


_DECISION = "a decision says what was decided, by whom and why: `ticket,level,who,why,until`"


class _Reader:
    def __init__(self, findings: list[Finding], level_of: Level, levels: tuple[str, ...]) -> None:
        self._findings = findings
        self._level_of = level_of
        self._levels = levels
        self._first: dict[str, Span] = {}

    def read(
        self, entry: dict[str, str], spans: Mapping[str, Span], place: Span
    ) -> Override | None:
        before = len(self._findings)
        for key in entry:
            if key not in KEYS:
                help = did_you_mean(key, KEYS)
                self._report("unknown-key", f"there is no key `{key}` here", spans[key], help)
        for key in _REQUIRED:
            if not entry.get(key):
                help = f"add `{key}:`; a decision says what was decided, by whom and why"
                self._report("missing-key", f"the key `{key}` is missing", place, help)
        level = self._level_of(entry["level"]) if entry.get("level") else None
        if level is None and entry.get("level"):
            help = did_you_mean(entry["level"], self._levels)
            message = f"`{entry['level']}` is no level of the ruleset"
            self._report("unknown-level", message, spans["level"], help)
        until = self._date(entry.get("until", ""), spans)
        ticket = entry.get("ticket", "")
        first = self._first.setdefault(ticket, place)
        if ticket and first is not place:
            message = f"there are two decisions on `{ticket}`; the first is on line {first.line}"
            self._report("duplicate-override", message, place, "keep the one that holds")
        if len(self._findings) > before or level is None:
            return None
        where = f"{place.source.name}:{place.line}"
        return Override(ticket, level, entry["who"], entry["why"], until, where=where)

    def _date(self, text: str, spans: Mapping[str, Span]) -> str | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self._report("bad-date", f"`{text}` is no date", spans["until"], "write YYYY-MM-DD")
            return None

    def _report(self, code: str, message: str, span: Span, help: str | None) -> None:
        self._findings.append(Finding(code, message, span, help))
