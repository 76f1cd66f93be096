"""A ticket's own words, with those marked on which facts rest."""

from __future__ import annotations

from adjudge.decide.decision import Decision
from adjudge.source import printable
from adjudge.tickets.ticket import Ticket

_ON, _OFF = "\x1b[7m", "\x1b[0m"
_MOST = 4_000  # characters of a field that are shown; a pasted log is not read to its end


def marked_words(decision: Decision, ticket: Ticket, *, color: bool = False) -> str:
    """Return subject and description with the quoted words marked; empty where nothing is quoted.

    A terminal shows them reversed, a pipe between » and «.
    """
    parts = []
    for field, text in (("subject", ticket.subject), ("description", ticket.description)):
        spans = _spans(decision, field)
        if spans:
            parts.append(f"{field}: {_marked(text, spans, color)}")
    return "\n".join(parts)


def _spans(decision: Decision, field: str) -> list[tuple[int, int, str]]:
    found = [
        (fact.start, fact.end, name)
        for name, fact in decision.facts.items()
        if fact.origin == "text" and fact.field == field
    ]
    found += [
        (item.start, item.end, name)
        for name, items in decision.conflicts.items()
        for item in items
        if item.field == field
    ]
    return sorted((s, e, name) for s, e, name in found if s is not None and e is not None)


def _marked(text: str, spans: list[tuple[int, int, str]], color: bool) -> str:
    on, off = (_ON, _OFF) if color else ("»", "«")
    shown, position = [], 0
    for start, end, _ in _merged(spans):
        shown += [
            printable(text[position:start], keep="\n"),
            on,
            printable(text[start:end], keep="\n"),
            off,
        ]
        position = end
    rest = text[position:]
    shown.append(printable(rest if len(rest) <= _MOST else rest[:_MOST] + " …", keep="\n"))
    return "".join(shown)


def _merged(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for start, end, name in spans:
        if merged and start <= merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], end), before[2])
        else:
            merged.append((start, end, name))
    return merged
