"""The inference engine under the discipline that its edges demand."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping

import pytest

import adjudge
import naive
from adjudge.findings import InputError, InternalError
from adjudge.inference import Inference, engine
from adjudge.inference.engine import Program
from adjudge.inference.nodes import Stage
from adjudge.inference.program import MAX_COMBINATIONS, MAX_DEPTH, compile_policy
from conftest import HEAD, ruleset_of

DEFINITION = {
    "seen": {"all": [{"m": {"$ex": {"stage": 1}}}]},
    "hit": {"all": [{"m": {"$and": [{"stage": "case"}, {"$or": [{"f0": "a"}, {"f1": "a"}]}]}}]},
}


def test_a_rule_that_matches_twice_is_reported_once() -> None:
    with Program(DEFINITION).session() as session:
        assert session.tell({"stage": "case", "f0": "a", "f1": "a"}).count("hit") == 1


def test_a_fact_that_no_rule_is_about_is_still_seen() -> None:
    with Program(DEFINITION).session() as session:
        assert session.tell({"stage": "case", "f0": "z", "f1": "z"}) == ("seen",)


def test_a_session_left_without_a_fact_leaves_nothing_behind() -> None:
    with Program(DEFINITION).session():
        pass
    with Program(DEFINITION).session() as session:
        assert "hit" in session.tell({"stage": "case", "f0": "a", "f1": "b"})


def test_sessions_do_not_see_each_other_and_can_be_many() -> None:
    """More sessions than the engine can hold at once: each is deleted before the next."""
    program = Program(DEFINITION)
    for number in range(3000):
        with program.session() as session:
            fired = session.tell({"stage": "case", "f0": "a" if number % 2 else "b", "f1": "b"})
        assert ("hit" in fired) is bool(number % 2)


def test_no_timer_threads_are_started() -> None:
    adjudge.load("puppet").decide({"request_type": "incident"})
    assert [t for t in threading.enumerate() if isinstance(t, threading.Timer)] == []


def test_no_action_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine swallows what an action raises; so none runs, and what fired is read off it."""
    ran: list[object] = []

    def act(closure: object) -> None:
        ran.append(closure)

    monkeypatch.setattr(engine, "_never_run", act)
    program = Program({**DEFINITION, "other": {"all": [{"m": {"never": 1}}]}})
    with program.session() as session:
        assert "hit" in session.tell({"stage": "case", "f0": "a", "f1": "b"})
    assert ran == []


def test_the_definition_is_not_changed_by_the_engine() -> None:
    compiled = adjudge.load("puppet").compiled
    definition, _ = compile_policy(compiled.policy, compiled.axes)
    with Program(definition).session() as session:
        session.tell({"stage": "rules"})
    assert definition == compile_policy(compiled.policy, compiled.axes)[0]


def test_the_inference_is_in_order_from_facts_to_levels() -> None:
    compiled = adjudge.load("cloudtalk").compiled
    case = compiled.axes.case({"request_type": "incident", "environment": "staging"})
    fired = compiled.answer(case).conclusions.fired
    stages = [0 if n[0] == "l" else 1 if n[0] == "r" and "=" in n else 2 for n in fired]
    assert stages == sorted(stages)
    assert fired[-1].startswith("caps:")


def test_unknown_rules_that_are_certain_together() -> None:
    """Three-valued inference alone would leave P3 open; splitting the unknown excludes it."""
    ruleset = ruleset_of(
        HEAD + "criteria:\n"
        "  - {id: low, level: P2, because: b, when: {users_affected_percent: {below: 5}}}\n"
        "  - {id: high, level: P2, because: b, when: {users_affected_percent: {at_least: 5}}}\n"
    )
    decision = ruleset.decide({})
    assert decision.possible == ("P2",)
    assert decision.decided_by == ("low", "high")
    assert {entry.outcome for entry in decision.trail} == {"unknown"}


TESTS = [
    "{environment: production}",
    "{workaround: [none, unacceptable]}",
    "{users_affected: [all, many]}",
    "{functional_impact: unavailable}",
    "{affected_function: [whole_service, critical_function]}",
    "{data_impact: major}",
    "{business_impact: critical}",
    "{caused_by: vendor}",
    "{users_affected_percent: {at_least: 5}}",
]


def nested(depth: int) -> str:
    condition = "{environment: test}"
    for level in range(depth):
        other = "{environment: production}" if level % 2 else "{workaround: none}"
        condition = f"{{{'all' if level % 2 else 'any'}: [{condition}, {other}]}}"
    return condition


@pytest.mark.parametrize(
    ("when", "code"),
    [
        (nested(MAX_DEPTH + 1), "condition-too-deep"),
        (
            "{at_least: {count: 5, of: ["
            + ", ".join(f"{{users_affected_percent: {{above: {n}}}}}" for n in range(12))
            + "]}}",
            "condition-too-wide",
        ),
    ],
)
def test_what_the_engine_cannot_hold_is_a_finding_that_names_the_rule(when: str, code: str) -> None:
    assert MAX_COMBINATIONS < 792  # 5 of 12
    text = HEAD + f"criteria: [{{id: big, level: P1, because: b, when: {when}}}]\n"
    with pytest.raises(InputError, match="`big`") as caught:
        ruleset_of(text)
    assert [finding.code for finding in caught.value.findings] == [code]


@pytest.mark.parametrize(
    "when",
    [
        nested(8),
        nested(20),
        # Combinations, alternatives of combinations, and both in one: more ands and ors than the
        # engine takes in one rule.
        "{at_least: {count: 4, of: [" + ", ".join(TESTS[:8]) + "]}}",
        "{any: [" + ", ".join(f"{{all: [{a}, {b}]}}" for a in TESTS[:6] for b in TESTS[6:]) + "]}",
        "{not: {any: ["
        + ", ".join(f"{{at_least: {{count: 2, of: [{a}, {TESTS[1]}, {TESTS[2]}]}}}}" for a in TESTS)
        + "]}}",
    ],
)
def test_a_large_condition_is_decided_right(when: str) -> None:
    ruleset = ruleset_of(HEAD + f"criteria: [{{id: d, level: P1, because: b, when: {when}}}]\n")
    pick = random.Random(3)
    axes = ruleset.compiled.axes.axes
    for _ in range(60):
        known = {
            axis.fact.name: pick.choice(pick.choice(axis.classes))
            for axis in axes
            if pick.random() < 0.6
        }
        if naive.consistent(ruleset.policy, known):  # type: ignore[arg-type]
            # Both evaluators are asked; a difference raises.
            answer = ruleset.compiled.answer(ruleset.compiled.axes.case(known))
            possible = [ruleset.policy.level_ids[number] for number in answer.possible]
            assert possible == naive.possible(ruleset.policy, known)


def test_many_rules_of_every_kind() -> None:
    """More rules than the engine takes operators in one of its own."""
    rules = "".join(
        f"  - {{id: c{n}, level: P{n % 3 + 1}, because: b, when: {TESTS[n % len(TESTS)]}}}\n"
        for n in range(40)
    )
    moves = "".join(
        f"  - {{id: KIND{n}, level: P{n % 3 + 1}, because: b, when: {TESTS[n % len(TESTS)]}}}\n"
        for n in range(20)
    )
    floors, caps = moves.replace("KIND", "f"), moves.replace("KIND", "k")
    text = f"{HEAD}criteria:\n{rules}floors:\n{floors}caps:\n{caps}"
    ruleset = ruleset_of(text)
    pick = random.Random(4)
    for _ in range(40):
        known = {
            axis.fact.name: pick.choice(pick.choice(axis.classes))
            for axis in ruleset.compiled.axes.axes
            if pick.random() < 0.7
        }
        if naive.consistent(ruleset.policy, known):  # type: ignore[arg-type]
            answer = ruleset.compiled.answer(ruleset.compiled.axes.case(known))
            possible = [ruleset.policy.level_ids[number] for number in answer.possible]
            assert possible == naive.possible(ruleset.policy, known)


def test_too_many_cases_are_refused_with_the_sizes() -> None:
    facts = "".join(f"  f{n}: {{kind: number, minimum: 0}}\n" for n in range(12))
    tests = ", ".join(f"{{f{n}: {{at_least: {t}}}}}" for n in range(12) for t in (1, 2, 3))
    text = (
        HEAD
        + f"facts:\n{facts}criteria: [{{id: c, level: P1, because: b, when: {{any: [{tests}]}}}}]\n"
    )
    with pytest.raises(InputError, match="combine to") as caught:
        ruleset_of(text)
    assert [finding.code for finding in caught.value.findings] == ["too-many-cases"]


@pytest.mark.parametrize("name", ["zeet", "zenput", "puppet", "jelastic", "cloudtalk"])
def test_a_case_put_together_is_what_the_engine_concludes_alone(name: str) -> None:
    compiled = adjudge.load(name).compiled
    policy, axes = compiled.policy, compiled.axes
    pick = random.Random(name)
    cases = [tuple(pick.randrange(axis.size) for axis in axes.axes) for _ in range(400)]
    met = Inference(policy, axes)
    for case in cases:
        met.conclude(case)
    for case in cases[::40]:
        again, alone = met._conclude(case), Inference(policy, axes).conclude(case)
        assert (again.rules, again.levels) == (alone.rules, alone.levels)
        assert (again.leaves, again.fired) == (alone.leaves, alone.fired)


def test_a_case_whose_parts_were_met_does_not_go_to_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = adjudge.load("puppet").compiled
    inference = Inference(compiled.policy, compiled.axes)
    unknown = [axis.unknown for axis in compiled.axes.axes]
    known = [[*unknown[:at], 0, *unknown[at + 1 :]] for at in range(len(unknown))]
    for case in (unknown, *known):
        inference.conclude(tuple(case))
    told: list[object] = []
    tell = engine.Session.tell

    def counted(session: engine.Session, fact: Mapping[str, str]) -> tuple[str, ...]:
        told.append(fact["stage"])
        return tell(session, fact)

    monkeypatch.setattr(engine.Session, "tell", counted)
    inference._conclude(tuple(unknown))
    assert told == []


def test_a_name_that_is_both_true_and_false_is_an_internal_error() -> None:
    stage = Stage(["r0"], {"r0": ("l0",)})
    with pytest.raises(InternalError, match="both"):
        stage.learnt({"l0": "true"}, ["r0=true", "r0=false/1"])
    (node,) = stage.learnt({"l0": "true"}, ["seen", "r0=true", "r0=true/1"])
    assert node.outcomes == {"r0": "true"}
    assert stage.recalled({"l0": "true"}) == [node]
    assert stage.recalled({"l0": "false"}) is None
