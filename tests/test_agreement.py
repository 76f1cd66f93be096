"""Three evaluators that share no code agree: the table, the inference engine, and a naive one."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import adjudge
import naive
from adjudge.decide.compiled import CompiledPolicy
from adjudge.findings import InternalError
from adjudge.model.axes import Case
from adjudge.model.condition import All, Among, AnyOf, AtLeast, Condition, Contains, Leaf, Within
from adjudge.model.fact import VOCABULARY, Value
from adjudge.model.policy import Level, Policy, Rule, RuleKind, Text, residual_rule
from adjudge.reading.build import SHARED_LAWS

RULESETS = adjudge.shipped_rulesets()
DRAWN = 200_000


def names(compiled: CompiledPolicy, case: Case) -> list[str]:
    return [compiled.level_ids[number] for number in compiled.answer(case).possible]


def known_values(compiled: CompiledPolicy, case: Case, pick: random.Random) -> dict[str, Value]:
    """Raw values of a case's classes, not only the value that stands for each class."""
    known: dict[str, Value] = {}
    for axis, index in zip(compiled.axes.axes, case, strict=True):
        if index != axis.unknown:
            choices = [
                value
                for value in naive.values(compiled.policy, axis.fact)
                if axis.index_of(value) == index
            ]
            known[axis.fact.name] = pick.choice(choices)
    return known


def level_cases(compiled: CompiledPolicy, cells: Iterable[int]) -> Iterable[tuple[Case, Case]]:
    """Yield the cells of the level table with the full case that has nothing else known."""
    unknown = tuple(axis.unknown for axis in compiled.axes.axes)
    for cell in cells:
        level_case = compiled.table.case_at(cell)
        if compiled.table.mask(level_case):
            yield level_case, compiled._lift_onto(unknown, level_case)


def compare(name: str, cells: Iterable[int], naive_share: float) -> int:
    """Compare the engine with the table on cells, and the naive evaluator on a share of them."""
    compiled = adjudge.load(name).compiled
    pick = random.Random(name)
    read = set(naive.read_facts(compiled.policy))
    compared = 0
    for level_case, case in level_cases(compiled, cells):
        possible = names(compiled, case)  # raises InternalError where the engine disagrees
        if pick.random() < naive_share:
            known = known_values(compiled, case, pick)
            assert possible == naive.possible(
                compiled.policy, {n: v for n, v in known.items() if n in read}
            ), known
        assert compiled.table.mask(level_case)
        compared += 1
    return compared


@pytest.mark.parametrize("name", RULESETS)
def test_evaluators_agree_on_drawn_cells(name: str) -> None:
    compiled = adjudge.load(name).compiled
    cells = random.Random(1).sample(range(compiled.table.cells), min(1500, compiled.table.cells))
    assert compare(name, cells, naive_share=0.1) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", RULESETS)
def test_evaluators_agree_on_every_cell(name: str) -> None:
    total = adjudge.load(name).compiled.table.cells
    cells = range(total) if total <= DRAWN else random.Random(2).sample(range(total), DRAWN)
    assert compare(name, cells, naive_share=0.01) > 0


def test_a_disagreement_stops_with_the_case() -> None:
    compiled = adjudge.load("servicenow").compiled
    case = compiled.axes.case({"impact": "high", "urgency": "high"})
    # Nothing wrong is known to ship, so the table is falsified: one cell says another level.
    compiled.table.known[compiled.project(case)] = 3
    falsified = type(compiled.table)(compiled.table.axes, compiled.table.known, 5)
    compiled.table = falsified
    with pytest.raises(InternalError, match="impact=high, urgency=high"):
        compiled.answer(case)


LEVELS = ("A", "B", "C", "D")
FACTS = ("environment", "workaround", "users_affected", "users_affected_percent",
         "customer_can_resolve", "technology")  # fmt: skip


@st.composite
def leaf_conditions(draw: st.DrawFn) -> Leaf:
    fact = VOCABULARY[draw(st.sampled_from(FACTS))]
    negated = draw(st.booleans())
    if fact.kind == "number":
        low, high = sorted(draw(st.tuples(*[st.sampled_from([0.0, 5.0, 25.0, 50.0, 100.0])] * 2)))
        bounds = draw(st.sampled_from([(low, None), (None, high), (low, high)]))
        test: object = Within(
            *bounds, draw(st.booleans()) or low == high, draw(st.booleans()) or low == high
        )
    elif fact.kind == "words":
        words = draw(st.lists(st.sampled_from(["dotnet", "mssql", "php"]), min_size=1, unique=True))
        test = Contains(tuple(words), draw(st.booleans()))
    elif fact.kind == "yes_no":
        test = Among((draw(st.booleans()),))
    else:
        test = Among(tuple(draw(st.lists(st.sampled_from(fact.values), min_size=1, unique=True))))
    return Leaf(fact.name, test, negated)  # type: ignore[arg-type]


@st.composite
def counted(draw: st.DrawFn, parts: st.SearchStrategy[Condition]) -> Condition:
    chosen = tuple(draw(st.lists(parts, min_size=1, max_size=4)))
    return AtLeast(draw(st.integers(1, len(chosen))), chosen)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    leaf_conditions(),
    lambda parts: st.one_of(
        st.lists(parts, max_size=3).map(lambda chosen: All(tuple(chosen))),
        st.lists(parts, max_size=3).map(lambda chosen: AnyOf(tuple(chosen))),
        counted(parts),
    ),
    max_leaves=6,
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    def rules(kind: RuleKind, most: int) -> tuple[Rule, ...]:
        return tuple(
            Rule(
                f"{kind}-{n}",
                kind,
                draw(CONDITIONS),
                Text({"en": "b"}),
                draw(st.sampled_from(LEVELS)),
            )
            for n in range(draw(st.integers(0, most)))
        )

    return Policy(
        name="random",
        version="1",
        title="",
        vendor="",
        languages=("en",),
        levels=tuple(Level(each, Text({"en": each})) for each in LEVELS),
        facts=VOCABULARY,
        criteria=rules("criterion", 5),
        residual=residual_rule("rest", draw(st.sampled_from(LEVELS)), Text({"en": "b"})),
        floors=rules("floor", 2),
        caps=rules("cap", 2),
        derivations=SHARED_LAWS,
    )


@given(policies(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_evaluators_agree_on_random_rulesets(policy: Policy, pick: random.Random) -> None:
    compiled = CompiledPolicy(policy)
    read = naive.read_facts(policy)
    for _ in range(12):
        known = {
            name: pick.choice(naive.values(policy, policy.facts[name]))
            for name in read
            if pick.random() < 0.6
        }
        if naive.consistent(policy, known):
            assert names(compiled, compiled.axes.case(known)) == naive.possible(policy, known)


@given(policies(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_learning_a_fact_never_adds_a_level(policy: Policy, pick: random.Random) -> None:
    compiled = CompiledPolicy(policy)
    case = tuple(pick.randrange(axis.size) for axis in compiled.table.axes.axes)
    mask = compiled.table.mask(case)
    for position in compiled.table.axes.unknown(case):
        axis = compiled.table.axes.axes[position]
        learned = [
            compiled.table.mask((*case[:position], index, *case[position + 1 :]))
            for index in range(axis.unknown)
        ]
        assert all(more & ~mask == 0 for more in learned)
        union = 0
        for more in learned:
            union |= more
        assert union == mask
