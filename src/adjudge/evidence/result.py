"""What is read out of a ticket: facts, each with the words that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from adjudge.model.fact import Value

Field = Literal["subject", "description"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact's value and where it is said: `ticket.field[start:end] == quote`."""

    fact: str
    value: Value
    field: Field
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class TextFacts:
    """The reading of one ticket.

    `facts` has one piece of evidence per fact that the text states. A fact on which the text
    contradicts itself is missing there and stands in `conflicts`, with the contradicting
    evidence. `also` lists evidence of a further, less severe problem in the same ticket.
    `dropped` is what whoever asked for the reading has taken out, as its quotes do not occur.
    `unread` is how many characters at the end were not read, of a text beyond all measure.
    `foreign` says that nothing was read because of the `language`.
    """

    facts: dict[str, Evidence] = field(default_factory=dict)
    conflicts: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    language: str = ""
    also: tuple[Evidence, ...] = ()
    dropped: tuple[Evidence, ...] = ()
    unread: int = 0
    foreign: bool = False


class Extractor(Protocol):
    """Anything that reads facts out of a ticket's words."""

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return what the text says; facts that it does not state are not among them."""
        ...
