"""Ways back: which tickets may be changed at once, and how a system wants to be told.

Nothing is sent anywhere. A change that needs the customer's word is left out until somebody says
that it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from adjudge.audit.model import Audit, Finding
from adjudge.findings import InputError, did_you_mean
from adjudge.reading.library import rules_folder
from adjudge.reading.nodes import Node, parse, read_text
from adjudge.source import Source

_ASKED = ("customer_agrees", "ask_customer")


@dataclass(frozen=True, slots=True)
class System:
    """How a system takes changes: names of columns, and words of priorities, most urgent first."""

    name: str
    id: str
    priority: str
    note: str
    words: tuple[str, ...]
    summary: str | None = None
    fixed: tuple[tuple[str, str], ...] = ()

    def header(self) -> list[str]:
        """Return the header of the table."""
        summary = [self.summary] if self.summary else []
        return [self.id, *summary, self.priority, self.note, *(name for name, _ in self.fixed)]


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows of a table of changes, and how many tickets it leaves out and why."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    need_consent: int
    already_there: int


@cache
def systems() -> Mapping[str, System]:
    """Return the systems that ship, by name, from `rules/audit/bulk.yaml`."""
    path = rules_folder() / "audit" / "bulk.yaml"
    roots, findings = parse(Source(str(path), read_text(path)))
    if findings:
        raise InputError(findings)
    return {name: _system(name, node) for name, node in roots[0].mapping().items()}


def _system(name: str, node: Node) -> System:
    entries = node.mapping()
    fixed = entries["fixed"].mapping() if "fixed" in entries else {}
    return System(
        name,
        str(entries["id"].value),
        str(entries["priority"].value),
        str(entries["note"].value),
        tuple(str(word.value) for word in entries["words"].items()),
        str(entries["summary"].value) if "summary" in entries else None,
        tuple((column, str(value.value)) for column, value in fixed.items()),
    )


def system_named(name: str) -> System:
    """Return a system by name; raise `InputError` for one that is not known."""
    found = systems().get(name)
    if found is None:
        message = f"no bulk update of `{name}` is known"
        raise InputError.of("unknown-system", message, help=did_you_mean(name, systems()))
    return found


def changes(
    audit: Audit, system: System, words: Mapping[str, str], *, agreed: bool = False
) -> Changes:
    """Return the changes of an audit's tickets as a system takes them.

    `words` are priorities by level that come before the system's own. `agreed` says that customers
    were asked: changes that need their word are in the table too. Raises `InputError` where masked
    words would be written over a ticket's own.
    """
    if system.summary and audit.meta.redacted:
        message = f"the table for `{system.name}` holds subjects, and they are masked"
        help = "leave out --redact for this table: it would write the masked words back"
        raise InputError.of("masked-write-back", message, help=help)
    levels = [level for level, _ in audit.meta.levels]
    wanted = list(_changed(audit.tickets))
    waiting = [] if agreed else [each for each in wanted if each.consent in _ASKED]
    there = [each for each in wanted if each.present == each.to]
    left_out = {each.row for each in (*waiting, *there)}
    rows = tuple(
        _row(each, system, _word(str(each.to), levels, system.words, words))
        for each in wanted
        if each.row not in left_out
    )
    only_waiting = {each.row for each in waiting} - {each.row for each in there}
    return Changes(tuple(system.header()), rows, len(only_waiting), len(there))


def _changed(findings: Iterable[Finding]) -> Iterator[Finding]:
    for each in findings:
        stands = each.filed if not each.filed_by_default else None
        if each.action in ("downgrade", "upgrade", "set") and each.to and each.to != stands:
            yield each


def _word(level: str, levels: Sequence[str], words: tuple[str, ...], own: Mapping[str, str]) -> str:
    if level in own:
        return own[level]
    return words[min(levels.index(level), len(words) - 1)]


def _row(finding: Finding, system: System, word: str) -> tuple[str, ...]:
    summary = [finding.subject] if system.summary else []
    fixed = (value for _, value in system.fixed)
    return (finding.id, *summary, word, finding.summary, *fixed)
