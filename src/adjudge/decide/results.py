"""The parts of a decision, as values with the contract's JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from adjudge.decide.facts import KnownFact
from adjudge.decide.words import WordsUsed
from adjudge.evidence import Evidence
from adjudge.model.fact import plain
from adjudge.model.policy import Consent

Verdict = Literal["confirmed", "overfiled", "underfiled", "unproven", "unfiled"]
Action = Literal["keep", "downgrade", "upgrade", "ask", "set"]
WhenUncertain = Literal["proven", "cautious", "filed"]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is not known and can still change the level, and how to ask for it."""

    fact: str
    question: str

    def to_dict(self) -> dict[str, object]:
        """Return the question as the contract's JSON has it."""
        return {"fact": self.fact, "question": self.question}


@dataclass(frozen=True, slots=True)
class Response:
    """The promised response: `within` is an ISO 8601 duration on `clock`; `due` may be None."""

    within: str
    clock: str
    due: datetime | None

    def to_dict(self) -> dict[str, object]:
        """Return the response as the contract's JSON has it."""
        due = self.due.isoformat() if self.due else None
        return {"within": self.within, "clock": self.clock, "due": due}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do: `to` is the level to change to (None for `ask`), `consent` who has to agree."""

    action: Action
    to: str | None
    consent: Consent | None
    summary: str
    # Most of the work, and tables of results have no column for it: written when it is read.
    write_reply: Callable[[], str] = field(repr=False, compare=False)

    @property
    def reply(self) -> str:
        """The message to the customer."""
        return self.write_reply()

    def to_dict(self) -> dict[str, object]:
        """Return the recommendation as the contract's JSON has it."""
        return {
            "action": self.action,
            "to": self.to,
            "consent": self.consent,
            "summary": self.summary,
            "reply": self.reply,
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stated fact and words of the ticket that say otherwise; the stated fact was used."""

    fact: str
    stated: object
    read: object
    field: str
    quote: str

    def to_dict(self) -> dict[str, object]:
        """Return the disagreement as JSON."""
        return {
            "fact": self.fact,
            "stated": self.stated,
            "read": self.read,
            "field": self.field,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class FiledAs:
    """How the filed level was written, and by which rank it was read.

    `rank` is None where the ruleset knows the spelling; else it is how urgent the system that the
    ticket comes from ranks it (1 is the most urgent).
    """

    written: str
    rank: int | None

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"written": self.written, "rank": self.rank}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision is about, beside the case: the ticket's own data and the caller's wishes."""

    known: Mapping[str, KnownFact]
    presumed: tuple[str, ...] = ()
    filed: str | None = None
    filed_by_default: bool = False
    ticket_id: str | None = None
    created_at: datetime | None = None
    when_uncertain: WhenUncertain = "proven"
    language: str | None = None
    words: WordsUsed = field(default_factory=WordsUsed)
    filed_as: FiledAs | None = None


def evidence_dict(item: Evidence) -> dict[str, object]:
    """Return a piece of evidence as JSON."""
    return {
        "value": plain(item.value),
        "field": item.field,
        "start": item.start,
        "end": item.end,
        "quote": item.quote,
    }
