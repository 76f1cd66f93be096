"""Axes: the facts that a policy reads, each split into the classes that it tells apart.

Values on which every test of the policy gives the same outcomes share a class; a number splits at
the policy's thresholds, a set of words by the words that are tested. One more class, the last one
of each axis, stands for unknown. A *case* is one class per axis: tickets of one case are decided
alike, so everything downstream works on cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from adjudge.model.condition import (
    Among,
    Condition,
    Contains,
    Empty,
    Leaf,
    Test,
    Within,
    leaves,
)
from adjudge.model.fact import Fact, Value
from adjudge.model.policy import Derivation, Policy

Case = tuple[int, ...]
"""One class index per axis, in the order of the axes."""

_OTHER_WORD = "\x00other"  # stands for any word that no test names
FILLED = {"empty": False}
"""How the class of words is shown that has none of those named, and has some."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One fact and its classes.

    `classes` holds the values that stand for each class (all of them for a one_of or yes/no
    fact); `unknown` is the index of the class that stands for "not known".
    """

    fact: Fact
    tests: tuple[Test, ...]
    classes: tuple[tuple[Value, ...], ...]
    _index: dict[tuple[bool, ...], int] = field(repr=False)
    _known: dict[Value, int] = field(repr=False)

    @property
    def unknown(self) -> int:
        """The index of the unknown class."""
        return len(self.classes)

    @property
    def size(self) -> int:
        """The number of classes, unknown included."""
        return len(self.classes) + 1

    def index_of(self, value: Value | None) -> int:
        """Return the class of a normalised value; None is unknown."""
        if value is None:
            return len(self.classes)
        known = self._known.get(value)
        if known is not None:
            return known
        return self._index[tuple(test.holds(value) for test in self.tests)]

    def holding(self, leaf: Leaf) -> tuple[bool, ...]:
        """Return, for each known class, whether the leaf holds on it."""
        return tuple(leaf.holds(values[0]) for values in self.classes)


def build_axis(fact: Fact, tests: Iterable[Test]) -> Axis:
    """Split a fact's domain by the outcomes of `tests`."""
    ordered = tuple(dict.fromkeys(tests))
    groups: dict[tuple[bool, ...], list[Value]] = {}
    for value in _representatives(fact, ordered):
        groups.setdefault(tuple(test.holds(value) for test in ordered), []).append(value)
    index = {signature: position for position, signature in enumerate(groups)}
    classes = tuple(tuple(values) for values in groups.values())
    enumerable = fact.kind in ("one_of", "yes_no")
    known = {value: position for position, values in enumerate(classes) for value in values}
    return Axis(fact, ordered, classes, index, known if enumerable else {})


def _representatives(fact: Fact, tests: tuple[Test, ...]) -> list[Value]:
    """Return values such that every class of the domain has at least one among them."""
    match fact.kind:
        case "one_of":
            return list(fact.values)
        case "yes_no":
            return [True, False]
        case "number":
            return list(_points(fact, tests))
        case "words":
            return list(_word_sets(tests))


def _points(fact: Fact, tests: tuple[Test, ...]) -> list[float]:
    cuts = {
        bound
        for test in tests
        if isinstance(test, Within)
        for bound in (test.low, test.high)
        if bound is not None
    }
    # An open domain is probed one step beyond the outermost threshold.
    low = fact.minimum if fact.minimum > float("-inf") else min(cuts, default=0.0) - 1
    high = fact.maximum if fact.maximum < float("inf") else max(cuts, default=0.0) + 1
    ends = sorted(map(float, {low, high, *(cut for cut in cuts if low <= cut <= high)}))
    middles = [(left + right) / 2 for left, right in pairwise(ends)]
    return sorted({*ends, *middles})


def _word_sets(tests: tuple[Test, ...]) -> list[frozenset[str]]:
    words = sorted({word for test in tests if isinstance(test, Contains) for word in test.words})
    words.append(_OTHER_WORD)
    return [
        frozenset(chosen) for size in range(len(words) + 1) for chosen in combinations(words, size)
    ]


def shown_class(axis: Axis, index: int) -> object:
    """Return a class as JSON: a value, a list of values, or the bounds of a range.

    The keys of a range are `exactly`, `at_least`, `above`, `at_most` and `below`. Words that only
    are not none are `FILLED`.
    """
    values = axis.classes[index]
    match axis.fact.kind:
        case "number":
            return _range(axis, index)
        case "words":
            words = _word_set(values[0])
            return dict(FILLED) if words == {_OTHER_WORD} else sorted(words - {_OTHER_WORD})
        case _:
            return values[0] if len(values) == 1 else list(values)


def _word_set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _range(axis: Axis, index: int) -> dict[str, float]:
    """Return a class of numbers by its bounds; thresholds belong to one side of theirs."""
    points = [float(value) for value in axis.classes[index] if isinstance(value, float)]
    low, high = min(points), max(points)
    everything = [float(v) for values in axis.classes for v in values if isinstance(v, float)]
    cuts = {test.low for test in axis.tests if isinstance(test, Within)}
    cuts |= {test.high for test in axis.tests if isinstance(test, Within)}
    if low == high and low in cuts:
        return {"exactly": low}
    below = max((point for point in everything if point < low and point in cuts), default=None)
    above = min((point for point in everything if point > high and point in cuts), default=None)
    bounds: dict[str, float] = {}
    if low in cuts:
        bounds["at_least"] = low
    elif below is not None:
        bounds["above"] = below
    if high in cuts:
        bounds["at_most"] = high
    elif above is not None:
        bounds["below"] = above
    return bounds


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes of a policy in the order of its facts, and the laws between them."""

    axes: tuple[Axis, ...]
    derivations: tuple[Derivation, ...]
    position: dict[str, int]
    unknowns: Case = field(init=False)
    """The case of which nothing is known: the number of each axis's unknown class."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unknowns", tuple(axis.unknown for axis in self.axes))

    def __len__(self) -> int:
        return len(self.axes)

    def axis(self, fact: str) -> Axis:
        """Return the axis of a fact; `KeyError` where the policy does not read it."""
        return self.axes[self.position[fact]]

    def case(self, values: Mapping[str, Value]) -> Case:
        """Return the case of a ticket's known facts; facts that are not read do not matter."""
        get = values.get
        return tuple([axis.index_of(get(axis.fact.name)) for axis in self.axes])

    def unknown(self, case: Case) -> tuple[int, ...]:
        """Return the positions of the axes on which the case is unknown."""
        places = enumerate(zip(case, self.unknowns, strict=True))
        return tuple([place for place, (index, unknown) in places if index == unknown])


def axes_of(policy: Policy, conditions: Iterable[Condition]) -> Axes:
    """Build the axes for the facts that `conditions` read, and those tied to them by a law."""
    tests: dict[str, list[Test]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            tests.setdefault(leaf.fact, []).append(leaf.test)
    laws = _laws_touching(policy.derivations, tests)
    for law in laws:
        for leaf in (*leaves(law.when), derived_leaf(law, policy.facts)):
            tests.setdefault(leaf.fact, []).append(leaf.test)
    ordered = [name for name in policy.facts if name in tests]
    axes = tuple(build_axis(policy.facts[name], tests[name]) for name in ordered)
    return Axes(axes, laws, {name: index for index, name in enumerate(ordered)})


def _laws_touching(
    derivations: tuple[Derivation, ...], read: Mapping[str, object]
) -> tuple[Derivation, ...]:
    """Return the laws that say something about a fact that is read, directly or through others."""
    reached = set(read)
    chosen: list[Derivation] = []
    while True:
        more = [
            law
            for law in derivations
            if law not in chosen and reached & {law.fact, *(leaf.fact for leaf in leaves(law.when))}
        ]
        if not more:
            return tuple(law for law in derivations if law in chosen)
        chosen += more
        for law in more:
            reached |= {law.fact, *(leaf.fact for leaf in leaves(law.when))}


def derived_leaf(law: Derivation, facts: Mapping[str, Fact]) -> Leaf:
    """Return the leaf that holds where a law's conclusion is met."""
    value = law.value
    if isinstance(value, float):
        return Leaf(law.fact, Within(value, value))
    if isinstance(value, frozenset):
        has_words = Contains(tuple(sorted(value)), every=True)
        return Leaf(law.fact, has_words if value else Empty())
    return Leaf(law.fact, Among((value,)))
