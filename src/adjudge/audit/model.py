"""What an audit found, as data: every report is a view of an `Audit`, and of nothing else.

`Audit.to_dict()` is the JSON report. Its keys are stable: new ones may be added, none renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from adjudge.audit.listed import Listed
from adjudge.audit.picture import (
    Cell,
    Correction,
    Difference,
    Effort,
    FailingCondition,
    Grouping,
    MissingFact,
    Promises,
    Rate,
    Spelling,
    Tally,
)
from adjudge.audit.told import Finding, Outcome, Override

Json = dict[str, object]
_NAMES: dict[type, tuple[str, ...]] = {}  # the fields of each class, which many tickets have


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of the export: `rows` = `audited` + `rejected` + `outside` (of `--since`/`--until`)."""

    rows: int
    audited: int
    rejected: int
    outside: int


@dataclass(frozen=True, slots=True)
class Meta:
    """What was audited, and how. `level` is None where every level was (`--all-levels`).

    `levels` are all of the ruleset, most urgent first, with their names. `judged_on` is the day on
    which the site's decisions were held against their last day. `spellings` says how the filed
    priorities are written, the most frequent first.
    """

    export: str
    profile: str
    ruleset: str
    ruleset_version: str
    ruleset_title: str
    vendor: str
    level: str | None
    levels: tuple[tuple[str, str], ...]
    since: str | None
    until: str | None
    first_created: str | None
    last_created: str | None
    judged_on: str | None
    redacted: bool
    language: str | None
    when_uncertain: str
    options: Mapping[str, str]
    adjudge_version: str
    notes: tuple[str, ...] = ()
    spellings: tuple[Spelling, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The picture in numbers. With `--all-levels`, `filed` are the tickets filed at any level.

    `overfiled`, `unproven` and `exceptions` are rates among `filed`. `underfiled` is the rate of
    `missed` among the tickets that are in the level (`meets`, `missed` and `unfiled`). `verdicts`
    (of all audited tickets) and `outcomes` (of those in question) are counts.
    `open_below` are tickets filed lower, or not at all, that could be in the level for all that is
    known; they are counted and not listed.
    """

    counts: Counts
    filed: int
    verdicts: Mapping[str, int]
    outcomes: Mapping[str, int]
    overfiled: Rate
    underfiled: Rate
    unproven: Rate
    exceptions: Rate
    open_below: int
    correction: Correction
    promises: Promises
    effort: Effort


@dataclass(frozen=True, slots=True)
class Comparison:
    """An audit held against that of an earlier export, by the same rules."""

    export: str
    counts: Counts
    filed: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is in no number above, and why."""

    row: int
    id: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """A finished audit. `tickets` are the findings, in the order of the export."""

    meta: Meta
    summary: Summary
    matrix: tuple[Cell, ...]
    groups: tuple[Grouping, ...]
    weeks: tuple[Tally, ...]
    failing: tuple[FailingCondition, ...]
    missing: tuple[MissingFact, ...]
    overrides: tuple[Override, ...]
    comparison: Comparison | None
    rejected: tuple[Rejected, ...]
    tickets: Listed = field(repr=False)

    def to_dict(self, *, shown: bool = False) -> Json:
        """Return the audit as JSON data; dataclasses become objects, tuples become lists.

        `shown` leaves the tickets that people are shown and no others; see `Listed.shown`.
        """
        tickets = self.tickets.shown() if shown else list(self.tickets)
        told: dict[int, object] = {}
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        del data["tickets"]
        return {
            **{name: as_json(value) for name, value in data.items()},
            "tickets": [_ticket(each, told) for each in tickets],
        }

    def of_outcome(self, outcome: Outcome) -> Iterator[Finding]:
        """Yield the findings with one outcome."""
        return (each for each in self.tickets if each.outcome == outcome)


def _ticket(finding: Finding, told: dict[int, object]) -> Json:
    """Return a finding as JSON data; tickets of the same facts share their conditions."""
    conditions = told.get(id(finding.conditions))
    if conditions is None:
        conditions = told[id(finding.conditions)] = as_json(finding.conditions)
    return {
        name: conditions if name == "conditions" else as_json(getattr(finding, name))
        for name in _names(finding)
    }


def as_json(value: object) -> object:
    """Return a value of this module as JSON data."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        items = sorted(value) if isinstance(value, frozenset | set) else value
        return [as_json(each) for each in items]
    return {name: as_json(getattr(value, name)) for name in _names(value)}


def _names(value: object) -> tuple[str, ...]:
    names = _NAMES.get(type(value))
    if names is None:
        names = _NAMES[type(value)] = tuple(each.name for each in fields(value))  # type: ignore[arg-type]
    return names
