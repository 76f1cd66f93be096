"""Masks who wrote: e-mail addresses, phone numbers, and names of requesters.

A masked character becomes a bullet and blanks stay, so every position in a text keeps its meaning
and the quotes of facts still fit. Decisions are made before anything is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from adjudge.decide import Decision
from adjudge.tickets.ticket import Ticket

MASK = "•"
_EMAIL = re.compile(r"[\w.+%'-]+@(?:[\w-]+\.)+[\w-]{2,}")
# With a country's code, in brackets, or in groups; plain runs of digits are more often a number
# of an order or of rows than of a telephone.
_PHONE = re.compile(
    r"(?<![\w./:-])(?:"
    r"(?:\+|00)\d{1,3}(?:[ ().\-/]{0,2}\d){6,12}"
    r"|\(0?\d{1,4}\)[ \-]?\d(?:[ \-/]?\d){4,9}"
    r"|0\d{1,4}(?: ?/ ?|[ \-])\d(?:[ \-/]?\d){4,9}"
    r"|\d{3}[ .\-]\d{3}[ .\-]\d{4}"
    r"|0[1-9]\d{7,10}"
    r")(?![\w/:]|[.\-]\d)"
)
_DATE = re.compile(r"\d{2}[-/.]\d{2}[-/.]\d{4}|\d{4}[-/.]\d{2}[-/.]\d{2}")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PARTS = re.compile(r"[\s.,_@+;()<>\"-]+")
_SHORTEST_PART = 3


class Redactor:
    """Masks texts. `learn` the requesters of the whole export first, then mask its tickets."""

    def __init__(self, requesters: Iterable[str] = ()) -> None:
        self._names: dict[str, set[tuple[str, ...]]] = {}
        self._pseudonyms: dict[str, str] = {}
        for each in requesters:
            self.learn(each)

    def learn(self, requester: str) -> None:
        """Learn a requester; the same one always gets the same pseudonym, numbered as met."""
        key = " ".join(requester.split())
        if not key or key in self._pseudonyms:
            return
        self._pseudonyms[key] = f"Requester {len(self._pseudonyms) + 1}"
        for name in _names_in(key):
            words = tuple(word.casefold() for word in _WORD.findall(name))
            if len(words) > 1 or (words and len(words[0]) > _SHORTEST_PART):
                self._names.setdefault(words[0], set()).add(words)

    def pseudonym(self, requester: str | None) -> str | None:
        """Return what stands for a requester."""
        if requester is None or not requester.strip():
            return None
        self.learn(requester)
        return self._pseudonyms[" ".join(requester.split())]

    def text(self, text: str, own: str | None = None) -> str:
        """Return a text with every address, number and name masked, of the same length.

        `own` is the requester who wrote it: parts of that name are masked too, where they begin
        with a capital letter.
        """
        if not text:
            return text
        text = _EMAIL.sub(_bullets, text)
        text = _PHONE.sub(_phone_bullets, text)
        for start, end in self._named(text, _own_parts(own)):
            text = text[:start] + _masked(text[start:end]) + text[end:]
        return text

    def masked(self, ticket: Ticket, decision: Decision) -> tuple[Ticket, Decision]:
        """Return a ticket and its decision with their words masked; nothing is decided anew."""
        texts = {
            "subject": self.text(ticket.subject, ticket.requester),
            "description": self.text(ticket.description, ticket.requester),
        }
        facts = {}
        for name, fact in decision.facts.items():
            if fact.quote is not None:
                whole = texts.get(fact.field or "", "")
                quote = whole[fact.start : fact.end] if whole else self.text(fact.quote)
                fact = replace(fact, quote=quote)
            facts[name] = fact
        masked = replace(
            ticket,
            subject=texts["subject"],
            description=texts["description"],
            organization=ticket.organization and self.text(ticket.organization),
            requester=self.pseudonym(ticket.requester),
        )
        return masked, decision.retold(facts=facts)

    def record(self, record: dict[str, object], requester: str | None) -> dict[str, object]:
        """Return a row with every text in it masked, for lists of what was rejected."""
        return {key: self._value(value, requester) for key, value in record.items()}

    def _value(self, value: object, requester: str | None) -> object:
        if isinstance(value, str):
            return self.text(value, requester)
        if isinstance(value, dict):
            return {key: self._value(each, requester) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(each, requester) for each in value]
        return value

    def _named(self, text: str, own: frozenset[str]) -> list[tuple[int, int]]:
        words = [(m.start(), m.end(), m.group().casefold()) for m in _WORD.finditer(text)]
        found = []
        for index, (start, end, word) in enumerate(words):
            if word in own and text[start].isupper():
                found.append((start, end))
            # A single word is a name where it is written as one: `Will`, not `will`.
            alone = text[start].isupper() or any(char.isdigit() for char in word)
            for name in self._names.get(word, ()):
                if len(name) == 1 and not alone:
                    continue
                last = index + len(name) - 1
                if last < len(words) and all(
                    words[index + step][2] == part for step, part in enumerate(name)
                ):
                    found.append((start, words[last][1]))
        return found


def _names_in(requester: str) -> list[str]:
    """Return the names that a requester's field holds: beside and inside an address."""
    names = [_EMAIL.sub(" ", requester)]
    names += [re.sub(r"[._+-]+", " ", m.group().split("@")[0]) for m in _EMAIL.finditer(requester)]
    return [name for name in names if name.strip(" <>\"'()")]


def _own_parts(own: str | None) -> frozenset[str]:
    if not own:
        return frozenset()
    local = _EMAIL.sub(lambda match: match.group().split("@")[0], own)
    return frozenset(
        part.casefold()
        for part in _PARTS.split(local)
        if len(part) >= _SHORTEST_PART and not part.isdigit()
    )


def _masked(text: str) -> str:
    return "".join(char if char.isspace() else MASK for char in text)


def _bullets(match: re.Match[str]) -> str:
    return _masked(match.group())


def _phone_bullets(match: re.Match[str]) -> str:
    return match.group() if _DATE.fullmatch(match.group()) else _masked(match.group())
