"""Ways back: which tickets may be changed at once, and how a system wants to be told.

Nothing is sent anywhere. A change that needs the customer's word is left out until somebody says
that it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from adjudge.audit.model import Audit, Meta
from adjudge.audit.told import Finding
from adjudge.findings import InputError, did_you_mean
from adjudge.reading.folder import rules_folder
from adjudge.reading.nodes import Node, parse, read_text
from adjudge.source import Source

_ASKED = ("customer_agrees", "ask_customer")


@dataclass(frozen=True, slots=True)
class System:
    """How a system takes changes: names of columns, and words of priorities, most urgent first.

    Of the sets of `words`, an export is in the one that most of its tickets are filed in.
    """

    name: str
    id: str
    priority: str
    note: str
    words: tuple[tuple[str, ...], ...]
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
        tuple(
            tuple(str(word.value) for word in words.items()) for words in entries["words"].items()
        ),
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


def check_not_masked(system: System) -> None:
    """Raise `InputError` where a table would write masked words over a ticket's own."""
    if system.summary:
        message = f"the table for `{system.name}` holds subjects, and they are masked"
        help = "leave out --redact for this table: it would write the masked words back"
        raise InputError.of("masked-write-back", message, help=help)


def changes(
    audit: Audit, system: System, words: Mapping[str, str], *, agreed: bool = False
) -> Changes:
    """Return the changes of an audit's tickets as a system takes them.

    `words` are priorities by level that come before the system's own. `agreed` says that customers
    were asked: changes that need their word are in the table too. Raises `InputError` where masked
    words would be written over a ticket's own, and where the word for a level means another one
    in the export.
    """
    if audit.meta.redacted:
        check_not_masked(system)
    called = Words(audit.meta, system, words)
    wanted = list(_changed(audit.tickets))
    waiting = [] if agreed else [each for each in wanted if each.consent in _ASKED]
    there = [each for each in wanted if each.present == each.to]
    left_out = {each.row for each in (*waiting, *there)}
    rows = tuple(
        _row(each, system, called.of(str(each.to))) for each in wanted if each.row not in left_out
    )
    only_waiting = {each.row for each in waiting} - {each.row for each in there}
    return Changes(tuple(system.header()), rows, len(only_waiting), len(there))


def _changed(findings: Iterable[Finding]) -> Iterator[Finding]:
    for each in findings:
        stands = each.filed if not each.filed_by_default else None
        if each.action in ("downgrade", "upgrade", "set") and each.to and each.to != stands:
            yield each


class Words:
    """What a system calls the levels of an audit."""

    def __init__(self, meta: Meta, system: System, own: Mapping[str, str]) -> None:
        self._system = system
        self._levels = [level for level, _ in meta.levels]
        self._own = own
        sets = [{word.casefold(): word for word in words} for words in system.words]
        used = [
            sum(each.tickets for each in meta.spellings if each.written.casefold() in words)
            for words in sets
        ]
        # Of several sets that are used alike, or not at all, the first.
        chosen = max(range(len(sets)), key=lambda place: (used[place], -place))
        self._words = system.words[chosen]
        self._meant: dict[str, str] = {}  # a word of the set, as it was read in the export
        self._called: dict[str, str] = {}
        for each in meta.spellings:
            word = sets[chosen].get(each.written.casefold())
            if word is not None:
                self._meant.setdefault(word, each.level)
                self._called.setdefault(each.level, word)

    def of(self, level: str) -> str:
        """Return the word for a level; raise `InputError` where it means another level there."""
        if level in self._own:
            return self._own[level]
        if level in self._called:
            return self._called[level]
        word = self._words[min(self._levels.index(level), len(self._words) - 1)]
        if self._meant.get(word, level) != level:
            message = (
                f"what {level} is called in {self._system.name} is not known: `{word}` stands for "
                f"{self._meant[word]} in this export"
            )
            help = f"name the priority with --bulk-word {level}=WORD"
            raise InputError.of("unknown-bulk-word", message, help=help)
        return word


def _row(finding: Finding, system: System, word: str) -> tuple[str, ...]:
    summary = [finding.subject] if system.summary else []
    fixed = (value for _, value in system.fixed)
    return (finding.id, *summary, word, finding.summary, *fixed)
