"""Records as tickets: a profile applied to the columns that an export has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from adjudge.findings import InputError
from adjudge.model.fact import Fact, plain
from adjudge.model.profile import FactColumn, Profile, fold
from adjudge.tickets.rows import Record
from adjudge.tickets.ticket import Ticket
from adjudge.tickets.times import Times
from adjudge.tickets.values import FactCells, cell_text, refusal

_LAYOUTS = 1_000  # JSON records of one export seldom have more sets of keys
_DEPTH = 3
_EMPTY_WIDTH = 100

Reasons = tuple[str, ...]
"""Why a record is no ticket; every reason, not the first."""


def columns_by_name(columns: Iterable[str]) -> dict[str, str]:
    """Return columns by their folded names; of equal names the first column counts."""
    named: dict[str, str] = {}
    for column in columns:
        named.setdefault(fold(column), column)
    return named


def first_present(alternatives: Iterable[str], named: Mapping[str, str]) -> str | None:
    """Return the column that the first present one of `alternatives` names, None without one."""
    return next((named[fold(each)] for each in alternatives if fold(each) in named), None)


def facts_by_name(
    facts: Iterable[str], named: Mapping[str, str], taken: Iterable[str] = ()
) -> dict[str, str]:
    """Return the columns that are named `FACT` or `facts.FACT`, by fact, but for those taken."""
    others = set(taken)
    free = {name: column for name, column in named.items() if column not in others}
    found = {fact: first_present((fact, f"facts.{fact}"), free) for fact in facts}
    return {fact: column for fact, column in found.items() if column is not None}


def flat(record: Record, depth: int = _DEPTH) -> Record:
    """Return a JSON record with the members of its objects beside them, as `object.member`."""
    nested = {key: value for key, value in record.items() if isinstance(value, dict)}
    if not nested or not depth:
        return record
    members = dict(record)
    for key, value in nested.items():
        for name, member in flat(value, depth - 1).items():
            members.setdefault(f"{key}.{name}", member)
    return members


class Layout:
    """Where the parts of a ticket stand among certain columns."""

    def __init__(self, profile: Profile, facts: Mapping[str, Fact], columns: Iterable[str]) -> None:
        named = columns_by_name(columns)
        self._profile = profile
        self._times = Times(profile.dates, profile.zone)
        self.columns: dict[str, str] = {}
        for part, alternatives in profile.columns.items():
            column = first_present(alternatives, named)
            if column is not None:
                self.columns[part] = column
        self.fact_columns: dict[str, str] = {}
        if profile.facts_by_name:
            self.fact_columns = facts_by_name(facts, named, self.columns.values())
        for fact, source in profile.facts.items():
            column = first_present(source.columns, named)
            if column is not None and fact in facts:
                self.fact_columns[fact] = column
        self._cells = {
            fact: FactCells(
                facts[fact],
                profile.facts.get(fact, FactColumn((column,))),
                profile.name,
                profile.empty,
            )
            for fact, column in self.fact_columns.items()
        }

    def id_of(self, record: Record) -> str | None:
        """Return the id that a record gives itself, None without one."""
        return self._short(record, "id")

    def ticket(self, record: Record) -> Ticket | Reasons:
        """Return the ticket that a record holds, or every reason why it holds none."""
        reasons: list[str] = []
        id = self.id_of(record)
        if id is None:
            column = self.columns.get("id")
            reasons.append(f"`{column}` is empty" if column else "the record has no id")
        created_at = self._created_at(record, reasons)
        facts = self._facts(record, reasons)
        if id is None or reasons:
            return tuple(reasons)
        filed = self._short(record, "filed")
        return Ticket(
            id=id,
            filed=None if filed is None else self._profile.filed_values.get(fold(filed), filed),
            subject=self._text(record, "subject"),
            description=self._text(record, "description"),
            created_at=created_at,
            organization=self._short(record, "organization"),
            requester=self._short(record, "requester"),
            language=self._short(record, "language"),
            facts=facts,
            fields={fact: self.fact_columns[fact] for fact in facts},
        )

    def _text(self, record: Record, part: str) -> str:
        """Return a cell as it is: positions in a text are counted in what the customer wrote."""
        column = self.columns.get(part)
        text = cell_text(record[column]) if column is not None else ""
        # A body of a megabyte need not be folded to be known as no spelling of an empty cell.
        return "" if len(text) < _EMPTY_WIDTH and fold(text) in self._profile.empty else text

    def _short(self, record: Record, part: str) -> str | None:
        return self._text(record, part).strip() or None

    def _created_at(self, record: Record, reasons: list[str]) -> datetime | None:
        text = self._short(record, "created_at")
        if text is None:
            return None
        try:
            return self._times.read(text)
        except ValueError as error:
            reasons.append(refusal(self.columns["created_at"], text, error))
            return None

    def _facts(self, record: Record, reasons: list[str]) -> dict[str, object]:
        facts: dict[str, object] = {}
        for fact, column in self.fact_columns.items():
            try:
                value = self._cells[fact].read(record[column])
            except ValueError as error:
                reasons.append(refusal(column, record[column], error))
                continue
            if value is not None:
                facts[fact] = plain(value)
        return facts


class TicketReader:
    """Reads the records of one export, as a table's header or each record's own keys lay it out."""

    def __init__(
        self, profile: Profile, facts: Mapping[str, Fact], columns: list[str] | None
    ) -> None:
        self._profile = profile
        self._facts = facts
        self._native = columns is None and profile.native_json
        self._table = None if columns is None else Layout(profile, facts, columns)
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def read(self, record: Record) -> Ticket | Reasons:
        """Return the ticket that a record holds, or every reason why it holds none."""
        if self._native:
            return native_ticket(record, self._facts)
        layout, record = self._laid_out(record)
        return layout.ticket(record)

    def id_of(self, record: Record) -> str | None:
        """Return the id that a record gives itself, None without one."""
        layout, record = self._laid_out(record)
        return layout.id_of(record)

    def _laid_out(self, record: Record) -> tuple[Layout, Record]:
        if self._table is not None:
            return self._table, record
        record = flat(record)
        keys = tuple(record)
        if keys not in self._layouts:
            if len(self._layouts) >= _LAYOUTS:
                self._layouts.clear()
            self._layouts[keys] = Layout(self._profile, self._facts, keys)
        return self._layouts[keys], record


def native_ticket(record: Record, facts: Mapping[str, Fact]) -> Ticket | Reasons:
    """Return the ticket of a record in the native JSON form, or every reason why it is none.

    A fact that the ruleset does not have is left for the decision to judge.
    """
    try:
        ticket = Ticket.from_dict(record)
    except InputError as error:
        return tuple(
            f"{each.message}; {each.help}" if each.help else each.message for each in error.findings
        )
    reasons = []
    for name, value in ticket.facts.items():
        try:
            if name in facts:
                facts[name].normalise(value)
        except ValueError as error:
            reasons.append(refusal(name, value, error))
    return tuple(reasons) or ticket
