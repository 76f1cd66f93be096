"""The part of every ticket that the report filters and sorts by, as columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from adjudge.audit.listed import BY_URGENCY

# Columns of few distinct values: the values once, and a number in each row.
NAMED = (
    "organization",
    "requester",
    "product",
    "channel",
    "language",
    "week",
    "filed",
    "decided",
    "verdict",
    "outcome",
)
UNFOLDED = (
    "id",
    "row",
    "organization",
    "requester",
    "product",
    "channel",
    "language",
    "created_at",
    "possible",
    "present",
    "action",
    "to",
    "consent",
    "summary",
    "reasons",
    "subject",
    "description",
    "nearest",
    "presumptions",
    "questions",
    "disagreements",
    "rests_on",
    "sources",
    "response_before",
    "response_after",
    "reply",
    "override",
)
CONDITION = (
    "level",
    "fact",
    "label",
    "expected_label",
    "actual",
    "actual_label",
    "outcome",
    "origin",
    "quote",
    "column",
)
_parts = itemgetter(*CONDITION)
QUOTE = ("fact", "field", "start", "end")
Ticket = Mapping[str, Any]


def ticket_index(audit: Mapping[str, Any], tickets: Sequence[Ticket], block: int) -> dict[str, Any]:
    """Return the columns for tickets of an audit, which the page holds in blocks of `block`.

    `decided` is the level where only one is possible, else None. `fails` has the numbers of the
    audit's failing conditions that a ticket did not meet, `lacks` those of the facts it lacks.
    """
    levels = [level for level, _ in audit["meta"]["levels"]]
    failing = {_key(each): number for number, each in enumerate(audit["failing"])}
    missing = {each["fact"]: number for number, each in enumerate(audit["missing"])}
    index: dict[str, Any] = {
        "block": block,
        "levels": levels,
        "outcomes": list(BY_URGENCY),
        "names": {},
        "party": _party(tickets),
        "id": [ticket["id"] for ticket in tickets],
        "subject": [_line(ticket["subject"]) for ticket in tickets],
        "created_at": [ticket["created_at"] for ticket in tickets],
        "proven": [ticket["level"] for ticket in tickets],
        "possible": [possible_words(ticket["possible"], levels) for ticket in tickets],
        "fails": [_numbers(map(_key, _tested(ticket, "false")), failing) for ticket in tickets],
        "lacks": [_numbers(_unknown(ticket), missing) for ticket in tickets],
        "fails_names": [f"{each['label']}: {each['actual_label']}" for each in audit["failing"]],
        "lacks_names": [each["label"] for each in audit["missing"]],
    }
    for name in NAMED:
        values = [decided(ticket) if name == "decided" else ticket[name] for ticket in tickets]
        names = sorted({value for value in values if value is not None})
        number = {value: place for place, value in enumerate(names)}
        index["names"][name] = names
        index[name] = [None if value is None else number[value] for value in values]
    return index


def unfolded_ticket(ticket: Ticket) -> dict[str, Any]:
    """Return what the page shows of an unfolded ticket: ten thousand of them are in one file."""
    shown = {name: ticket[name] for name in UNFOLDED}
    shown["conditions"] = [
        dict(zip(CONDITION, _parts(condition), strict=True)) for condition in ticket["conditions"]
    ]
    shown["quotes"] = [{name: quote[name] for name in QUOTE} for quote in ticket["quotes"]]
    return shown


def decided(ticket: Ticket) -> str | None:
    """Return the level of a ticket, None where several remain possible."""
    possible = ticket["possible"]
    return str(possible[0]) if len(possible) == 1 else None


def possible_words(possible: Sequence[str], levels: Sequence[str]) -> str:
    """Return possible levels in short: `P1, P3`; `P1–P4` where none between is left out."""
    if len(possible) < 3:
        return ", ".join(possible)
    between = levels[levels.index(possible[0]) : levels.index(possible[-1]) + 1]
    return f"{possible[0]}–{possible[-1]}" if len(between) == len(possible) else ", ".join(possible)


def _party(tickets: Sequence[Ticket]) -> str:
    # The list has one column for whom a ticket is from.
    organized = any(ticket["organization"] for ticket in tickets)
    return "organization" if organized or not tickets else "requester"


def _tested(ticket: Ticket, outcome: str) -> Iterable[Ticket]:
    # Only a ticket filed too high fails conditions of the level it was filed under.
    if ticket["outcome"] != "not_one":
        return ()
    return (each for each in ticket["conditions"] if each["outcome"] == outcome)


def _unknown(ticket: Ticket) -> Iterable[str]:
    if ticket["outcome"] != "information":
        return ()
    return (each["fact"] for each in ticket["conditions"] if each["outcome"] == "unknown")


def _key(condition: Mapping[str, Any]) -> tuple[str, str]:
    return condition["fact"], json.dumps(condition["actual"], sort_keys=True)


def _numbers(keys: Iterable[Any], numbers: Mapping[Any, int]) -> list[int]:
    return sorted({numbers[key] for key in keys if key in numbers})


def _line(subject: str) -> str:
    # The list shows two lines of it; the unfolded ticket has all.
    return subject if len(subject) <= 300 else subject[:299] + "…"
