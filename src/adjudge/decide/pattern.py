"""A decision as all tickets of a case have it, with places for what is each ticket's own."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from adjudge.decide.decision import Decision
from adjudge.decide.results import Response
from adjudge.decide.trail import TrailEntry
from adjudge.model.policy import Promise

# No text that can be written in UTF-8 holds half of a surrogate pair, so these are nobody's words.
_ID, _DUE, _REPLY_DUE = "\ud800", "\ud801", "\ud802"
_ALL = frozenset((_ID, _DUE, _REPLY_DUE))
_PLACES = re.compile(f"([{_ID}{_DUE}{_REPLY_DUE}])")
_BEHIND_SECONDS = len("2026-11-20T09:12:00")
_FRACTION = len(".123456")


class _SomeTime(datetime):
    """A due time that is written as the place of one, as a reply has it or as JSON has it."""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return _DUE if sep == "T" else _REPLY_DUE


_SOME_TIME = _SomeTime(2000, 1, 1, tzinfo=UTC)


class Kept:
    """Texts that many patterns have, kept once."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.trails: dict[Hashable, tuple[tuple[TrailEntry, ...], str]] = {}


class _Anyones(Decision):
    """A decision on a ticket without an id of its own, or due times."""

    @classmethod
    def of(cls, decision: Decision) -> _Anyones:
        circumstances = replace(decision._circumstances, ticket_id=_ID)
        return cls(decision._compiled, decision._answer, circumstances)

    def _response_at(self, level: str) -> Response | None:
        response = super()._response_at(level)
        if response is None or response.due is None:
            return response
        return replace(response, due=_SOME_TIME)

    def texts(self, kept: Kept) -> tuple[str, str]:
        """Return the JSON before the trail, and the trail's."""
        key = self._of_the_trail()
        if key not in kept.trails:
            told = [json.dumps(entry.to_dict(), ensure_ascii=False) for entry in self.trail]
            kept.trails[key] = self.trail, ", ".join(told)
        # What tickets that are filed otherwise share was worked out for the first of them.
        vars(self)["trail"], trail = kept.trails[key]
        return json.dumps(self._before_trail(), ensure_ascii=False), trail

    def _of_the_trail(self) -> Hashable:
        """Return all that the trail depends on."""
        facts = (
            (name, type(each.value), each.value, each.origin) for name, each in self.facts.items()
        )
        by_rank = self.filed_as is not None and self.filed_as.rank is not None
        return (
            self.ruleset_version,
            self._answer.case,
            self.level,
            self.language,
            (self.filed, self.filed_as) if by_rank else self.filed_by_default,
            tuple(facts),
        )


class Pattern:
    """The JSON of a decision for all tickets that share its case and how they are filed.

    `promises` are those that say when a response is due: at the decided level, and at the level of
    which the reply speaks; None where no time is promised.
    """

    def __init__(self, decision: Decision, kept: Kept) -> None:
        """Make the pattern; texts that others have too are kept once, in `kept`."""
        text, trail = _Anyones.of(decision).texts(kept)
        parts = _PLACES.split(text.removesuffix("}"))
        parts += (', "trail": [', trail, "]}")
        self._parts = [kept.parts.setdefault(part, part) for part in parts]
        self._places = [(number, part) for number, part in enumerate(parts) if part in _ALL]
        level = decision.wording.level_of_reply(decision, decision.recommendation.to)
        levels = decision.level, level
        self.promises = tuple(_promise(decision, each) for each in levels)
        self._dated = tuple(_is_dated(decision, each) for each in levels)

    def told(self, id: str, dues: Sequence[str]) -> str | None:
        """Return the JSON for a ticket: its id, and when its responses are due, empty for never.

        None where the pattern does not fit the ticket, whose decision has to be told by itself.
        """
        due, reply_due = dues
        if (bool(due), bool(reply_due)) != self._dated or not _plain(id):
            return None
        own = {
            _ID: json.dumps(id, ensure_ascii=False)[1:-1],
            _DUE: due,
            _REPLY_DUE: _to_the_minute(reply_due),
        }
        parts = self._parts.copy()
        for number, place in self._places:
            parts[number] = own[place]
        return "".join(parts)


def _promise(decision: Decision, level: str) -> Promise | None:
    return decision.promise_at(level) if decision.response_at(level) else None


def _is_dated(decision: Decision, level: str) -> bool:
    response = decision.response_at(level)
    return response is not None and response.due is not None


def _plain(id: str) -> bool:
    """Say whether an id stands in a letter as it is: blanks at the end of a line do not."""
    return "\n" not in id and not id.endswith(" ")


def _to_the_minute(due: str) -> str:
    """Return a time in ISO 8601 as replies have it."""
    zone = due[_BEHIND_SECONDS:]
    zone = zone[_FRACTION:] if zone.startswith(".") else zone
    return f"{due[:10]} {due[11:16]}{zone}"
