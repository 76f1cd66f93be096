"""Compiles a policy to durable_rules: four stages, each one flat fact.

`case`       the classes of the facts      -> which leaves are true, which are false
`leaves`     the outcomes of the leaves    -> which rules are true, which are false
`rules`      the outcomes of the rules     -> which levels the criteria can reach
`floors`, `caps`  one such level and the outcomes of the floors (caps) -> the levels it can become

Every condition has a true-form and a false-form; where neither fires, it is unknown. A rule that
matches every stage keeps the engine from meeting a message that nothing matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

from adjudge.findings import Finding, InputError
from adjudge.model.axes import Axes, Case, derived_leaf
from adjudge.model.condition import All, AnyOf, Condition, Leaf, leaves, negate
from adjudge.model.policy import Policy, Rule

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
MAX_KEYS = 250  # durable_rules: 252 keys in a fact, of which `stage` and `sid` are ours
MAX_DEPTH = 12  # durable_rules: 15 levels of and/or
MAX_COMBINATIONS = 100  # durable_rules: some 128 alternatives on one property

Expression = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """How the parts of a policy are called in the engine."""

    leaves: dict[Leaf, str]
    rules: dict[str, str]
    laws: tuple[str, ...]


def compile_policy(policy: Policy, axes: Axes) -> tuple[dict[str, Any], Names]:
    """Return the engine's definition of a policy, and the names used in it.

    Raises `InputError` where a rule exceeds what the engine can hold, naming the rule.
    """
    laws = [All((law.when, negate(derived_leaf(law, policy.facts)))) for law in axes.derivations]
    conditions = [*(rule.when for rule in policy.rules), *laws]
    ordered = list(dict.fromkeys(leaf for each in conditions for leaf in leaves(each)))
    names = Names(
        {leaf: f"l{number}" for number, leaf in enumerate(ordered)},
        {rule.id: f"r{number}" for number, rule in enumerate(policy.rules)},
        tuple(f"w{number}" for number in range(len(laws))),
    )
    _check_limits(policy, names)
    definition: dict[str, Any] = {"seen": _rule({"$ex": {"stage": 1}})}
    for leaf, name in names.leaves.items():
        axis = axes.axis(leaf.fact)
        for truth in (True, False):
            classes = [i for i, holds in enumerate(axis.holding(leaf)) if holds is truth]
            _add(definition, "case", name, truth, _among(f"f{axes.position[leaf.fact]}", classes))
    for rule in policy.rules:
        if rule.kind == "residual":
            continue
        for truth in (True, False):
            form = _form(rule.when if truth else negate(rule.when), names, axes)
            _add(definition, "leaves", names.rules[rule.id], truth, form)
    for name, law in zip(names.laws, laws, strict=True):
        _add(definition, "leaves", name, True, _form(law, names, axes))
    _ladder(definition, policy, names)
    for stage, moves, up in (("floors", policy.floors, True), ("caps", policy.caps, False)):
        if moves:
            _moves(definition, policy, names, stage, moves, up)
    return definition, names


def case_fact(axes: Axes, case: Case) -> dict[str, str]:
    """Return the fact that states a case: a class label for every axis, `u` for unknown."""
    fact = {"stage": "case"}
    for number, (axis, index) in enumerate(zip(axes.axes, case, strict=True)):
        fact[f"f{number}"] = "u" if index == axis.unknown else f"c{index}"
    return fact


def level_name(number: int) -> str:
    """Return the name of the n-th most urgent level in the engine."""
    return f"v{number}"


def _rule(*expressions: Expression) -> dict[str, Any]:
    condition = expressions[0] if len(expressions) == 1 else {"$and": list(expressions)}
    return {"all": [{"m": condition}]}


def _add(
    definition: dict[str, Any], stage: str, name: str, truth: bool, form: Expression | bool
) -> None:
    if form is False:
        return
    guard: Expression = {"stage": stage}
    rule = _rule(guard) if isinstance(form, bool) else _rule(guard, form)
    definition[f"{name}={TRUE if truth else FALSE}"] = rule


def _among(key: str, classes: list[int]) -> Expression | bool:
    if not classes:
        return False
    return _or([{key: f"c{index}"} for index in classes])


def _or(forms: list[Any]) -> Expression:
    return dict(forms[0]) if len(forms) == 1 else {"$or": forms}


def _and(forms: list[Any]) -> Expression:
    return dict(forms[0]) if len(forms) == 1 else {"$and": forms}


def _form(condition: Condition, names: Names, axes: Axes) -> Expression | bool:
    """Return the expression over leaf outcomes under which a condition is certainly true."""
    if isinstance(condition, Leaf):
        if condition in names.leaves:
            return {names.leaves[condition]: TRUE}
        return {names.leaves[_negated(condition)]: FALSE}
    parts = [_form(part, names, axes) for part in condition.parts]
    if isinstance(condition, All):
        if any(part is False for part in parts):
            return False
        kept = [part for part in parts if not isinstance(part, bool)]
        return _and(kept) if kept else True
    if isinstance(condition, AnyOf):
        if any(part is True for part in parts):
            return True
        kept = [part for part in parts if not isinstance(part, bool)]
        return _or(kept) if kept else False
    open_parts = [part for part in parts if not isinstance(part, bool)]
    missing = condition.count - sum(part is True for part in parts)
    if missing <= 0 or missing > len(open_parts):
        return missing <= 0
    return _or([_and(list(chosen)) for chosen in combinations(open_parts, missing)])


def _negated(leaf: Leaf) -> Leaf:
    return Leaf(leaf.fact, leaf.test, not leaf.negated)


def _maybe(name: str) -> Expression:
    return {"$or": [{name: TRUE}, {name: UNKNOWN}]}


def _not_certain(name: str) -> Expression:
    return {"$or": [{name: FALSE}, {name: UNKNOWN}]}


def _ladder(definition: dict[str, Any], policy: Policy, names: Names) -> None:
    """Add the rules by which criteria reach levels: one that may hold, and none above that must."""
    above: list[Expression] = []
    for number, level in enumerate(policy.level_ids):
        own = [names.rules[rule.id] for rule in policy.criteria if rule.level == level]
        if own:
            reach = _or([_maybe(name) for name in own])
            definition[f"reach:{level_name(number)}"] = _rule({"stage": "rules"}, reach, *above)
        above += [_not_certain(name) for name in own]
    number = policy.level_ids.index(str(policy.residual.level))
    definition[f"residual:{level_name(number)}"] = _rule({"stage": "rules"}, *above)


def _moves(
    definition: dict[str, Any],
    policy: Policy,
    names: Names,
    stage: str,
    moves: tuple[Rule, ...],
    up: bool,
) -> None:
    """Add the rules by which floors raise (or caps lower) a level; stronger certain ones win."""
    target = {rule.id: policy.level_ids.index(str(rule.level)) for rule in moves}
    count = len(policy.levels)
    for number in range(count):
        stronger = [
            _not_certain(names.rules[rule.id])
            for rule in moves
            if (target[rule.id] < number if up else target[rule.id] > number)
        ]
        here = [_maybe(names.rules[rule.id]) for rule in moves if target[rule.id] == number]
        weaker = range(number + 1, count) if up else range(number)
        ways: list[Expression] = [{"level": level_name(number)}]
        if here and len(weaker):
            below = _or([{"level": level_name(other)} for other in weaker])
            ways.append(_and([below, _or(here)]))
        rule = _rule({"stage": stage}, _or(ways), *stronger)
        definition[f"{stage}:{level_name(number)}"] = rule


def _depth(condition: Condition) -> int:
    if isinstance(condition, Leaf):
        return 1
    extra = 2 if not isinstance(condition, All | AnyOf) else 1
    return extra + max((_depth(part) for part in condition.parts), default=0)


def _check_limits(policy: Policy, names: Names) -> None:
    findings = []
    for rule in policy.rules:
        if _depth(rule.when) > MAX_DEPTH:
            findings.append(
                Finding(
                    "condition-too-deep",
                    f"the condition of `{rule.id}` nests deeper than {MAX_DEPTH} levels",
                    rule.span,
                    "flatten it, or split the rule in two",
                )
            )
        if _widest(rule.when) > MAX_COMBINATIONS:
            findings.append(
                Finding(
                    "condition-too-wide",
                    f"`at_least` in `{rule.id}` has more than {MAX_COMBINATIONS} combinations",
                    rule.span,
                    "count over fewer conditions",
                )
            )
    for what, count in (("different tests", len(names.leaves)), ("rules", len(names.rules))):
        if count > MAX_KEYS:
            message = f"`{policy.name}` has {count} {what}, and a ruleset has at most {MAX_KEYS}"
            findings.append(Finding("ruleset-too-large", message, policy.residual.span))
    if findings:
        raise InputError(findings)


def _widest(condition: Condition) -> int:
    if isinstance(condition, Leaf):
        return 1
    inner = max((_widest(part) for part in condition.parts), default=1)
    if isinstance(condition, All | AnyOf):
        return inner
    total = len(condition.parts)
    # The false-form counts the other way round.
    own = max(comb(total, condition.count), comb(total, total - condition.count + 1))
    return max(inner, own)
