"""A language in which adjudge speaks: names of facts and values, questions, phrases. Data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

REPLY_PLACES = (
    "ticket",
    "filed",
    "filed_definition",
    "level",
    "level_name",
    "reasons",
    "presumptions",
    "changes",
    "questions",
    "consent",
    "response",
)
"""What a template of a reply can have in braces."""

_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class FactWords:
    """How a fact is spoken of.

    `label` is a noun phrase and `question` what a customer is asked. `values` are short phrases
    (of a number by its bound, of a set of words `any` and `empty`); `states` are clauses that fit
    after "it would be P1 if" ("the environment were production").
    """

    label: str
    question: str
    values: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    `phrases` maps keys such as `verdict.overfiled` to templates, `replies` maps actions to the
    paragraphs of a message.
    """

    code: str
    facts: Mapping[str, FactWords]
    phrases: Mapping[str, str]
    replies: Mapping[str, tuple[str, ...]]

    def phrase(self, key: str, **words: object) -> str:
        """Return a template with its places filled; `KeyError` for an unknown key."""
        return fill(self.phrases[key], words)


def primary(tag: str | None) -> str:
    """Return the language of a tag, in small letters and without its region (`sv-SE`), or ""."""
    return (tag or "").strip().lower().replace("_", "-").split("-")[0]


def fill(template: str, words: Mapping[str, object]) -> str:
    """Fill the places of a template in one pass, so that nothing in a word is taken for a place."""
    return _PLACE.sub(lambda match: str(words[match.group(1)]), template)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a template, for a word."""

    name: str


def pieces(template: str) -> list[str | Place]:
    """Return a template as its texts and places, in their order."""
    parts = _PLACE.split(template)
    return [Place(part) if number % 2 else part for number, part in enumerate(parts)]


def places(template: str) -> tuple[str, ...]:
    """Return the names of the places of a template."""
    return tuple(_PLACE.findall(template))
