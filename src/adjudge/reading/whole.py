"""Checks of a policy as a whole, once every name in it resolves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adjudge.findings import Finding
from adjudge.model.axes import build_axis
from adjudge.model.condition import All, Condition, Contains, Leaf, leaves
from adjudge.model.fact import Fact
from adjudge.model.policy import Policy
from adjudge.reading.names import Names

MAX_WORDS = 10  # the classes of a set double with each word that is tested


def check_tests(policy: Policy, findings: list[Finding]) -> None:
    """Find what a condition asks of a fact that no ticket could ever answer, or too much."""
    words: dict[str, set[str]] = {}
    for rule in policy.rules:
        for leaf in leaves(rule.when):
            fact = policy.facts[leaf.fact]
            if fact.kind == "one_of" and not fact.values:
                message = f"`{rule.id}` tests `{leaf.fact}`, whose values the ruleset does not name"
                help = f"list them under `facts: {{{leaf.fact}: {{values: [...]}}}}`"
                finding = Finding("fact-without-values", message, rule.span, help)
                findings.append(finding)
            if isinstance(leaf.test, Contains):
                words.setdefault(leaf.fact, set()).update(leaf.test.words)
    for name, tested in words.items():
        if len(tested) > MAX_WORDS:
            message = f"{len(tested)} words of `{name}` are tested, and at most {MAX_WORDS} can be"
            help = "make a yes/no fact of what several words have in common"
            findings.append(Finding("too-many-words", message, policy.residual.span, help))


def check_possible(policy: Policy, findings: list[Finding]) -> None:
    """Find rules whose conditions exclude each other, as far as they all have to hold."""
    for rule in policy.rules:
        tests: dict[str, list[Leaf]] = {}
        for leaf in _needed(rule.when):
            tests.setdefault(leaf.fact, []).append(leaf)
        for name, needed in tests.items():
            if len(needed) < 2 or _can_hold(policy.facts[name], needed):
                continue
            shown = " and ".join(f"`{name}: {_shown(leaf.expected())}`" for leaf in needed)
            message = f"`{rule.id}` can never hold: nothing is both {shown}"
            help = "keys of one mapping, and the parts of `all`, have to hold together; see `any`"
            findings.append(Finding("rule-never-holds", message, rule.span, help, "warning"))
            break


def _needed(condition: Condition) -> Iterator[Leaf]:
    """Yield the tests without which a condition does not hold."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, All):
        for part in condition.parts:
            yield from _needed(part)


def _can_hold(fact: Fact, needed: Sequence[Leaf]) -> bool:
    classes = build_axis(fact, [leaf.test for leaf in needed]).classes
    return any(all(leaf.holds(values[0]) for leaf in needed) for values in classes)


def _shown(expected: object) -> str:
    if isinstance(expected, dict):
        return f"not {_shown(expected['not'])}"
    if isinstance(expected, list):
        return " or ".join(map(_shown, expected))
    return str(expected).lower() if isinstance(expected, bool) else str(expected)


def check_coverage(policy: Policy, names: Names) -> None:
    """Find passages that no rule carries and that are not said to be informative."""
    carried = {name for _, passages in carriers(policy) for name in passages}
    for index, passage in enumerate(names.doc.passages):
        if passage.informative is None and passage.id not in carried:
            message = f"nothing in the ruleset rests on the passage `{passage.id}`"
            help = "cite it as a `source`, or say under `informative` why no rule carries it"
            names.report("passage-not-carried", message, ("passages", index), help, "warning")


def carriers(policy: Policy) -> list[tuple[str, tuple[str, ...]]]:
    """Return what rests on passages: (name of the rule or statement, ids of its passages)."""
    found = [(rule.id, rule.passages) for rule in policy.rules]
    found += [(window.id, window.passages) for window in policy.windows]
    found += [(f"presume {each.fact}", each.passages) for each in policy.presumed.values()]
    found += [
        (f"reclassification {direction}", each.passages)
        for direction, each in policy.reclassification.items()
    ]
    if policy.default_level is not None:
        found.append(("default level", policy.default_level.passages))
    return found
