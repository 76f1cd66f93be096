"""Reads the conditions of a ruleset, with a finding for everything that does not resolve.

A condition is a mapping. Its keys are names of facts (`environment: production`,
`workaround: [none, unacceptable]`, `users_affected_percent: {at_least: 5}`) or one of `all`,
`any`, `not`, `at_least` (`{count: 2, of: [...]}`) and `definition`; several keys are joined by
and. The word `always` is the condition that always holds.
"""

from __future__ import annotations

from collections.abc import Callable

from adjudge.findings import Finding, did_you_mean
from adjudge.model.condition import (
    ALWAYS,
    All,
    Among,
    AnyOf,
    AtLeast,
    Condition,
    Contains,
    Empty,
    Leaf,
    Within,
    negate,
)
from adjudge.model.fact import Fact
from adjudge.reading.nodes import Node

COMBINATORS = ("all", "any", "not", "at_least", "definition")
_JOINED = {
    "or": "join conditions with `any`, of which one has to hold",
    "and": "join conditions with `all`, or write them as keys of one mapping",
}
_BOUNDS = ("at_least", "at_most", "above", "below")
MAX_READ = 20_000
"""How many conditions all rules may come to: definitions that hold others twice grow by powers."""


class ConditionReader:
    """Reads conditions against the facts and definitions of one ruleset."""

    def __init__(
        self,
        facts: dict[str, Fact],
        findings: list[Finding],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.facts = facts
        self.findings = findings
        self.broken = broken
        self.definitions: dict[str, Node] = {}
        self._reading: list[str] = []
        self._read = 0

    def read(self, node: Node) -> Condition:
        """Return the condition at `node`; a part that cannot be read counts as always true."""
        self._read += 1
        if self._read == MAX_READ:
            message = f"all conditions come to more than {MAX_READ:,}, with their definitions"
            help = "refer to a definition less often: it is read anew in each place"
            self._report("ruleset-too-large", message, node, help)
        if self._read >= MAX_READ:
            return ALWAYS
        if node.value == "always":
            return ALWAYS
        if not isinstance(node.value, dict) or not node.value:
            self._report(
                "condition-shape",
                "a condition is a mapping from facts to values",
                node,
                "for example `environment: production`; join several with `all:` or `any:`",
            )
            return ALWAYS
        parts = tuple(self._entry(key, child, node) for key, child in node.mapping().items())
        return parts[0] if len(parts) == 1 else All(parts)

    def _entry(self, key: str, node: Node, parent: Node) -> Condition:
        combinators: dict[str, Callable[[Node], Condition]] = {
            "all": lambda child: All(self._parts(child)),
            "any": lambda child: AnyOf(self._parts(child)),
            "not": lambda child: negate(self.read(child)),
            "at_least": self._at_least,
            "definition": self._definition,
        }
        if key in combinators:
            return combinators[key](node)
        fact = self.facts.get(key)
        if fact is None and key in self.broken:
            return ALWAYS
        if fact is None:
            self._report(
                "unknown-fact",
                f"there is no fact `{key}`",
                Node(None, parent.keys.get(key, node.span)),
                _JOINED.get(key) or did_you_mean(key, [*self.facts, *COMBINATORS]),
            )
            return ALWAYS
        return self._test(fact, node)

    def _parts(self, node: Node) -> tuple[Condition, ...]:
        if not isinstance(node.value, list) or not node.value:
            self._report(
                "condition-shape", "expected a list of conditions", node, "start each with `- `"
            )
            return (ALWAYS,)
        return tuple(self.read(item) for item in node.value)

    def _at_least(self, node: Node) -> Condition:
        entries = node.mapping()
        count = entries["count"].value if "count" in entries else None
        if set(entries) != {"count", "of"} or type(count) is not int:
            self._report(
                "condition-shape",
                "`at_least` needs `count` and `of`",
                node,
                "for example `at_least: {count: 2, of: [...]}`",
            )
            return ALWAYS
        parts = self._parts(entries["of"])
        if not 1 <= count <= len(parts):
            message = f"`count` is {count}, and there are {len(parts)} conditions"
            help = f"give a count from 1 to {len(parts)}"
            self._report("condition-count", message, entries["count"], help)
            return ALWAYS
        return AtLeast(count, parts)

    def _definition(self, node: Node) -> Condition:
        if not isinstance(node.value, str):
            help = "name one; several are joined with `all:` or `any:`"
            self._report("condition-shape", "`definition` takes a name", node, help)
            return ALWAYS
        name = node.value
        if name not in self.definitions:
            message = f"there is no definition `{name}`"
            self._report("unknown-definition", message, node, did_you_mean(name, self.definitions))
            return ALWAYS
        if name in self._reading:
            chain = " -> ".join([*self._reading, name])
            message = f"definition `{name}` refers to itself: {chain}"
            self._report("circular-definition", message, node, "break the circle")
            return ALWAYS
        self._reading.append(name)
        try:
            return self.read(self.definitions[name])
        finally:
            self._reading.pop()

    def _test(self, fact: Fact, node: Node) -> Condition:
        entries = node.mapping()
        if set(entries) == {"not"}:
            return negate(self._test(fact, entries["not"]))
        match fact.kind:
            case "number":
                return self._number_test(fact, node)
            case "words":
                return self._words_test(fact, node)
            case _:
                return self._among(fact, node)

    def _among(self, fact: Fact, node: Node) -> Condition:
        if node.value == []:
            message = f"`{fact.name}` is tested for no value at all"
            help = did_you_mean("", fact.values) if fact.values else "name a value"
            self._report("condition-shape", message, node, help)
        values: list[str | bool] = []
        for item in node.items():
            value = self.value(fact, item)
            if isinstance(value, str | bool):
                values.append(value)
        return Leaf(fact.name, Among(tuple(values))) if values else ALWAYS

    def _number_test(self, fact: Fact, node: Node) -> Condition:
        entries = node.mapping()
        if not entries:
            bounded = f"expected a number, or bounds: `{fact.name}: {{at_least: 5}}`"
            help = bounded if isinstance(node.value, str) and node.value[:1] in "<>=" else None
            value = self.value(fact, node, help)
            return Leaf(fact.name, Within(value, value)) if isinstance(value, float) else ALWAYS
        bounds: dict[str, float] = {}
        for key, child in entries.items():
            if key not in _BOUNDS:
                message = f"`{key}` is no bound of a number"
                self._report("condition-shape", message, child, did_you_mean(key, _BOUNDS))
                continue
            value = self.value(fact, child)
            if isinstance(value, float):
                bounds[key] = value
        if {"at_least", "above"} <= bounds.keys() or {"at_most", "below"} <= bounds.keys():
            self._report("condition-shape", "two bounds on the same side", node, "keep one")
        low = bounds.get("at_least", bounds.get("above"))
        high = bounds.get("at_most", bounds.get("below"))
        if low is not None and high is not None and low > high:
            message = f"nothing lies from {low:g} to {high:g}"
            self._report("empty-range", message, node, "swap the bounds")
        elif low is not None and low == high and {"above", "below"} & bounds.keys():
            message = f"nothing lies between {low:g} and {high:g} where a bound is left out"
            help = f"write `{fact.name}: {low:g}` for that number"
            self._report("empty-range", message, node, help)
        return Leaf(fact.name, Within(low, high, "above" not in bounds, "below" not in bounds))

    def _words_test(self, fact: Fact, node: Node) -> Condition:
        entries = node.mapping()
        if len(entries) != 1 or next(iter(entries)) not in ("contains", "contains_all", "empty"):
            self._report(
                "condition-shape",
                f"`{fact.name}` is a set of words",
                node,
                "test it with `contains: [word, ...]`, `contains_all: [...]` or `empty: true`",
            )
            return ALWAYS
        key, child = next(iter(entries.items()))
        if key == "empty":
            if not isinstance(child.value, bool):
                self._report("condition-shape", "`empty` is true or false", child, None)
            return Leaf(fact.name, Empty(), negated=child.value is False)
        words = [item.value for item in child.items()]
        texts = tuple(str(word).strip().lower() for word in words if isinstance(word, str))
        if not all(texts) or len(texts) != len(words) or not 1 <= len(texts) <= 8:
            self._report("condition-shape", f"`{key}` takes one to eight words", child, None)
            return ALWAYS
        return Leaf(fact.name, Contains(texts, every=key == "contains_all"))

    def value(self, fact: Fact, node: Node, help: str | None = None) -> object:
        """Return the normalised value at `node`, or None with a finding and its help."""
        try:
            return fact.normalise(node.plain())
        except ValueError as error:
            shown = node.value if isinstance(node.value, str | int | float | bool) else "this"
            if node.value is None:
                shown = "null"
            if isinstance(shown, bool):
                shown = str(shown).lower()
            near = did_you_mean(str(shown), fact.values) if fact.values else str(error)
            help = help or near
            self._report(
                "value-outside-domain", f"`{shown}` is no value of `{fact.name}`", node, help
            )
            return None

    def _report(self, code: str, message: str, node: Node, help: str | None) -> None:
        self.findings.append(Finding(code, message, node.span, help))
