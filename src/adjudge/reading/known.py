"""What rulesets know that a map may speak of: their levels, and their facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adjudge.model.fact import Fact
from adjudge.model.profile import fold


@dataclass(frozen=True, slots=True)
class Known:
    """What one of several rulesets at least knows.

    `rulesets` is how a message calls them, `levels` are the ids of their levels, `spellings` what
    these are called (folded), and `facts` are the facts of each.
    """

    rulesets: str
    levels: Sequence[str]
    spellings: frozenset[str]
    facts: Sequence[Mapping[str, Fact]]

    def has_level(self, text: str) -> bool:
        """Say whether a text is a level, in whatever spelling."""
        return fold(text) in self.spellings

    def facts_called(self, name: str) -> list[Fact]:
        """Return the facts of a name: one for each ruleset that has it."""
        return [facts[name] for facts in self.facts if name in facts]


def refused_by(facts: Iterable[Fact], value: object) -> Iterator[tuple[Fact, ValueError]]:
    """Yield the first of some facts, and why it refuses a value, where each of them does."""
    first = None
    for fact in facts if value is not None else ():
        try:
            fact.normalise(value)
        except ValueError as error:
            first = first or (fact, error)
        else:
            return
    if first is not None:
        yield first
