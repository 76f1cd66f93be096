"""A policy compiled: its decision table, its inference, and the answers for cases met so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from threading import Lock

from adjudge.decide.ask import Change, narrowing_order, nearest_changes
from adjudge.decide.extractors import find_extractor
from adjudge.decide.facts import KnownFact, presumed_facts
from adjudge.decide.trail import deciding_rules
from adjudge.decide.words import policy_extractor, told_names
from adjudge.evidence import Extractor
from adjudge.inference import Conclusions, Inference
from adjudge.model.axes import Axes, Case, axes_of
from adjudge.model.policy import Policy, Promise, Rule
from adjudge.model.profile import fold
from adjudge.table import (
    DecisionTable,
    entitlement_table,
    law_tables,
    level_table,
    response_table,
)
from adjudge.table.decision_table import bits
from adjudge.table.fill import Truth, rule_truth

MAX_ANSWERS = 262_144  # a process that never ends must not remember every case for ever


@dataclass(frozen=True, slots=True)
class Answer:
    """What is decided about a case, by both evaluators.

    `possible` are numbers of levels, most urgent first; empty where the facts contradict.
    """

    case: Case
    level_case: Case
    possible: tuple[int, ...]
    conclusions: Conclusions


class Projection:
    """Maps cases over the axes of all conditions to cases over the axes of one table."""

    def __init__(self, full: Axes, table: DecisionTable) -> None:
        self._columns: list[tuple[int, tuple[int, ...]]] = []
        for axis in table.axes.axes:
            position = full.position[axis.fact.name]
            classes = full.axes[position].classes
            # The full axis splits at least as finely, so any value of a class stands for it.
            to = tuple(axis.index_of(values[0]) for values in classes)
            self._columns.append((position, (*to, axis.unknown)))

    def __call__(self, case: Case) -> Case:
        return tuple([to[case[position]] for position, to in self._columns])


class CompiledPolicy:
    """One version of a ruleset, ready to decide. Safe to use from several threads."""

    def __init__(self, policy: Policy, extractor: Extractor | None = None) -> None:
        self.policy = policy
        self._extractor = extractor
        self._told: tuple[Extractor, Extractor] | None = None
        conditions = [rule.when for rule in policy.rules]
        self.axes = axes_of(policy, conditions)
        self.table = level_table(policy)
        self.project = Projection(self.axes, self.table)
        self._laws = tuple(
            (table, Projection(self.axes, table))
            for table in law_tables(policy, self.axes, self.table)
        )
        # Compiled here so that what the engine cannot hold is found when a ruleset is loaded; the
        # engine itself starts with the first new case.
        self.inference = Inference(policy, self.axes)
        self._answers: dict[Case, Answer] = {}
        self._lock = Lock()
        self._truths: dict[str, Truth] = {}
        self._promises: dict[str, tuple[DecisionTable, Projection, tuple[Promise, ...]]] = {}
        # What no rule reads need not be presumed, and would only be noise in the trail.
        self.presumed = {
            name: fact
            for name, fact in presumed_facts(policy).items()
            if name in self.axes.position
        }
        self.filed_names = filed_names(policy)
        self.level_ids = policy.level_ids
        self.rank = policy.rank

    @cached_property
    def _entitlement(self) -> tuple[DecisionTable, Projection]:
        table = entitlement_table(self.policy)
        return table, Projection(self.axes, table)

    @cached_property
    def shipped_extractor(self) -> Extractor:
        """The extractor that ships, with the names that the policy gives the product's parts."""
        return policy_extractor(self.policy)

    @cached_property
    def extractor(self) -> Extractor:
        """What reads tickets: as was chosen when the ruleset was loaded, or what ships."""
        chosen = self._extractor
        return self.shipped_extractor if chosen is None else told_names(chosen, self.policy)

    def extractor_told(self, extractor: Extractor) -> Extractor:
        """Return an extractor of a call, told the names that the policy gives the parts."""
        last = self._told  # calls that follow one another mostly bring the same
        if last is None or last[0] is not extractor:
            last = self._told = (extractor, told_names(extractor, self.policy))
        return last[1]

    @lru_cache(maxsize=16)  # noqa: B019
    def extractor_named(self, name: str) -> Extractor:
        """Return the extractor of that name, told the names that the policy gives the parts.

        Raises `InputError` where there is none, or it cannot be loaded.
        """
        found = find_extractor(name)
        return self.shipped_extractor if found is None else told_names(found, self.policy)

    def mask(self, case: Case) -> int:
        """Return the possible levels of a case as a bit mask, from tables alone.

        It is 0 where facts contradict each other, if they be none that levels depend on.
        """
        lawful = all(table.mask(project(case)) for table, project in self._laws)
        return self.table.mask(self.project(case)) if lawful else 0

    def consistent(self, known: Mapping[str, KnownFact]) -> bool:
        """Say whether facts can be true together."""
        return bool(self.mask(self.axes.case({name: each.value for name, each in known.items()})))

    def answer(self, case: Case) -> Answer:
        """Return the answer for a case, decided by both evaluators and compared.

        Raises `InternalError` where they disagree.
        """
        found = self._answers.get(case)
        if found is None:
            found = self._decide(case)
            with self._lock:
                if len(self._answers) >= MAX_ANSWERS:
                    self._answers.clear()
                self._answers[case] = found
        return found

    @lru_cache(maxsize=4096)  # noqa: B019  a policy lives as long as its process needs it
    def asked(self, level_case: Case) -> tuple[str, ...]:
        """Return the unknown facts that can still change the level, the most telling first."""
        return narrowing_order(self.table, level_case)

    @lru_cache(maxsize=4096)  # noqa: B019
    def nearest(self, level_case: Case, number: int) -> tuple[tuple[Change, ...], ...]:
        """Return the smallest changes that lead from a case to just the level `number`."""
        return nearest_changes(self.table, level_case, number)

    @lru_cache(maxsize=4096)  # noqa: B019
    def decisive_presumptions(self, level_case: Case, presumed: tuple[str, ...]) -> tuple[str, ...]:
        """Return the presumed facts without which more levels would be possible."""
        position = self.table.axes.position
        positions = [position[name] for name in presumed if name in position]
        mask = self.table.mask(level_case)

        def matter(some: list[int]) -> bool:
            return self.table.mask(self._unlearned(level_case, some)) != mask

        found = [each for each in positions if matter([each])]
        if not found and matter(positions):
            # Each alone changes nothing, all together do: drop what is not needed for that.
            found = list(positions)
            for each in positions:
                fewer = [other for other in found if other != each]
                if matter(fewer):
                    found = fewer
        return tuple(self.table.axes.axes[each].fact.name for each in found)

    def _unlearned(self, level_case: Case, positions: list[int]) -> Case:
        case = list(level_case)
        for each in positions:
            case[each] = self.table.axes.axes[each].unknown
        return tuple(case)

    def decided_by(self, answer: Answer, level: str) -> tuple[str, ...]:
        """Return the ids of the rules that make a level: certain ones, or else those that may.

        Of what is not certain, only rules count that hold in some completion with that level.
        """
        number = self.rank[level]

        def may_make(rule: Rule) -> bool:
            return self.table.meets(answer.level_case, number, self._truth(rule))

        return deciding_rules(self.policy, answer.conclusions, level, may_make)

    def _truth(self, rule: Rule) -> Truth:
        found = self._truths.get(rule.id)
        if found is None:
            found = rule_truth(self.policy, rule, self.table.axes)
            self._truths[rule.id] = found
        return found

    def _decide(self, case: Case) -> Answer:
        level_case = self.project(case)
        possible = bits(self.mask(case))
        if possible:
            witness = partial(self._witness, case, level_case)
            self.inference.confirm(case, possible, witness)
        return Answer(case, level_case, possible, self.inference.conclude(case))

    def _witness(self, case: Case, level_case: Case, number: int) -> Case | None:
        """Return a completion of the full case that has a level; None where there is none."""
        found = self.table.witness(level_case, number)
        return None if found is None else self._lift_onto(case, found)

    def _lift_onto(self, case: Case, level_case: Case) -> Case:
        """Return the full case with its unknowns filled from a case of the level table."""
        lifted = list(case)
        for axis, index in zip(self.table.axes.axes, level_case, strict=True):
            position = self.axes.position[axis.fact.name]
            missing = case[position] == self.axes.axes[position].unknown
            if missing and index != axis.unknown:
                lifted[position] = self.axes.axes[position].index_of(axis.classes[index][0])
        return tuple(lifted)

    def entitled(self, case: Case) -> bool | None:
        """Say whether the ticket is entitled to support; None is unknown."""
        table, project = self._entitlement
        possible = table.possible(project(case))
        return None if len(possible) != 1 else bool(possible[0])

    def promises(self, case: Case, level: str) -> tuple[Promise | None, ...]:
        """Return the different promises that an entitled ticket at `level` may have.

        One that is None says that no time is promised; several, that it depends on what is
        unknown; none at all, that the ticket cannot be entitled.
        """
        found = self._promises.get(level)
        if found is None:
            table = response_table(self.policy, level)
            covering = tuple(each for each in self.policy.promises if level in each.levels)
            found = (table, Projection(self.axes, table), covering)
            self._promises[level] = found
        table, project, covering = found
        different: dict[tuple[str | None, ...], Promise | None] = {}
        for number in bits(table.mask(project(case))):
            promise = covering[number] if number < len(covering) else None
            if promise is None or promise.within is None:
                different[()] = None
            else:
                kind = (promise.within, promise.clock, promise.calendar)
                different.setdefault(kind, promise)
        return tuple(different.values())

    def filed_level(self, filed: str, rank: int | None = None) -> str | None:
        """Return the level that a filed spelling means, or None where it means none.

        `rank` is how urgent the system that the ticket comes from ranks the spelling (1 is the
        most urgent). Words mean what the ruleset says; what it does not know, and a bare number,
        whose direction only its system knows, mean the level of that rank, or the last one.
        """
        if rank is not None and self.goes_by_rank(filed):
            return self.level_ids[min(rank, len(self.level_ids)) - 1]
        return self.filed_names.get(fold(filed))

    def goes_by_rank(self, filed: str) -> bool:
        """Say whether a spelling with a rank means the level of that rank."""
        return filed.strip().isdecimal() or self.filed_level(filed) is None


def filed_names(policy: Policy) -> dict[str, str]:
    """Return the folded spellings of a policy's levels, with their levels."""
    names: dict[str, str] = {}
    for level in policy.levels:
        spellings = (level.id, *level.name.by_language.values(), *level.also)
        for spelling in spellings:
            names.setdefault(fold(spelling), level.id)
    return names
