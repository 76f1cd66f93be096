"""Counts over an audit; what is kept grows with groups and cases, not with rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from adjudge.audit.finding import Judged
from adjudge.audit.groups import GroupCounts
from adjudge.audit.picture import (
    Cell,
    Correction,
    FailingCondition,
    MissingFact,
    Promises,
    Rate,
)
from adjudge.audit.scope import Scope
from adjudge.audit.statistics import quantile, rate
from adjudge.audit.told import Finding, Kept, Outcome
from adjudge.decide import Decision
from adjudge.decide.wording import Wording
from adjudge.model.policy import Policy

WRONG: tuple[Outcome, ...] = ("not_one", "missed")
"""Outcomes of tickets that were filed under a wrong level."""


class Tallies:
    """All counts of one audit."""

    def __init__(self, scope: Scope, own: Iterable[str] = ()) -> None:
        self.scope = scope
        self.matrix: Counter[tuple[str | None, str | None]] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.outcomes: Counter[Outcome] = Counter()
        self.filed_outcomes: Counter[Outcome] = Counter()
        self.false_alarms = 0
        self.open_below = 0
        self.weeks = GroupCounts()
        self.groups = {
            name: GroupCounts()
            for name in ("organization", "requester", "product", "channel", "language", *own)
        }
        self._failing: Counter[tuple[str, str]] = Counter()
        self._expected: dict[tuple[str, str], Counter[str]] = {}
        self._missing: Counter[str] = Counter()
        self._settles: Counter[str] = Counter()
        self.standing = 0
        self._corrected = 0
        self._hours: list[float] = []
        self._responses: Counter[str] = Counter()

    # -- counting

    def count(self, decision: Decision, times: int = 1) -> None:
        """Count decided tickets of a case, in question or not."""
        possible = decision.possible
        self.matrix[decision.filed, possible[0] if len(possible) == 1 else None] += times
        self.verdicts[decision.verdict] += times
        if self.scope.open_below(decision):
            self.open_below += times

    def count_outcome(
        self, judged: Judged, names: Mapping[str, str | None], week: str | None
    ) -> None:
        """Count a ticket in question, in the groups that it names."""
        here = self.scope.filed_here(judged.decision)
        self.count_case(judged.decision, judged.outcome)
        for dimension, counts in self.groups.items():
            counts.count(names.get(dimension), judged.outcome, here)
        self.weeks.count(week, judged.outcome, here)
        if judged.outcome in WRONG:
            self.count_standing(judged)

    def count_case(self, decision: Decision, outcome: Outcome, times: int = 1) -> None:
        """Count tickets in question that share a case and an outcome."""
        self.outcomes[outcome] += times
        if self.scope.filed_here(decision):
            self.filed_outcomes[outcome] += times
        if outcome == "not_one" and decision.filed in (self.scope.level or self.scope.levels[0],):
            self.false_alarms += times
        if outcome == "information":
            for place, question in enumerate(decision.questions):
                self._missing[question.fact] += times
                if not place:
                    self._settles[question.fact] += times

    def count_standing(self, judged: Judged) -> None:
        """Count at which level a wrongly filed ticket stands now, and since when."""
        right = (judged.override.level,) if judged.override else judged.decision.possible
        hours = hours_between(judged.row.ticket.created_at, judged.extras.corrected_at)
        if judged.present in right:
            self.count_corrected(1, [] if hours is None else [hours])
        self.standing += judged.present is not None

    def count_corrected(self, times: int, hours: Iterable[float]) -> None:
        """Count tickets that stand at the right level now, and the hours that are known."""
        self._corrected += times
        self._hours.extend(hours)

    def count_finding(self, finding: Finding) -> None:
        """Count what only the told finding shows: failing conditions and kept responses."""
        if finding.outcome == "not_one":
            failed: dict[tuple[str, str], list[str]] = {}
            for each in finding.conditions:
                if each.outcome == "false" and each.level == finding.filed:
                    key = (each.fact, packed(each.actual))
                    failed.setdefault(key, []).append(packed(each.expected))
            for (fact, actual), expected in failed.items():
                self.count_failing(fact, actual, expected)
        if finding.outcome in WRONG:
            before, after = finding.response_before, finding.response_after
            kept = [None if each is None else each.outcome for each in (before, after)]
            self.count_kept(kept[0], kept[1])

    def count_failing(
        self, fact: str, actual: str, expected: Iterable[str], times: int = 1
    ) -> None:
        """Count tickets that fail conditions on a fact; values are `packed`."""
        self._failing[fact, actual] += times
        counts = self._expected.setdefault((fact, actual), Counter())
        for each in expected:
            counts[each] += times

    def count_kept(self, before: Kept | None, after: Kept | None, times: int = 1) -> None:
        """Count first responses held against the promise for the filed and the right level."""
        for name, kept in (("filed", before), ("right", after)):
            if kept is not None:
                self._responses[f"{name}_{kept}"] += times
        if before is not None or after is not None:
            self._responses["measured"] += times

    # -- results

    @property
    def filed(self) -> int:
        """The number of tickets filed at the level."""
        return sum(self.filed_outcomes.values())

    def overfiled(self, small: int) -> Rate:
        """Return the rate of `not_one` among those filed at the level."""
        return rate(self.filed_outcomes["not_one"], self.filed, small)

    def underfiled(self, small: int) -> Rate:
        """Return the rate of those filed lower among those in the level."""
        if self.scope.level is None:
            return rate(self.outcomes["missed"], self.filed, small)
        missed = self.outcomes["missed"] - self.filed_outcomes["missed"]
        members = self.outcomes["meets"] + missed + self.outcomes["unfiled"]
        return rate(missed, members, small)

    def cells(self) -> tuple[Cell, ...]:
        """Return the matrix in the order of the levels; empty cells are left out."""
        rank: dict[str | None, int] = {level: n for n, level in enumerate(self.scope.levels)}
        last = len(rank)
        keys = sorted(self.matrix, key=lambda k: (rank.get(k[0], last), rank.get(k[1], last)))
        return tuple(Cell(*key, self.matrix[key]) for key in keys)

    def failing(self, words: Wording, small: int) -> tuple[FailingCondition, ...]:
        """Return the conditions that tickets filed at the level failed, the most frequent first."""
        total = self.outcomes["not_one"]
        ordered = sorted(self._failing.items(), key=lambda item: (-item[1], item[0]))
        found = []
        for (fact, packed), count in ordered:
            expectations = self._expected[fact, packed]
            wanted = json.loads(min(expectations, key=lambda each: (-expectations[each], each)))
            actual = json.loads(packed)
            found.append(
                FailingCondition(
                    fact,
                    words.label(fact),
                    actual,
                    words.value(fact, actual),
                    wanted,
                    words.expected(fact, wanted),
                    rate(count, total, small),
                )
            )
        return tuple(found)

    def missing(self, policy: Policy, words: Wording, small: int) -> tuple[MissingFact, ...]:
        """Return the facts whose absence leaves tickets unproven, the most frequent first."""
        total = self.outcomes["information"]
        ordered = sorted(
            self._missing, key=lambda fact: (-self._missing[fact], -self._settles[fact], fact)
        )
        return tuple(
            MissingFact(
                fact,
                words.label(fact),
                words.question(policy, fact),
                rate(self._missing[fact], total, small),
                self._settles[fact],
            )
            for fact in ordered
        )

    def correction(self) -> Correction:
        """Return what the export shows of corrections."""
        wrong = self.outcomes["not_one"] + self.outcomes["missed"]
        hours = self._hours
        return Correction(
            wrong,
            self.standing,
            self._corrected,
            len(hours),
            quantile(hours, 0.5),
            quantile(hours, 0.9),
        )

    def promises(self) -> Promises:
        """Return how first responses stand to what was promised."""
        names = ("measured", "filed_kept", "filed_missed", "right_kept", "right_missed")
        return Promises(*(self._responses[name] for name in names))


def packed(value: object) -> str:
    """Return a value as text by which it can be counted and sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def hours_between(created: datetime | None, changed: datetime | None) -> float | None:
    """Return the hours from a creation to a change behind it, None where they are not known."""
    if created is None or changed is None or changed < created:
        return None
    return (changed - created).total_seconds() / 3600
