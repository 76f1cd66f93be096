"""Records as tickets: a profile applied to the columns that an export has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from adjudge.findings import Finding, InputError
from adjudge.model.fact import Fact, plain
from adjudge.model.profile import DayOrder, FactColumn, Profile, fold
from adjudge.tickets.body import as_text
from adjudge.tickets.filed import FiledCells
from adjudge.tickets.rows import Record
from adjudge.tickets.ticket import Ticket
from adjudge.tickets.times import Times
from adjudge.tickets.values import FactCells, cell_text, refusal

_LAYOUTS = 1_000  # JSON records of one export seldom have more sets of keys
_DEPTH = 3
_EMPTY_WIDTH = 100
_ONE_OF_THEM = "take one of them out, or give it another name"

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


def columns_alike(names: Mapping[str, str], columns: Iterable[str]) -> list[list[str]]:
    """Return columns of which several hold the same thing, of which one alone could be read.

    `names` are what columns may be called, and what they hold then.
    """
    folded = {fold(name): what for name, what in names.items()}
    found: dict[str, list[str]] = {}
    for column in columns:
        if (what := folded.get(fold(column))) is not None:
            found.setdefault(what, []).append(column)
    return [several for several in found.values() if len(several) > 1]


def check_alike(alike: list[list[str]], path: str | None = None) -> None:
    """Raise `InputError` where several columns of a table hold the same thing."""
    if alike:
        raise InputError(
            Finding("columns-alike", _alike_line(several), help=_ONE_OF_THEM, where=path)
            for several in alike
        )


def _alike_line(several: list[str]) -> str:
    shown = " and ".join(f"`{column}`" for column in several)
    return f"{shown} are columns for the same thing, and nothing says which one to read"


def flat(record: Record, depth: int = _DEPTH) -> Record:
    """Return a JSON record with the members of its objects beside them, as `object.member`.

    A list of objects with an `id` and a `value` (custom fields) gives `list.ID`; a list of objects
    with a `name` (labels) gives `list.name`, the list of the names.
    """
    nested = {key: value for key, value in record.items() if isinstance(value, dict | list)}
    if not nested or not depth:
        return record
    members = dict(record)
    for key, value in nested.items():
        inner = value if isinstance(value, dict) else _listed(value)
        for name, member in flat(inner, depth - 1).items():
            members.setdefault(f"{key}.{name}", member)
    return members


def _listed(entries: list[object]) -> Record:
    objects = [each for each in entries if isinstance(each, dict)]
    members: Record = {}
    for each in objects:
        if "value" in each and isinstance(each.get("id"), int | str):
            members.setdefault(str(each["id"]), each["value"])
    names = [each["name"] for each in objects if isinstance(each.get("name"), str)]
    if names and "value" not in objects[0]:
        members["name"] = names
    return members


class Layout:
    """Where the parts of a ticket stand among certain columns.

    `order` says which number of a date is the day; without it, the profile does.
    """

    def __init__(
        self,
        profile: Profile,
        facts: Mapping[str, Fact],
        columns: Iterable[str],
        order: DayOrder | None = None,
    ) -> None:
        columns = list(columns)
        named = columns_by_name(columns)
        self._profile = profile
        order = order or profile.day_order
        self._times = Times(profile.dates, profile.zone, order, profile.changed_by)
        self._filed = FiledCells(profile)
        self._first = columns[0] if columns else ""
        self.columns: dict[str, str] = {}
        for part, alternatives in profile.columns.items():
            column = first_present(alternatives, named)
            if column is not None:
                self.columns[part] = column
        self.fact_columns: dict[str, str] = {}
        self.alike: list[list[str]] = []
        if profile.facts_by_name:
            self.fact_columns = facts_by_name(facts, named, self.columns.values())
            self.alike = self._alike(columns)
        for fact, source in profile.facts.items():
            column = first_present(source.columns, named)
            if column is not None and fact in facts:
                self.fact_columns[fact] = column
        self._repeated = {
            column: [each for each in columns if _repeats(each, column)]
            for fact, column in self.fact_columns.items()
            if fact in profile.facts and profile.facts[fact].tags
        }
        if profile.filed_tags and "filed" in self.columns:
            column = self.columns["filed"]
            self._repeated[column] = [each for each in columns if _repeats(each, column)]
        self._left_out = [
            (named[fold(each.column)], each)
            for each in profile.left_out
            if fold(each.column) in named
        ]
        self._cells = {
            fact: FactCells(
                facts[fact],
                profile.facts.get(fact, FactColumn((column,))),
                profile.name,
                profile.empty,
            )
            for fact, column in self.fact_columns.items()
        }

    def _alike(self, columns: list[str]) -> list[list[str]]:
        """Return columns of which several are named like one fact that the profile does not map."""
        ours = [each for each in self.fact_columns if each not in self._profile.facts]
        names = {name: each for each in ours for name in (each, f"facts.{each}")}
        parts = self.columns.values()
        return columns_alike(names, (each for each in columns if each not in parts))

    @property
    def used(self) -> set[str]:
        """The columns that something is read from."""
        repeated = (column for columns in self._repeated.values() for column in columns)
        left_out = (column for column, _ in self._left_out)
        return {*self.columns.values(), *self.fact_columns.values(), *repeated, *left_out}

    def id_of(self, record: Record) -> str | None:
        """Return the id that a record gives itself, None without one."""
        return self.short(record, "id")

    def created_at(self, record: Record) -> str | None:
        """Return the text of a record's time of creation, None without one."""
        return self.short(record, "created_at")

    def ticket(self, record: Record) -> Ticket | Reasons:
        """Return the ticket that a record holds, or every reason why it holds none."""
        no_ticket = self._no_ticket(record)
        if no_ticket is not None:
            return (no_ticket,)
        reasons = [_alike_line(several) for several in self.alike]
        id = self.id_of(record)
        if id is None:
            reasons.append(self._no_id(record))
        created_at = self._created_at(record, reasons)
        filed, rank = self._filed_as(record, reasons)
        facts = self._facts(record, reasons)
        if id is None or reasons:
            return tuple(reasons)
        return Ticket(
            id=id,
            filed=filed,
            filed_rank=rank,
            subject=self._text(record, "subject"),
            description=as_text(self._text(record, "description"), self._profile.markup),
            created_at=created_at,
            organization=self.short(record, "organization"),
            requester=self.short(record, "requester"),
            language=self.short(record, "language"),
            facts=facts,
            fields={fact: self.fact_columns[fact] for fact in facts},
        )

    def _no_id(self, record: Record) -> str:
        column = self.columns.get("id")
        if column is not None:
            filled = len(record) == 1 or any(cell_text(cell).strip() for cell in record.values())
            return f"`{column}` is empty" if filled else "the row is empty"
        names = " or ".join(f"`{name}`" for name in self._profile.columns["id"])
        return f"the record has no id: there is no {names} in it"

    def _no_ticket(self, record: Record) -> str | None:
        """Return why a record is no ticket at all, None where it is one."""
        for column, each in self._left_out:
            text = fold(cell_text(record[column]))
            if text in each.values or (not each.values and text not in self._profile.empty):
                return each.because
        if self._profile.footer and cell_text(record.get(self._first)).strip():
            others = (cell for column, cell in record.items() if column != self._first)
            if len(record) > 1 and not any(cell_text(cell).strip() for cell in others):
                return "the row has a text in its first cell only: a line of the report's footer"
        return None

    def _filed_as(self, record: Record, reasons: list[str]) -> tuple[str | None, int | None]:
        column = self.columns.get("filed")
        if column is None:
            return None, None
        try:
            return self._filed.read(self._cell(record, column))
        except ValueError as error:
            reasons.append(refusal(column, record[column], error))
            return None, None

    def _cell(self, record: Record, column: str) -> object:
        """Return a cell; where it holds tags, with those of the columns of the same name."""
        repeated = self._repeated.get(column, ())
        if len(repeated) < 2:
            return record[column]
        return "; ".join(cell_text(record[each]) for each in repeated)

    def _text(self, record: Record, part: str) -> str:
        """Return a cell as it is, or nothing where it is spelled empty."""
        column = self.columns.get(part)
        text = cell_text(record[column]) if column is not None else ""
        # A body of a megabyte need not be folded to be known as no spelling of an empty cell.
        return "" if len(text) < _EMPTY_WIDTH and fold(text) in self._profile.empty else text

    def short(self, record: Record, part: str) -> str | None:
        """Return a part of a ticket that is a few words, None where the record has none."""
        return self._text(record, part).strip() or None

    def _created_at(self, record: Record, reasons: list[str]) -> datetime | None:
        text = self.short(record, "created_at")
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
                value = self._cells[fact].read(self._cell(record, column))
            except ValueError as error:
                reasons.append(refusal(column, record[column], error))
                continue
            if value is not None:
                facts[fact] = plain(value)
        return facts


class TicketReader:
    """Reads the records of one export, as a table's header or each record's own keys lay it out."""

    def __init__(
        self,
        profile: Profile,
        facts: Mapping[str, Fact],
        columns: list[str] | None,
        order: DayOrder | None = None,
    ) -> None:
        self._profile = profile
        self._facts = facts
        self._order = order
        self._native = columns is None and profile.native_json
        self._table = None if columns is None else Layout(profile, facts, columns, order)
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

    def created_at(self, record: Record) -> str | None:
        """Return the text of a record's time of creation, None without one."""
        layout, record = self._laid_out(record)
        return layout.created_at(record)

    def text_of(self, record: Record, part: str) -> str:
        """Return the filed level or a fact as a record spells it; empty without one."""
        if self._native:
            facts = record.get("facts")
            holder = record if part == "filed" else facts if isinstance(facts, dict) else {}
            return cell_text(holder.get(part)).strip()
        layout, record = self._laid_out(record)
        column = layout.columns.get(part) or layout.fact_columns.get(part, "")
        return cell_text(record.get(column)).strip()

    def _laid_out(self, record: Record) -> tuple[Layout, Record]:
        if self._table is not None:
            return self._table, record
        record = flat(record)
        keys = tuple(record)
        if keys not in self._layouts:
            if len(self._layouts) >= _LAYOUTS:
                self._layouts.clear()
            self._layouts[keys] = Layout(self._profile, self._facts, keys, self._order)
        return self._layouts[keys], record


def _repeats(column: str, first: str) -> bool:
    """Tell whether a column has the name of another, told apart by a number behind it."""
    return re.fullmatch(rf"{re.escape(first)}(?: \(\d+\))?", column) is not None


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
