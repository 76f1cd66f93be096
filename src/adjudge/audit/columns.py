"""What an audit reads from a row beside the ticket: product, channel, corrections, responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from adjudge.findings import Finding, InputError, did_you_mean
from adjudge.model.profile import DayOrder, Profile, fold
from adjudge.reading.folder import rules_folder
from adjudge.reading.nodes import parse, read_text
from adjudge.source import Source
from adjudge.tickets.apply import columns_by_name, first_present, flat
from adjudge.tickets.export import Row
from adjudge.tickets.rows import cut
from adjudge.tickets.times import Times

_CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d))?\Z")
_Cell = Callable[[str], str | None]
_MOMENTS = ("corrected_at", "first_response_at", "first_response_minutes", "first_response_hours")
_UNMET, _MET = "", "\0"  # no cell says anything; one says what it should
_FEW = 1_000  # records of one JSON export seldom have more sets of keys


@dataclass(frozen=True, slots=True)
class Extras:
    """What a row says beside its ticket; None where it does not."""

    product: str | None = None
    channel: str | None = None
    present: str | None = None
    corrected_at: datetime | None = None
    responded_at: datetime | None = None
    own: tuple[str | None, ...] = ()


@cache
def known_columns() -> Mapping[str, tuple[str, ...]]:
    """Return the names under which systems have each part, from `rules/audit/columns.yaml`."""
    path = rules_folder() / "audit" / "columns.yaml"
    roots, findings = parse(Source(str(path), read_text(path)))
    if findings:
        raise InputError(findings)
    return {
        part: tuple(str(item.value) for item in node.items())
        for part, node in roots[0].mapping().items()
    }


class ExtraColumns:
    """Reads the extras of the rows of one export.

    `chosen` names the column of a part in place of the known ones; `own` are columns to group by.
    `order` says which number of the export's dates is the day; without it, the profile does.
    Raises `InputError` for an unknown part, or a column that a table does not have.
    """

    def __init__(
        self,
        profile: Profile,
        columns: Iterable[str] | None,
        chosen: Mapping[str, str],
        own: Iterable[str] = (),
        order: DayOrder | None = None,
    ) -> None:
        self._profile = profile
        self._times = Times(profile.dates, profile.zone, order or profile.day_order)
        self._chosen = dict(chosen)
        self._own = tuple(own)
        self._places: dict[tuple[str, ...], dict[str, str]] = {}
        self._doubted: dict[str, str] = {}
        self.begin()
        self._fixed = tuple(columns) if columns is not None else None
        for part in self._chosen:
            if part not in known_columns():
                message = f"there is no part `{part}` of a ticket to name a column for"
                help = did_you_mean(part, known_columns())
                raise InputError.of("unknown-column-part", message, help=help)
        if self._fixed is not None:
            named = columns_by_name(self._fixed)
            for name in (*self._chosen.values(), *self._own):
                if fold(name) not in named:
                    help = did_you_mean(name, self._fixed)
                    message = f"the export has no column `{name}`"
                    raise InputError.of("unknown-column", message, help=help)

    def column_of(self, part: str) -> str | None:
        """Return the column of a table that holds a part, None without one or for JSON."""
        return self._place(self._fixed).get(part) if self._fixed is not None else None

    @property
    def used(self) -> frozenset[str]:
        """The columns of a table that are read; none for JSON."""
        return frozenset(self._place(self._fixed or ()).values())

    def read(self, row: Row) -> Extras:
        """Return what a row says beside its ticket; what cannot be read is taken as not said."""
        record = row.record
        if self._fixed is None:
            record = flat(record)
            place = self._place(tuple(record))
        else:
            place = self._place(self._fixed)

        def cell(part: str) -> str | None:
            column = place.get(part)
            return self.text(record.get(column)) if column is not None else None

        for part in self._doubted:
            self.look_at(part, cell(part))
        return Extras(
            cell("product"),
            cell("channel"),
            self.present(cell("present")),
            self.moment(cell("corrected_at")),
            self._responded(row, cell),
            tuple(cell(f"own.{name}") for name in self._own),
        )

    def begin(self) -> None:
        """Forget what was met: the export is read from its beginning."""
        self._doubted = {part: _UNMET for part in _MOMENTS if part in self._chosen}

    def doubted(self) -> list[tuple[str, str]]:
        """Return the parts of a table of which nothing was met so far, each with its column."""
        parts = (part for part, met in self._doubted.items() if met != _MET)
        return [(part, column) for part in parts if (column := self.column_of(part)) is not None]

    def look_at(self, part: str, text: str | None) -> None:
        """Note whether a column that somebody named for a part holds anything of the kind."""
        if text is None or self._doubted[part] == _MET:
            return
        read = self.moment(text) if part.endswith("_at") else _minutes(text, 1)
        if read is not None:
            self._doubted[part] = _MET
        elif self._doubted[part] == _UNMET:
            self._doubted[part] = text

    def remarks(self) -> tuple[Finding, ...]:
        """Return warnings of columns that were named for a part, and hold nothing of the kind."""
        found = []
        for part, met in self._doubted.items():
            if met not in (_UNMET, _MET):
                message = (
                    f"no cell of `{self._chosen[part]}` is a time or a number that `{part}` can be "
                    f"read from: `{cut(met)}`"
                )
                help = f"name another column: `--column {part}=NAME`"
                found.append(Finding("column-not-read", message, help=help, severity="warning"))
        return tuple(found)

    def _place(self, columns: tuple[str, ...]) -> dict[str, str]:
        found = self._places.get(columns)
        if found is None:
            if len(self._places) >= _FEW:
                self._places.clear()
            found = self._places[columns] = self._find(columns)
        return found

    def _find(self, columns: tuple[str, ...]) -> dict[str, str]:
        named = columns_by_name(columns)
        wanted = {part: first_present(names, named) for part, names in known_columns().items()}
        wanted |= {part: first_present((name,), named) for part, name in self._chosen.items()}
        wanted |= {f"own.{name}": first_present((name,), named) for name in self._own}
        filed = first_present(self._profile.columns.get("filed", ()), named)
        if "present" not in self._chosen and wanted.get("present") == filed:
            # The one column that there is holds the filed level, as far as the profile knows.
            wanted["present"] = None
        return {part: column for part, column in wanted.items() if column is not None}

    def text(self, value: object) -> str | None:
        """Return what a cell says in one line, None where it says nothing."""
        if value is None or isinstance(value, dict | list):
            return None
        text = " ".join(str(value).split())
        return None if fold(text) in self._profile.empty or not text else text

    def present(self, text: object) -> str | None:
        """Return the present priority that a cell says, in the words of the profile."""
        said = self.text(text)
        return None if said is None else self._profile.filed_values.get(fold(said), said)

    def moment(self, cell: object) -> datetime | None:
        """Return the time that a cell says, None where it says none that can be read."""
        text = self.text(cell)
        if text is None:
            return None
        try:
            return self._times.read(text)
        except ValueError:
            return None

    def _responded(self, row: Row, cell: _Cell) -> datetime | None:
        at = self.moment(cell("first_response_at"))
        created = row.ticket.created_at
        if at is not None or created is None:
            return at
        took = _minutes(cell("first_response_minutes"), 1)
        if took is None:
            took = _minutes(cell("first_response_hours"), 60)
        # A time that was counted, not a time on the clock: added in absolute time.
        return None if took is None else created + took


def requester_in(record: Mapping[str, object], profile: Profile) -> str | None:
    """Return the requester that a row names which is no ticket, None where it names none."""
    members = flat(dict(record))
    named = columns_by_name(members)
    column = first_present(profile.columns.get("requester", ("requester",)), named)
    value = members[column] if column is not None else None
    return value if isinstance(value, str) and value.strip() else None


def _minutes(text: str | None, unit: int) -> timedelta | None:
    if text is None:
        return None
    clock = _CLOCK.match(text)
    if clock is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return timedelta(minutes=number * unit) if 0 <= number < 1e8 else None
