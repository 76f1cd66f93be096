"""Counts over an audit, one ticket at a time; what is kept grows with findings, not with rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from adjudge.audit.finding import Judged
from adjudge.audit.picture import (
    Cell,
    Correction,
    FailingCondition,
    Grouping,
    MissingFact,
    Promises,
    Rate,
    Tally,
)
from adjudge.audit.scope import Scope
from adjudge.audit.statistics import quantile, rate
from adjudge.audit.told import OUTCOMES, Finding, Outcome
from adjudge.decide import Decision
from adjudge.decide.wording import Wording
from adjudge.model.policy import Policy

GROUPS_LISTED = 200
"""So many groups of a dimension are listed; the rest is summed up in one."""

_WRONG = ("not_one", "missed")


class GroupCounts:
    """Outcomes by group of one dimension."""

    def __init__(self) -> None:
        self.by_name: dict[str, Counter[str]] = {}
        self.untold = 0

    def count(self, name: str | None, outcome: Outcome, filed_here: bool) -> None:
        """Count a ticket in question; `name` None where it does not say its group."""
        if name is None or not name.strip():
            self.untold += 1
            return
        counter = self.by_name.setdefault(name, Counter())
        counter[outcome] += 1
        counter["filed"] += filed_here

    def tallies(self, overall: Rate, small: int) -> list[Tally]:
        """Return a tally for each group, by name."""
        return [_tally(name, self.by_name[name], overall, small) for name in sorted(self.by_name)]

    def grouping(self, dimension: str, column: str | None, overall: Rate, small: int) -> Grouping:
        """Return the groups: the comparable ones by their interval, the small ones by name."""
        tallies = self.tallies(overall, small)
        large = [each for each in tallies if not each.overfiled.small]
        large.sort(key=lambda each: (-(each.overfiled.low or 0.0), each.name))
        ordered = [*large, *(each for each in tallies if each.overfiled.small)]
        shown, others = ordered[:GROUPS_LISTED], ordered[GROUPS_LISTED:]
        rest = None
        if others:
            total: Counter[str] = Counter()
            for each in others:
                total.update(self.by_name[each.name])
            rest = replace(_tally("", total, overall, small), differs=None)
        return Grouping(dimension, column, tuple(shown), rest, len(others), self.untold)


def _tally(name: str, counter: Mapping[str, int], overall: Rate, small: int) -> Tally:
    filed = counter.get("filed", 0)
    over = rate(counter.get("not_one", 0), filed, small)
    tally = Tally(
        name=name,
        tickets=sum(counter.get(outcome, 0) for outcome in OUTCOMES),
        filed=filed,
        meets=counter.get("meets", 0),
        exception=counter.get("exception", 0),
        information=counter.get("information", 0),
        not_one=counter.get("not_one", 0),
        missed=counter.get("missed", 0),
        unfiled=counter.get("unfiled", 0),
        overfiled=over,
    )
    share = overall.share
    if over.small or share is None or over.low is None or over.high is None:
        return tally
    if over.low > share:
        return replace(tally, differs="above")
    return replace(tally, differs="below") if over.high < share else tally


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
        self._standing = 0
        self._corrected = 0
        self._hours: list[float] = []
        self._responses: Counter[str] = Counter()

    # -- counting

    def count(self, decision: Decision) -> None:
        """Count a decided ticket, in question or not."""
        possible = decision.possible
        self.matrix[decision.filed, possible[0] if len(possible) == 1 else None] += 1
        self.verdicts[decision.verdict] += 1
        if self.scope.open_below(decision):
            self.open_below += 1

    def count_outcome(
        self, judged: Judged, names: Mapping[str, str | None], week: str | None
    ) -> None:
        """Count a ticket in question, in the groups that it names."""
        decision, outcome = judged.decision, judged.outcome
        here = self.scope.filed_here(decision)
        self.outcomes[outcome] += 1
        if here:
            self.filed_outcomes[outcome] += 1
        for dimension, counts in self.groups.items():
            counts.count(names.get(dimension), outcome, here)
        self.weeks.count(week, outcome, here)
        if outcome == "not_one" and decision.filed in (self.scope.level or self.scope.levels[0],):
            self.false_alarms += 1
        if outcome == "information":
            asked = [question.fact for question in decision.questions]
            self._missing.update(asked)
            self._settles.update(asked[:1])
        if outcome in _WRONG:
            self._count_correction(judged)

    def _count_correction(self, judged: Judged) -> None:
        right = (judged.override.level,) if judged.override else judged.decision.possible
        self._standing += judged.present is not None
        if judged.present not in right:
            return
        self._corrected += 1
        created, changed = judged.row.ticket.created_at, judged.extras.corrected_at
        if created is not None and changed is not None and changed >= created:
            self._hours.append((changed - created).total_seconds() / 3600)

    def count_finding(self, finding: Finding) -> None:
        """Count what only the told finding shows: failing conditions and kept responses."""
        if finding.outcome == "not_one":
            seen = set()
            for each in finding.conditions:
                if each.outcome != "false" or each.level != finding.filed:
                    continue
                key = (each.fact, _packed(each.actual))
                self._expected.setdefault(key, Counter())[_packed(each.expected)] += 1
                seen.add(key)
            self._failing.update(seen)
        if finding.outcome in _WRONG:
            before, after = finding.response_before, finding.response_after
            told = [("filed", before), ("right", after)]
            outcomes = [f"{n}_{r.outcome}" for n, r in told if r is not None and r.outcome]
            self._responses.update(outcomes)
            self._responses["measured"] += bool(outcomes)

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
            self._standing,
            self._corrected,
            len(hours),
            quantile(hours, 0.5),
            quantile(hours, 0.9),
        )

    def promises(self) -> Promises:
        """Return how first responses stand to what was promised."""
        names = ("measured", "filed_kept", "filed_missed", "right_kept", "right_missed")
        return Promises(*(self._responses[name] for name in names))


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
