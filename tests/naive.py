"""A third evaluator, written only for the tests: no classes, no table, no engine.

It decides fully known facts straight from the policy, and finds what is possible under unknown
facts by trying every completion over sampled raw values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from adjudge.model.condition import All, AnyOf, Condition, Contains, Leaf, Within
from adjudge.model.fact import Fact, Value
from adjudge.model.policy import Policy


def walk(condition: Condition) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from walk(part)


def true(condition: Condition, facts: Mapping[str, Value]) -> bool:
    if isinstance(condition, Leaf):
        return condition.test.holds(facts[condition.fact]) != condition.negated
    outcomes = [true(part, facts) for part in condition.parts]
    if isinstance(condition, All):
        return all(outcomes)
    if isinstance(condition, AnyOf):
        return any(outcomes)
    return sum(outcomes) >= condition.count


def level(policy: Policy, facts: Mapping[str, Value]) -> str:
    ids = list(policy.level_ids)
    found = min(
        (ids.index(str(rule.level)) for rule in policy.criteria if true(rule.when, facts)),
        default=ids.index(str(policy.residual.level)),
    )
    for rule in policy.floors:
        if true(rule.when, facts):
            found = min(found, ids.index(str(rule.level)))
    for rule in policy.caps:
        if true(rule.when, facts):
            found = max(found, ids.index(str(rule.level)))
    return ids[found]


def read_facts(policy: Policy) -> list[str]:
    read = {leaf.fact for rule in policy.deciding_rules for leaf in walk(rule.when)}
    while True:
        more = {
            name
            for law in policy.derivations
            for touched in [{law.fact, *(leaf.fact for leaf in walk(law.when))}]
            if touched & read
            for name in touched
        }
        if more <= read:
            return [name for name in policy.facts if name in read]
        read |= more


def values(policy: Policy, fact: Fact) -> list[Value]:
    """Raw values of a fact, thresholds and both their sides among them."""
    tests = [
        leaf.test
        for condition in (
            *(rule.when for rule in policy.rules),
            *(law.when for law in policy.derivations),
        )
        for leaf in walk(condition)
        if leaf.fact == fact.name
    ]
    if fact.kind == "one_of":
        return list(fact.values)
    if fact.kind == "yes_no":
        return [True, False]
    if fact.kind == "words":
        words = sorted({w for t in tests if isinstance(t, Contains) for w in t.words} | {"zzz"})
        return [frozenset(c) for n in range(len(words) + 1) for c in combinations(words, n)]
    cuts = {b for t in tests if isinstance(t, Within) for b in (t.low, t.high) if b is not None}
    cuts |= {law.value for law in policy.derivations if law.fact == fact.name}
    near = {c + d for c in cuts for d in (-0.01, 0.0, 0.01)}
    low, high = max(fact.minimum, -1e6), min(fact.maximum, 1e6)
    return sorted(float(x) for x in near | {low, high, (low + high) / 2} if low <= x <= high)


def consistent(policy: Policy, facts: Mapping[str, Value]) -> bool:
    return all(
        law.fact not in facts
        or any(leaf.fact not in facts for leaf in walk(law.when))
        or not true(law.when, facts)
        or facts[law.fact] == law.value
        for law in policy.derivations
    )


def possible(policy: Policy, known: Mapping[str, Value]) -> list[str]:
    """Every level that some completion of the unknown facts has, most urgent first."""
    names = read_facts(policy)
    choices = [
        [known[name]] if name in known else values(policy, policy.facts[name]) for name in names
    ]
    found: set[str] = set()
    for combination in product(*choices):
        facts = {**known, **dict(zip(names, combination, strict=True))}
        if consistent(policy, facts):
            found.add(level(policy, facts))
            if len(found) == len(policy.levels):
                break
    return [each for each in policy.level_ids if each in found]
