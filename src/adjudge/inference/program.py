"""Compiles a policy to durable_rules: four stages, each one flat fact.

`case`       the classes of the facts      -> which leaves are true, which are false
`partsN`     (only for large conditions) the outcomes of leaves and earlier parts -> parts
`leaves`     the outcomes of leaves, parts -> which rules are true, which are false
`rules`      the outcomes of the rules     -> which levels the criteria can reach
`floors`, `caps`  one such level and the outcomes of the floors (caps) -> the levels it can become

Every condition has a true-form and a false-form; where neither fires, it is unknown. A rule that
matches every stage keeps the engine from meeting a message that nothing matches.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb
from typing import Any

from adjudge.findings import Finding, InputError
from adjudge.model.axes import Axes, Case, derived_leaf
from adjudge.model.condition import All, AnyOf, Condition, Leaf, leaves, negate
from adjudge.model.policy import Policy, Rule

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
MAX_KEYS = 250  # durable_rules: 252 keys in a fact, of which `stage` and `sid` are ours
MAX_OPERATORS = 10  # durable_rules: a rule with more than some 15 ands and ors is refused
MAX_DEPTH = 25  # deeper conditions are nobody's reading of a policy
MAX_COMBINATIONS = 300  # of an `at_least`: each is an alternative of its own

Expression = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """How the parts of a policy are called in the engine."""

    leaves: dict[Leaf, str]
    rules: dict[str, str]
    laws: tuple[str, ...]
    parts: dict[Condition, str] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)

    @property
    def stages(self) -> int:
        """How many stages of parts there are."""
        return max(self.ranks.values(), default=0)


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
    for condition in conditions:
        _split(condition, names)
        _split(negate(condition), names)
    _check_parts(policy, names)
    definition: dict[str, Any] = {"seen": _rule({"$ex": {"stage": 1}})}
    for leaf, name in names.leaves.items():
        axis = axes.axis(leaf.fact)
        for truth in (True, False):
            classes = [i for i, holds in enumerate(axis.holding(leaf)) if holds is truth]
            _add(definition, "case", name, truth, _among(f"f{axes.position[leaf.fact]}", classes))
    for condition, name in names.parts.items():
        _add_both(definition, part_stage(names.ranks[name]), name, condition, names)
    for rule in policy.rules:
        if rule.kind != "residual":
            _add_both(definition, "leaves", names.rules[rule.id], rule.when, names)
    for name, law in zip(names.laws, laws, strict=True):
        _add(definition, "leaves", name, True, _form(law, names))
    _ladder(definition, policy, names)
    for stage, moves, up in (("floors", policy.floors, True), ("caps", policy.caps, False)):
        if moves:
            _moves(definition, policy, names, stage, moves, up)
    return definition, names


class CaseFacts:
    """Makes the fact that states a case: a class label for every axis, `u` for unknown."""

    def __init__(self, axes: Axes) -> None:
        self._names = [f"f{number}" for number in range(len(axes))]
        self._labels = [
            [*(f"c{index}" for index in range(unknown)), "u"] for unknown in axes.unknowns
        ]

    def __call__(self, case: Case) -> dict[str, str]:
        """Return the fact, but for the stage at which it is told."""
        labels = [of[index] for of, index in zip(self._labels, case, strict=True)]
        return dict(zip(self._names, labels, strict=True))


def level_name(number: int) -> str:
    """Return the name of the n-th most urgent level in the engine."""
    return f"v{number}"


def _rule(*expressions: Expression) -> dict[str, Any]:
    condition = expressions[0] if len(expressions) == 1 else {"$and": list(expressions)}
    return {"all": [{"m": condition}]}


def part_stage(rank: int) -> str:
    """Return the name of the stage in which the parts of a rank are decided."""
    return f"parts{rank}"


def _add_both(
    definition: dict[str, Any], stage: str, name: str, condition: Condition, names: Names
) -> None:
    """Add the true-form and the false-form of a condition."""
    own = {part: known for part, known in names.parts.items() if known != name}
    names = replace(names, parts=own)
    _add(definition, stage, name, True, _form(condition, names))
    _add(definition, stage, name, False, _form(negate(condition), names))


def _add(
    definition: dict[str, Any], stage: str, name: str, truth: bool, form: Expression | bool
) -> None:
    if form is False:
        return
    guard: Expression = {"stage": stage}
    key = f"{name}={TRUE if truth else FALSE}"
    if isinstance(form, bool):
        definition[key] = _rule(guard)
        return
    for number, part in enumerate(_chunks(form)):
        # What a rule of the engine cannot hold at once, several rules of one name say.
        definition[f"{key}/{number}" if number else key] = _rule(guard, part)


def _chunks(form: Expression) -> list[Expression]:
    """Split an expression's alternatives so that each part is small enough for the engine."""
    if _operators(form) <= MAX_OPERATORS or "$or" not in form:
        return [form]
    chunks: list[list[Any]] = [[]]
    for alternative in form["$or"]:
        if chunks[-1] and _operators({"$or": [*chunks[-1], alternative]}) > MAX_OPERATORS:
            chunks.append([])
        chunks[-1].append(alternative)
    return [_or(chunk) for chunk in chunks]


def _operators(form: Expression | bool) -> int:
    """Count the ands and ors of an expression."""
    if isinstance(form, bool):
        return 0
    inner = [part for key in ("$and", "$or") for part in form.get(key, ())]
    return ("$and" in form or "$or" in form) + sum(_operators(part) for part in inner)


def _split(condition: Condition, names: Names) -> int:
    """Name the parts of a condition that is too large for the engine; return its rank.

    A named part is decided in a stage of its own, before what refers to it.
    """
    if isinstance(condition, Leaf):
        return 0
    known = names.parts.get(condition) or names.parts.get(negate(condition))
    if known is not None:
        return names.ranks[known]
    inner = max((_split(part, names) for part in condition.parts), default=0)
    if _heavy(condition, names):
        for part in condition.parts:
            if not isinstance(part, Leaf) and _named(part, names) is None:
                name = f"p{len(names.parts)}"
                names.ranks[name] = _rank_of(part, names) + 1
                names.parts[part] = name
                inner = max(inner, names.ranks[name])
    return inner


def _heavy(condition: Condition, names: Names) -> bool:
    forms = (_form(condition, names), _form(negate(condition), names))
    return any(_operators(form) > MAX_OPERATORS for form in forms)


def _named(condition: Condition, names: Names) -> Expression | None:
    if condition in names.parts:
        return {names.parts[condition]: TRUE}
    opposite = negate(condition)
    return {names.parts[opposite]: FALSE} if opposite in names.parts else None


def _rank_of(condition: Condition, names: Names) -> int:
    """Return the highest rank among the named parts within a condition."""
    if isinstance(condition, Leaf):
        return 0
    known = names.parts.get(condition) or names.parts.get(negate(condition))
    own = names.ranks[known] if known is not None else 0
    return max([own, *(_rank_of(part, names) for part in condition.parts)])


def _among(key: str, classes: list[int]) -> Expression | bool:
    if not classes:
        return False
    return _or([{key: f"c{index}"} for index in classes])


def _or(forms: list[Any]) -> Expression:
    return dict(forms[0]) if len(forms) == 1 else {"$or": forms}


def _and(forms: list[Any]) -> Expression:
    return dict(forms[0]) if len(forms) == 1 else {"$and": forms}


def _form(condition: Condition, names: Names) -> Expression | bool:
    """Return the expression over outcomes under which a condition is certainly true."""
    if isinstance(condition, Leaf):
        if condition in names.leaves:
            return {names.leaves[condition]: TRUE}
        return {names.leaves[_negated(condition)]: FALSE}
    named = _named(condition, names)
    if named is not None:
        return named
    parts = [_form(part, names) for part in condition.parts]
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
    return {"$neq": {name: FALSE}}


def _not_certain(name: str) -> Expression:
    return {"$neq": {name: TRUE}}


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


def _check_parts(policy: Policy, names: Names) -> None:
    count = len(names.leaves) + len(names.parts)
    if count > MAX_KEYS:
        message = (
            f"the conditions of `{policy.name}` come to {count} different tests and parts, "
            f"and a ruleset has at most {MAX_KEYS}"
        )
        raise InputError([Finding("ruleset-too-large", message, policy.residual.span)])


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
