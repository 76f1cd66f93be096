"""Asks the engine about cases, and makes its answer exact.

Three-valued inference alone over-estimates: two rules that are both unknown may together be
certain. So the levels that a case can have are proven from both sides: each claimed level by a
completed case for which the engine concludes it, each other level by splitting the unknown facts
until the engine excludes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache

from adjudge.findings import InternalError
from adjudge.inference.engine import Program, Session
from adjudge.inference.nodes import Node, Stage, names_read
from adjudge.inference.program import (
    FALSE,
    TRUE,
    UNKNOWN,
    CaseFacts,
    compile_policy,
    level_name,
    part_stage,
)
from adjudge.model.axes import Axes, Case
from adjudge.model.condition import Leaf
from adjudge.model.policy import Policy, Rule

CACHED_CASES = 65_536


class Conclusions:
    """What the engine concluded about one case.

    `rules` maps rule ids to `true`, `false` or `unknown`. `levels` holds the numbers of the levels
    that the engine could not exclude, and is empty where the facts contradict each other.
    """

    def __init__(
        self,
        rules: dict[str, str],
        levels: frozenset[int],
        tests: Mapping[str, Leaf] | None = None,
        nodes: Sequence[Sequence[Node]] = ((),),
        reached: Sequence[str] = (),
    ) -> None:
        """Hold what was found: `nodes` stage by stage, that of the `tests` first."""
        self.rules = rules
        self.levels = levels
        self._tests = tests or {}
        self._nodes = nodes
        self._reached = reached

    @cached_property
    def leaves(self) -> dict[Leaf, str]:
        """The outcome of each single test."""
        return {
            self._tests[name]: outcome
            for node in self._nodes[0]
            for name, outcome in node.outcomes.items()
        }

    @property
    def fired(self) -> tuple[str, ...]:
        """The inference itself, in order: names of the engine's rules."""
        names = [name for stage in self._nodes for node in stage for name in node.fired]
        return (*names, *(name for name in self._reached if name != "seen"))


class Inference:
    """The engine's view of one policy over the axes of all its conditions."""

    def __init__(self, policy: Policy, axes: Axes) -> None:
        self.policy = policy
        self.axes = axes
        definition, self._names = compile_policy(policy, axes)
        self._program = Program(definition)
        self._leaves = {name: leaf for leaf, name in self._names.leaves.items()}
        self._level_numbers = {level_name(i): i for i in range(len(policy.levels))}
        reads = names_read(definition)
        self._stages = [("case", Stage(self._leaves, reads))]
        for rank in range(1, self._names.stages + 1):
            parts = [name for name, own in self._names.ranks.items() if own == rank]
            self._stages.append((part_stage(rank), Stage(parts, reads)))
        last = [*self._names.laws, *self._names.rules.values()]
        self._stages.append(("leaves", Stage(last, reads)))
        self._told = CaseFacts(axes)
        self._followed: dict[tuple[str, ...], tuple[frozenset[int], list[str]]] = {}
        self.conclude = lru_cache(maxsize=CACHED_CASES)(self._conclude)

    def _conclude(self, case: Case) -> Conclusions:
        """Return what the engine concludes about one case; unknown facts stay unknown."""
        told = self._told(case)
        with ExitStack() as stack:
            # Opened where something is new: what is not, was concluded before.
            session = _Opened(stack, self._program)
            known, nodes = told, []
            for name, stage in self._stages:
                found = stage.recalled(known)
                if found is None:
                    found = stage.learnt(known, session.tell({**known, "stage": name}))
                nodes.append(found)
                known = {} if name == "case" else known
                for node in found:
                    known |= node.outcomes
            outcomes = tuple(map(known.__getitem__, self._names.rules.values()))
            rules = dict(zip(self._names.rules, outcomes, strict=True))
            levels, reached = frozenset[int](), list[str]()
            if TRUE not in map(known.__getitem__, self._names.laws):
                levels, reached = self._levels_of(session, outcomes)
        rules[self.policy.residual.id] = self._residual(rules)
        return Conclusions(rules, levels, self._leaves, nodes, reached)

    def _residual(self, rules: dict[str, str]) -> str:
        outcomes = [rules[rule.id] for rule in self.policy.criteria]
        if TRUE in outcomes:
            return FALSE
        return UNKNOWN if UNKNOWN in outcomes else TRUE

    def _levels_of(
        self, session: _Opened, outcomes: tuple[str, ...]
    ) -> tuple[frozenset[int], list[str]]:
        """Return what follows from the rules' outcomes; the same ones are told the engine once."""
        found = self._followed.get(outcomes)
        if found is None:
            if len(self._followed) >= CACHED_CASES:
                self._followed.clear()
            rules = dict(zip(self._names.rules.values(), outcomes, strict=True))
            found = self._followed[outcomes] = self._levels(session, rules)
        return found

    def _levels(self, session: _Opened, rules: dict[str, str]) -> tuple[frozenset[int], list[str]]:
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
        return frozenset(levels), fired

    def _of(self, moves: Iterable[Rule], rules: dict[str, str]) -> dict[str, str]:
        names = [self._names.rules[rule.id] for rule in moves]
        return {name: rules[name] for name in names}

    def confirm(
        self, case: Case, claimed: Iterable[int], witness: Callable[[int], Case | None]
    ) -> None:
        """Prove that exactly the `claimed` levels are possible for a case.

        `witness` returns a completion of the case for a claimed level. Raises `InternalError`,
        naming the case, where the engine disagrees.
        """
        claimed = set(claimed)
        upper = set(self.conclude(case).levels)
        if not claimed <= upper:
            raise self._disagreement(case, claimed, upper)
        if len(claimed) > 1 or upper != claimed:
            for number in claimed:
                completed = witness(number)
                found = frozenset[int]() if completed is None else self.conclude(completed).levels
                if found != {number}:
                    raise self._disagreement(completed or case, {number}, set(found))
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


class _Opened:
    """A session that opens when it is first told something, and closes with the stack."""

    def __init__(self, stack: ExitStack, program: Program) -> None:
        self._stack = stack
        self._program = program
        self._session: Session | None = None

    def tell(self, fact: Mapping[str, str]) -> tuple[str, ...]:
        """See `Session.tell`."""
        if self._session is None:
            self._session = self._stack.enter_context(self._program.session())
        return self._session.tell(fact)
