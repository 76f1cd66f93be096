"""The distinct cases of a table, as an audit tells them apart: each is judged once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import numpy as np

from adjudge.audit.because import relevant
from adjudge.audit.listed import BY_URGENCY
from adjudge.audit.scope import Scope
from adjudge.audit.tally import WRONG, packed
from adjudge.audit.told import OUTCOMES, Outcome
from adjudge.batch.classify import Wishes
from adjudge.batch.columnar.answers import Answer, Answers
from adjudge.decide import Decision, Ruleset
from adjudge.decide.trail import FALSE


@dataclass(frozen=True, slots=True)
class Failing:
    """Conditions on a fact that tickets of a case do not meet; values are packed.

    `actual` is the value that all of them have; None where it stands in each row's own cell.
    """

    fact: str
    actual: str | None
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What tickets of a case share. `outcome` None says that they are not in question.

    Of `failing`, those that stand in each row's own cell are `own`.
    """

    decision: Decision
    outcome: Outcome | None
    here: bool
    apart: int
    failing: tuple[Failing, ...]
    own: tuple[Failing, ...]


class Cases(Answers):
    """Answers by key, each with how the audit sees it."""

    def __init__(self, scope: Scope, ruleset: Ruleset, wishes: Wishes) -> None:
        super().__init__(ruleset, wishes)
        self.cases: list[Case] = []
        self._scope = scope
        self._same: dict[Hashable, int] = {}
        self._told_apart = 0

    def gist(self, decision: Decision) -> int:
        """Return a number of its own for each case: what fails depends on all of its facts."""
        self._told_apart += 1
        return self._told_apart

    def add(self, decision: Decision, gist: int | None = None) -> int:
        """Take in a decision; return the number of its case."""
        number = self._number(decision)
        if gist is not None:
            self._by_gist[gist, decision.filed, decision.filed_by_default] = number
        return number

    def _number(self, decision: Decision) -> int:
        case = self._case(decision)
        same = (
            decision.ruleset_version,
            decision.filed,
            decision.filed_by_default,
            decision.level,
            decision.possible,
            tuple(each.fact for each in decision.questions),
            case.failing,
        )
        number = self._same.get(same)
        if number is None:
            number = self._same[same] = len(self.cases)
            self.cases.append(case)
            # Without a promise, no due times are worked out for these rows.
            self.kept.append(Answer((), decision.level, decision.verdict, None, decision.policy))
        return number

    def _case(self, decision: Decision) -> Case:
        outcome = self._scope.outcome(decision)
        failing = _failing(decision) if outcome == "not_one" else ()
        return Case(
            decision,
            outcome,
            self._scope.filed_here(decision),
            self._scope.apart(decision),
            failing,
            tuple(each for each in failing if each.actual is None),
        )


def cases_for(scope: Scope) -> Callable[[Ruleset, Wishes], Cases]:
    """Return what makes the cases of an audit, as a classifier asks for its answers."""
    return partial(Cases, scope)


class Tables:
    """What is known of each case, as arrays over the numbers of the cases.

    `slots` are twice the place of the outcome in `OUTCOMES`, and one more for tickets filed at the
    level; -1 for those that are not in question. `outcomes` are places in `BY_URGENCY`. `own` says
    that conditions fail by each row's own cells. `right` says which levels a case can have.
    """

    def __init__(self, cases: list[Case], is_listed: Callable[[Outcome], bool]) -> None:
        self.cases = cases
        outcomes = [each.outcome for each in cases]
        places = {outcome: place for place, outcome in enumerate(OUTCOMES)}
        self.slots = np.array(
            [
                -1 if outcome is None else 2 * places[outcome] + case.here
                for case, outcome in zip(cases, outcomes, strict=True)
            ],
            dtype=np.int64,
        )
        self.wrong = np.array([each in WRONG for each in outcomes], dtype=np.bool_)
        self.listed = np.array(
            [each is not None and is_listed(each) for each in outcomes], dtype=np.bool_
        )
        self.outcomes = np.array(
            [0 if each is None else BY_URGENCY.index(each) for each in outcomes], dtype=np.uint8
        )
        self.apart = np.array([each.apart for each in cases], dtype=np.uint8)
        levels = cases[0].decision.policy.level_ids if cases else ()
        self.right = np.array(
            [[level in case.decision.possible for level in levels] for case in cases],
            dtype=np.bool_,
        ).reshape(len(cases), len(levels))
        self.own = np.array([bool(each.own) for each in cases], dtype=np.bool_)


def _failing(decision: Decision) -> tuple[Failing, ...]:
    expected: dict[tuple[str, str | None], list[str]] = {}
    for entry in relevant(decision):
        if entry.level != decision.filed:
            continue
        for tested in entry.conditions:
            if tested.decisive and tested.outcome == FALSE:
                own = tested.origin == "field"
                key = (tested.fact, None if own else packed(tested.actual))
                expected.setdefault(key, []).append(packed(tested.expected))
    return tuple(Failing(*key, tuple(each)) for key, each in expected.items())
