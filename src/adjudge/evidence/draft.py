"""What is settled of a ticket so far, while its fields are weighed against each other."""

from __future__ import annotations

from collections.abc import Iterable

from adjudge.evidence.problems import Problem
from adjudge.evidence.reading import Reading
from adjudge.evidence.result import Evidence
from adjudge.evidence.scan import Span
from adjudge.evidence.severity import Found
from adjudge.evidence.statements import Statement
from adjudge.model.fact import Value

GREAT = frozenset(("whole_service", "critical_function"))
"""What carries all the rest."""

WITHOUT_TROUBLE = ("none", "unaffected")
"""Values of harm that say that there is none."""


class Draft:
    """Both fields of a ticket, the facts so far, and the worst problem once it is chosen."""

    def __init__(self, subject: Reading, body: Reading) -> None:
        self.subject = subject
        self.body = body
        self.facts: dict[str, Evidence] = {}
        self.conflicts: dict[str, tuple[Evidence, ...]] = {}
        self.also: list[Evidence] = []
        self.worst: Found | None = None

    def stated(self, fact: str) -> list[tuple[Reading, Statement]]:
        """Return the statements of a fact, the body's first, each with its field."""
        return [
            (reading, statement)
            for reading in (self.body, self.subject)
            for statement in reading.statements
            if statement.fact == fact
        ]

    def settle(self, fact: str, value: Value, reading: Reading, span: Span) -> None:
        """Take a fact as known, by the words at a place of a field."""
        self.facts[fact] = reading.passage.evidence(fact, value, span)

    def over(self) -> tuple[Reading, Span] | None:
        """Where the body says that all works again, or the subject does and the body agrees."""
        if self.body.over is not None:
            return self.body, self.body.over
        if self.subject.over is not None and not self.body.problems:
            return self.subject, self.subject.over
        return None

    def concerns_many(self, problem: Problem) -> bool:
        """Whether a problem is more than one person's: it hits what is great, or many."""
        affected = self.facts.get("users_affected")
        great = problem.thing is not None and problem.thing.name in GREAT
        return great or (affected is not None and affected.value in ("all", "many"))


def quote(reading: Reading, statement: Statement) -> Evidence:
    """Return a statement as evidence."""
    return reading.passage.evidence(statement.fact, statement.value, statement.span)


def distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the first piece of evidence for each value."""
    seen: set[object] = set()
    kept = []
    for piece in evidence:
        if piece.value not in seen:
            seen.add(piece.value)
            kept.append(piece)
    return kept
