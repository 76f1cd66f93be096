"""The trail: why, rule by rule and condition by condition, as the engine inferred it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from adjudge.decide.facts import KnownFact
from adjudge.decide.logic import truth
from adjudge.inference import Conclusions
from adjudge.model.condition import Condition, Leaf, leaves
from adjudge.model.fact import plain
from adjudge.model.policy import Policy, Rule

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
_VALUES: dict[str, bool | None] = {TRUE: True, FALSE: False, UNKNOWN: None}
_WORDS = {value: word for word, value in _VALUES.items()}


@dataclass(frozen=True, slots=True)
class TestedCondition:
    """One test of one fact, and how it went.

    `actual` is the fact's value as JSON has it, None where it is unknown. `decisive` says that
    the outcome of the rule rests on this test: another outcome here could have changed it.
    """

    fact: str
    expected: object
    actual: object
    outcome: str
    origin: str | None
    decisive: bool

    def to_dict(self) -> dict[str, object]:
        """Return the condition as the contract's JSON has it."""
        return {
            "fact": self.fact,
            "expected": self.expected,
            "actual": self.actual,
            "outcome": self.outcome,
            "origin": self.origin,
            "decisive": self.decisive,
        }


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One rule, its outcome, and what it rests on."""

    rule: str
    kind: str
    level: str | None
    outcome: str
    because: str
    source: str
    interpretation: str | None
    conditions: tuple[TestedCondition, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the entry as the contract's JSON has it."""
        entry: dict[str, object] = {
            "rule": self.rule,
            "kind": self.kind,
            "level": self.level,
            "outcome": self.outcome,
            "because": self.because,
            "source": self.source,
        }
        if self.interpretation is not None:
            entry["interpretation"] = self.interpretation
        entry["conditions"] = [condition.to_dict() for condition in self.conditions]
        return entry


def build_trail(
    policy: Policy,
    conclusions: Conclusions,
    known: Mapping[str, KnownFact],
    level: str,
    language: str | None,
) -> tuple[TrailEntry, ...]:
    """Return the trail of a decision, from the most urgent level down.

    Promised responses are shown for the decided level only: the others say nothing about it.
    """
    covering = {each.rule.id for each in policy.promises if level in each.levels}
    return tuple(
        _entry(rule, conclusions, known, language)
        for rule in policy.rules
        if rule.kind != "response" or rule.id in covering
    )


def _entry(
    rule: Rule, conclusions: Conclusions, known: Mapping[str, KnownFact], language: str | None
) -> TrailEntry:
    outcome = conclusions.rules[rule.id]
    decisive = set(_decisive(rule.when, outcome, conclusions))
    conditions = []
    for leaf in dict.fromkeys(leaves(rule.when)):
        fact = known.get(leaf.fact)
        conditions.append(
            TestedCondition(
                leaf.fact,
                leaf.expected(),
                plain(fact.value) if fact else None,
                conclusions.leaves[leaf],
                fact.origin if fact else None,
                leaf in decisive,
            )
        )
    return TrailEntry(
        rule.id,
        rule.kind,
        rule.level,
        outcome,
        rule.because.in_language(language),
        "; ".join(rule.sources),
        rule.interpretation.in_language(language) if rule.interpretation else None,
        tuple(conditions),
    )


def outcome_of(condition: Condition, conclusions: Conclusions) -> str:
    """Return the outcome of a part of a rule from the engine's outcomes of its leaves."""
    return _WORDS[truth(condition, lambda leaf: _VALUES[conclusions.leaves[leaf]])]


def _decisive(condition: Condition, outcome: str, conclusions: Conclusions) -> Iterator[Leaf]:
    """Yield the leaves on which the outcome of a condition rests.

    A part counts where it has the outcome of the whole; of an unknown whole, the unknown parts.
    """
    if isinstance(condition, Leaf):
        if conclusions.leaves[condition] == outcome:
            yield condition
        return
    for part in condition.parts:
        if outcome_of(part, conclusions) == outcome:
            yield from _decisive(part, outcome, conclusions)


def deciding_rules(
    policy: Policy, conclusions: Conclusions, level: str, may_make: Callable[[Rule], bool]
) -> tuple[str, ...]:
    """Return the ids of the rules that made the level: true criteria or the residual, and moves.

    Where no rule is certain on its own, those are returned that may make the level: `may_make`
    says of an unknown rule whether some completion has it hold together with the level.
    """
    rank, outcomes = policy.rank, conclusions.rules
    true_criteria = [rule for rule in policy.criteria if outcomes[rule.id] == TRUE]
    open_criteria = [rule for rule in policy.criteria if outcomes[rule.id] == UNKNOWN]
    base = min((rank[str(rule.level)] for rule in true_criteria), default=None)
    ids = [rule.id for rule in true_criteria if rank[str(rule.level)] == base]
    if base is None and outcomes[policy.residual.id] == TRUE:
        base, ids = rank[str(policy.residual.level)], [policy.residual.id]
    if base is not None and all(rank[str(rule.level)] >= base for rule in open_criteria):
        for moves, stronger in ((policy.floors, min), (policy.caps, max)):
            held = [rule for rule in moves if outcomes[rule.id] == TRUE]
            target = stronger([base, *(rank[str(rule.level)] for rule in held)])
            if target != base:
                ids += [rule.id for rule in held if rank[str(rule.level)] == target]
                base = target
        if policy.level_ids[base] == level:
            return tuple(ids)
    return _fallback(policy, conclusions, level, may_make)


def _fallback(
    policy: Policy, conclusions: Conclusions, level: str, may_make: Callable[[Rule], bool]
) -> tuple[str, ...]:
    """Name the rules for a level that rests on no single certain chain."""
    at_level = [rule for rule in policy.deciding_rules if rule.level == level]
    certain = [rule.id for rule in at_level if conclusions.rules[rule.id] == TRUE]
    if certain:
        return tuple(certain)
    open_rules = [
        rule for rule in at_level if conclusions.rules[rule.id] == UNKNOWN and may_make(rule)
    ]
    # A move that is not certain explains the level only where nothing on the ladder does.
    ladder = [rule.id for rule in open_rules if rule.kind in ("criterion", "residual")]
    return tuple(ladder or [rule.id for rule in open_rules])
