"""Checks of a policy as a whole, once every name in it resolves."""

from __future__ import annotations

from adjudge.findings import Finding
from adjudge.model.condition import Contains, leaves
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
