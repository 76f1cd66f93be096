"""The numbers of an audit: rates, groups, what fails and what is missing most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rate:
    """A share `count` of `total`, with the 95 % Wilson score interval `low` to `high` (0 to 1).

    `share`, `low` and `high` are None where `total` is 0. `small` says that `total` is too small
    for the share to say much: show the two counts, not a percentage.
    """

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None
    small: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: `tickets` filed as `filed` (None: not at all) and decided as `level`.

    `level` is None where several levels remain possible.
    """

    filed: str | None
    level: str | None
    tickets: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """A priority as the export writes it, the level that it was read as, and in how many tickets.

    `rank` is its urgency in the system that the export is from, where it was read by that.
    """

    written: str
    level: str
    rank: int | None
    tickets: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Tickets of one group (an organization, a week) seen from the audited level.

    `tickets` are those in question: filed at the level, or found to be in it. `filed` are those
    filed at the level; `meets` to `unfiled` count outcomes. `overfiled` is the rate of `not_one`
    among `filed`. `differs` is `above` or `below` where the interval lies wholly on one side of the
    overall rate; None where it does not, and always where the group is small.
    """

    name: str
    tickets: int
    filed: int
    meets: int
    exception: int
    information: int
    not_one: int
    missed: int
    unfiled: int
    overfiled: Rate
    differs: Literal["above", "below"] | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """The tallies by one dimension, and how many further groups the last one, `rest`, sums up.

    Groups large enough to be compared come first, by the lower end of their interval; the small
    ones follow by name: their order says nothing. `untold` counts tickets without a value.
    """

    dimension: str
    column: str | None
    groups: tuple[Tally, ...]
    rest: Tally | None = None
    rest_groups: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class FailingCondition:
    """A condition that tickets filed at the level did not meet, and how many of them.

    `expected` and `actual` are values as JSON has them; the labels are words.
    """

    fact: str
    label: str
    actual: object
    actual_label: str
    expected: object
    expected_label: str
    tickets: Rate


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that is unknown and could settle the level: of how many unproven tickets.

    `settles` counts those in which it is the one question that narrows the answer most. `question`
    is how to ask for it: a field of the form that would have told.
    """

    fact: str
    label: str
    question: str
    tickets: Rate
    settles: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What the export shows of corrections of wrong levels.

    Of `wrong` tickets filed too high or too low, the export tells of `told` at which level they
    stand now, and `corrected` of them stand at the right one; of `timed` of those it has the time
    of the change. Hours are from creation to change.
    """

    wrong: int
    told: int
    corrected: int
    timed: int
    median_hours: float | None
    p90_hours: float | None


@dataclass(frozen=True, slots=True)
class Promises:
    """First responses against what was promised, where the export has them (`measured`).

    Of tickets whose level was wrong: kept and missed under the filed and under the right level.
    """

    measured: int
    filed_kept: int
    filed_missed: int
    right_kept: int
    right_missed: int


@dataclass(frozen=True, slots=True)
class Effort:
    """Engineer hours that false alarms took: `tickets` times the assumed `hours_each`."""

    tickets: int
    hours_each: float
    hours: float
    assumption: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A rate before and after; `change` is after minus before, `low` to `high` its 95 % interval.

    By Newcombe's method of 1998 from the two Wilson intervals. `clear` where it leaves out 0.
    """

    name: str
    before: Rate
    after: Rate
    change: float | None
    low: float | None
    high: float | None
    clear: bool
