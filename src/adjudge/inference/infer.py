"""Asks the engine about cases, and makes its answer exact.

Three-valued inference alone over-estimates: two rules that are both unknown may together be
certain. So the levels that a case can have are proven from both sides: each claimed level by a
completed case for which the engine concludes it, each other level by splitting the unknown facts
until the engine excludes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from adjudge.findings import InternalError
from adjudge.inference.engine import Program, Session
from adjudge.inference.program import (
    FALSE,
    TRUE,
    UNKNOWN,
    case_fact,
    compile_policy,
    level_name,
    part_stage,
)
from adjudge.model.axes import Axes, Case
from adjudge.model.condition import Leaf
from adjudge.model.policy import Policy, Rule

CACHED_CASES = 65_536


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What the engine concluded about one case.

    `rules` maps rule ids to `true`, `false` or `unknown`; `leaves` does so for single tests.
    `levels` holds the numbers of the levels that it could not exclude, and is empty where the
    facts contradict each other. `fired` is the inference itself, in order.
    """

    rules: dict[str, str]
    leaves: dict[Leaf, str]
    levels: frozenset[int]
    fired: tuple[str, ...]


class Inference:
    """The engine's view of one policy over the axes of all its conditions."""

    def __init__(self, policy: Policy, axes: Axes) -> None:
        self.policy = policy
        self.axes = axes
        definition, self._names = compile_policy(policy, axes)
        self._program = Program(definition)
        self._rule_ids = {name: rule_id for rule_id, name in self._names.rules.items()}
        self._leaves = {name: leaf for leaf, name in self._names.leaves.items()}
        self._parts: dict[int, dict[str, str]] = {}
        for name, rank in self._names.ranks.items():
            self._parts.setdefault(rank, {})[name] = name
        self._level_numbers = {level_name(i): i for i in range(len(policy.levels))}
        self._followed: dict[tuple[str, ...], tuple[set[int], list[str]]] = {}
        self.conclude = lru_cache(maxsize=CACHED_CASES)(self._conclude)

    def _conclude(self, case: Case) -> Conclusions:
        """Run the engine on one case; unknown facts stay unknown."""
        with self._program.session() as session:
            fired = list(session.tell(case_fact(self.axes, case)))
            leaves = _outcomes(self._leaves, fired)
            known = dict(leaves)
            for rank in range(1, self._names.stages + 1):
                told = session.tell({"stage": part_stage(rank), **known})
                fired += told
                known |= _outcomes(self._parts[rank], told)
            told = session.tell({"stage": "leaves", **known})
            fired += told
            rules = _outcomes(self._rule_ids, told)
            residual = self._names.rules[self.policy.residual.id]
            told_set = set(told)
            broken = any(f"{name}={TRUE}" in told_set for name in self._names.laws)
            levels, more = (set(), []) if broken else self._levels_of(session, rules)
            fired += more
            rules[residual] = self._residual(rules)
        return Conclusions(
            {self._rule_ids[name]: outcome for name, outcome in rules.items()},
            {self._leaves[name]: outcome for name, outcome in leaves.items()},
            frozenset(levels),
            tuple(name for name in fired if name != "seen"),
        )

    def _residual(self, rules: dict[str, str]) -> str:
        outcomes = [rules[self._names.rules[rule.id]] for rule in self.policy.criteria]
        if TRUE in outcomes:
            return FALSE
        return UNKNOWN if UNKNOWN in outcomes else TRUE

    def _levels_of(self, session: Session, rules: dict[str, str]) -> tuple[set[int], list[str]]:
        """Return what follows from the rules' outcomes; the same ones are told the engine once."""
        key = tuple(rules.values())
        found = self._followed.get(key)
        if found is None:
            if len(self._followed) >= CACHED_CASES:
                self._followed.clear()
            found = self._followed[key] = self._levels(session, rules)
        return found

    def _levels(self, session: Session, rules: dict[str, str]) -> tuple[set[int], list[str]]:
        fired = list(session.tell({"stage": "rules", **rules}))
        levels = {self._level_numbers[name.partition(":")[2]] for name in fired if name != "seen"}
        for stage, moves in (("floors", self.policy.floors), ("caps", self.policy.caps)):
            if not moves:
                continue
            outcomes = self._of(moves, rules)
            moved: set[int] = set()
            for number in sorted(levels):
                told = session.tell({"stage": stage, "level": level_name(number), **outcomes})
                fired += told
                moved |= {
                    self._level_numbers[name.partition(":")[2]] for name in told if name != "seen"
                }
            levels = moved
        return levels, fired

    def _of(self, moves: Iterable[Rule], rules: dict[str, str]) -> dict[str, str]:
        names = [self._names.rules[rule.id] for rule in moves]
        return {name: rules[name] for name in names}

    def confirm(self, case: Case, claimed: Iterable[int], witnesses: dict[int, Case]) -> None:
        """Prove that exactly the `claimed` levels are possible for a case.

        `witnesses` has a completion of the case for each claimed level. Raises `InternalError`,
        naming the case, where the engine disagrees.
        """
        claimed = set(claimed)
        upper = set(self.conclude(case).levels)
        if not claimed <= upper:
            raise self._disagreement(case, claimed, upper)
        if len(claimed) > 1 or upper != claimed:
            for number in claimed:
                found = self.conclude(witnesses[number]).levels
                if found != {number}:
                    raise self._disagreement(witnesses[number], {number}, set(found))
        for number in sorted(upper - claimed):
            if not self._excludes(case, number):
                raise self._disagreement(case, claimed, claimed | {number})

    def _excludes(self, case: Case, number: int) -> bool:
        """Say whether no completion of the case has the level, splitting where it must."""
        conclusions = self.conclude(case)
        if number not in conclusions.levels:
            return True
        position = self._split_at(case, conclusions)
        if position is None:
            return False
        known = range(self.axes.axes[position].unknown)
        return all(
            self._excludes((*case[:position], index, *case[position + 1 :]), number)
            for index in known
        )

    def _split_at(self, case: Case, conclusions: Conclusions) -> int | None:
        """Return the unknown axis that most of the undecided tests read."""
        votes: dict[int, int] = {}
        for leaf, outcome in conclusions.leaves.items():
            if outcome == UNKNOWN:
                position = self.axes.position[leaf.fact]
                votes[position] = votes.get(position, 0) + 1
        return min(votes, key=lambda position: (-votes[position], position), default=None)

    def _disagreement(self, case: Case, table: set[int], engine: set[int]) -> InternalError:
        ids = self.policy.level_ids
        facts = ", ".join(
            f"{axis.fact.name}={'unknown' if index == axis.unknown else axis.classes[index][0]}"
            for axis, index in zip(self.axes.axes, case, strict=True)
        )
        return InternalError(
            f"the decision table and the inference engine disagree on `{self.policy.name}` "
            f"({self.policy.version}): table {[ids[i] for i in sorted(table)]}, "
            f"engine {[ids[i] for i in sorted(engine)]}, case {facts}; please report this"
        )


def _outcomes(names: Mapping[str, object], fired: Iterable[str]) -> dict[str, str]:
    """Read outcomes off what fired: `name=true`, `name=false`, or neither."""
    outcomes = dict.fromkeys(names, UNKNOWN)
    for name in fired:
        subject, _, outcome = name.partition("=")
        outcome = outcome.partition("/")[0]  # several rules may say the same
        if subject in outcomes:
            if outcomes[subject] not in (UNKNOWN, outcome):
                raise InternalError(f"the inference engine found `{subject}` both true and false")
            outcomes[subject] = outcome
    return outcomes
