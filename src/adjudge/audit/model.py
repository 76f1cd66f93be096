"""What an audit found, as data: every report is a view of an `Audit`, and of nothing else.

`Audit.to_dict()` is the JSON report. Its keys are stable: new ones may be added, none renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

Outcome = Literal["meets", "exception", "information", "not_one", "missed", "unfiled"]
"""What became of a ticket, seen from the audited level.

`meets`: filed there, and meets the definition. `exception`: let through by a recorded decision.
`information`: more has to be known. `not_one`: filed there and less urgent. `missed`: filed lower
than it is, and in the level. `unfiled`: no level was filed, and it is in the level.
"""
OUTCOMES: tuple[Outcome, ...] = (
    "meets",
    "exception",
    "information",
    "not_one",
    "missed",
    "unfiled",
)
Kept = Literal["kept", "missed"]
Json = dict[str, object]


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
class Condition:
    """One condition of a ticket that decides: a test of a fact, and how it went.

    `outcome` is `true`, `false` or `unknown`; `origin` where the value came from (`field`, `text`,
    `derived`, `default`, None where unknown); `quote` the words where it was read out of text, and
    `column` where a column said so. `label`, `expected_label` and `actual_label` are words.
    """

    rule: str
    level: str | None
    fact: str
    label: str
    expected: object
    expected_label: str
    actual: object
    actual_label: str
    outcome: str
    origin: str | None
    quote: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a ticket: `getattr(ticket, field)[start:end]` says that `fact` has `value`.

    `label` and `value_label` are words.
    """

    fact: str
    value: object
    field: str
    start: int
    end: int
    label: str = ""
    value_label: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A promised response: an ISO 8601 duration on a clock, in words, and when it was due.

    `outcome` is `kept` or `missed` where the export shows the first response.
    """

    level: str
    within: str
    clock: str
    words: str
    due: str | None
    outcome: Kept | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A site's own decision on a ticket, and what became of it in this audit.

    `status`: `honoured`, `expired` (its last day was over), `not_in_export`, or `out_of_scope`
    (the ticket was left out by `--since` or `--until`, or rejected). `until` is a date or None.
    """

    ticket: str
    level: str
    who: str
    why: str
    until: str | None
    status: str = "not_in_export"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A ticket that somebody should look at, with everything needed to act on it.

    `level` is what is proven; `possible` all that it can be, most urgent first. `present` is the
    level at which it stands now, where the export says so beside the filed one. `action` is `keep`,
    `downgrade`, `upgrade`, `ask` or `set`; `to` the level to change to; `consent` one of
    `vendor_decides`, `customer_agrees`, `ask_customer` or None; `reasons` are sentences, `nearest`
    one, the smallest change that would make the filed level right. `rests_on` names the facts that
    decide by origin (`field`, `text`, `derived`, `default`). Times are ISO 8601.
    """

    id: str
    row: int
    organization: str | None
    requester: str | None
    product: str | None
    channel: str | None
    language: str | None
    created_at: str | None
    week: str | None
    filed: str | None
    filed_by_default: bool
    level: str
    possible: tuple[str, ...]
    present: str | None
    verdict: str
    outcome: Outcome
    action: str
    to: str | None
    consent: str | None
    summary: str
    reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]
    quotes: tuple[Quote, ...]
    subject: str
    description: str
    nearest: str
    presumptions: tuple[str, ...]
    questions: tuple[str, ...]
    disagreements: tuple[str, ...]
    rests_on: Mapping[str, tuple[str, ...]]
    decided_by: tuple[str, ...]
    sources: tuple[str, ...]
    response_before: Response | None
    response_after: Response | None
    reply: str
    override: Override | None = None


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
    """A finished audit. `tickets` are the findings in the order of the export."""

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
    tickets: tuple[Finding, ...] = field(repr=False)

    def to_dict(self) -> Json:
        """Return the audit as JSON data; dataclasses become objects, tuples become lists."""
        return {each.name: as_json(getattr(self, each.name)) for each in fields(self)}

    def of_outcome(self, outcome: Outcome) -> Iterator[Finding]:
        """Yield the findings with one outcome."""
        return (each for each in self.tickets if each.outcome == outcome)


def as_json(value: object) -> object:
    """Return a value of this module as JSON data."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        items = sorted(value) if isinstance(value, frozenset | set) else value
        return [as_json(each) for each in items]
    return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}  # type: ignore[arg-type]
