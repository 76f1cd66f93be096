"""A ticket as an audit tells it: what became of it, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
