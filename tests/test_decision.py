"""What a decision says: the contract's JSON, the trail, questions, nearest, presumptions."""

from __future__ import annotations

import copy
import json
import pickle
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import adjudge
from adjudge.decide import Decision, Ruleset
from adjudge.findings import InputError

Sample = Callable[[str], Ruleset]
STAGING = {
    "request_type": "incident",
    "environment": "staging",
    "affected_function": "critical_function",
    "functional_impact": "unavailable",
}


@pytest.fixture(scope="module")
def overfiled() -> Decision:
    ticket = adjudge.Ticket.from_dict(
        {
            "id": "T-1042",
            "filed": "P1",
            "created_at": "2026-11-20T09:12:00+01:00",
            "facts": {**STAGING, "support_plan": "standard"},
        }
    )
    return adjudge.load("puppet").decide(ticket)


def test_the_json_has_what_the_contract_fixes(overfiled: Decision) -> None:
    entry = json.loads(overfiled.to_json())
    assert {
        "id", "ruleset", "ruleset_version", "filed", "level", "possible", "verdict", "entitled",
        "recommendation", "questions", "response", "facts", "trail",
    } <= entry.keys()  # fmt: skip
    assert entry["id"] == "T-1042"
    assert (entry["filed"], entry["level"], entry["possible"]) == ("P1", "P3", ["P3"])
    assert entry["verdict"] == "overfiled"
    assert entry["entitled"] is True
    recommendation = entry["recommendation"]
    assert recommendation.keys() == {"action", "to", "consent", "summary", "reply"}
    assert recommendation["action"] == "downgrade"
    assert (recommendation["to"], recommendation["consent"]) == ("P3", "ask_customer")
    assert entry["facts"]["environment"] == {"value": "staging", "origin": "field"}
    # Friday 09:12; ten working hours a day: 8 h 48 min on Friday, the rest on Monday from 08:00.
    assert entry["response"] == {
        "within": "PT12H", "clock": "business_hours", "due": "2026-11-23T11:12:00+01:00",
    }  # fmt: skip


def test_the_trail_names_the_condition_that_failed_and_the_value_that_it_met(
    overfiled: Decision,
) -> None:
    first = overfiled.to_dict()["trail"][0]  # type: ignore[index]
    assert first["rule"] == "critical-production-down"
    assert (first["kind"], first["level"], first["outcome"]) == ("criterion", "P1", "false")
    assert first["because"]
    assert first["source"].startswith("Puppet Support")
    (failed,) = [c for c in first["conditions"] if c["decisive"]]
    assert failed["fact"] == "environment"
    assert (failed["expected"], failed["actual"]) == ("production", "staging")
    assert (failed["outcome"], failed["origin"]) == ("false", "field")


def test_the_trail_goes_from_the_most_urgent_level_down(overfiled: Decision) -> None:
    ladder = [e.level for e in overfiled.trail if e.kind in ("criterion", "residual")]
    assert ladder == sorted(ladder)  # type: ignore[type-var]
    assert {entry.outcome for entry in overfiled.trail} == {"true", "false", "unknown"}


def test_nearest_says_what_would_make_it_the_filed_level(overfiled: Decision) -> None:
    (way,) = overfiled.to_dict()["nearest"]  # type: ignore[misc]
    assert way == [
        {"fact": "environment", "from": "staging", "to": ["production"]},
        {"fact": "workaround", "from": None, "to": ["none", "unacceptable"]},
    ]
    assert "It would be P1 if the environment were production" in overfiled.to_text()


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_nearest_changes_lead_to_just_the_level(name: str) -> None:
    ruleset = adjudge.load(name)
    compiled = ruleset.compiled
    pick = random.Random(name)
    checked = 0
    while checked < 60:
        case = tuple(pick.randrange(axis.size) for axis in compiled.table.axes.axes)
        level = pick.choice(ruleset.policy.level_ids)
        if not compiled.table.mask(case):
            continue
        checked += 1
        for way in compiled.nearest(case, compiled.rank[level]):
            changed = list(case)
            for change in way:
                axis = compiled.table.axes.axis(change.fact)
                (index,) = [
                    i for i, values in enumerate(axis.classes) if _covers(change.to[0], values[0])
                ]
                changed[compiled.table.axes.position[change.fact]] = index
            assert compiled.table.possible(tuple(changed)) == (compiled.rank[level],)


def _covers(shown: object, value: object) -> bool:
    if isinstance(shown, dict):
        assert isinstance(value, float)
        tests = {
            "exactly": lambda bound: value == bound,
            "at_least": lambda bound: value >= bound,
            "above": lambda bound: value > bound,
            "at_most": lambda bound: value <= bound,
            "below": lambda bound: value < bound,
        }
        return all(tests[key](bound) for key, bound in shown.items())
    if isinstance(value, frozenset):
        return sorted(word for word in value if word.isalnum()) == shown
    return shown == value


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_only_facts_that_can_still_change_the_level_are_asked(name: str) -> None:
    ruleset = adjudge.load(name)
    compiled = ruleset.compiled
    pick = random.Random(name)
    for _ in range(60):
        axes = compiled.table.axes.axes
        case = tuple(
            axis.unknown if pick.random() < 0.6 else pick.randrange(axis.size) for axis in axes
        )
        if not compiled.table.mask(case):
            continue
        asked = set(compiled.asked(case))
        assert bool(asked) == (len(compiled.table.possible(case)) > 1)
        for position in compiled.table.axes.unknown(case):
            if axes[position].fact.name not in asked:
                narrowed = {
                    compiled.table.mask((*case[:position], index, *case[position + 1 :]))
                    for index in range(axes[position].unknown)
                }
                assert narrowed - {0} == {compiled.table.mask(case)}


def test_the_first_question_narrows_most() -> None:
    decision = adjudge.load("cloudtalk").decide({"request_type": "incident"}, filed="P1")
    assert decision.verdict == "unproven"
    assert decision.questions[0].fact == "environment"  # half of its answers settle the level
    assert decision.recommendation.action == "ask"
    assert decision.recommendation.to is None


def test_a_fact_that_cannot_change_the_level_need_not_be_known() -> None:
    decision = adjudge.load("puppet").decide({"request_type": "how_to"}, filed="P1")
    assert decision.possible == ("P4",)
    assert decision.questions == ()


def test_a_presumption_on_which_the_decision_rests_is_named() -> None:
    facts = {
        "request_type": "incident", "environment": "production", "workaround": "none",
        "affected_function": "whole_service", "functional_impact": "unavailable",
    }  # fmt: skip
    decision = adjudge.load("jelastic").decide(facts, filed="L1")
    assert decision.verdict == "confirmed"
    assert set(decision.presumptions) == {"technology", "customer_can_resolve"}
    assert "presumed" in decision.recommendation.summary
    assert "technologies" in decision.recommendation.reply
    stated = {**facts, "technology": [], "customer_can_resolve": False}
    assert adjudge.load("jelastic").decide(stated, filed="L1").presumptions == ()


def test_presumptions_that_matter_only_together_are_named(sample: Sample) -> None:
    rules = sample("""
criteria:
  - id: either
    level: P1
    because: b
    when: {any: [{product_stage: ga}, {caused_by: vendor}]}
""")
    assert rules.decide({}).presumptions == ("product_stage", "caused_by")
    assert rules.decide({"product_stage": "ga"}).presumptions == ()


def test_a_presumption_yields_to_facts_that_exclude_it(sample: Sample) -> None:
    rules = sample("""
presume: {users_affected: {value: all}}
criteria: [{id: c, level: P1, because: b, when: {users_affected: all}}]
""")
    assert rules.decide({}).level == "P1"
    decision = rules.decide({"users_affected_percent": 3})
    assert decision.possible == ("P3",)
    assert "users_affected" not in decision.facts


def test_a_downgrade_goes_only_as_far_as_is_proven() -> None:
    facts = {"request_type": "incident", "affected_function": "critical_function",
             "functional_impact": "unavailable", "workaround": "available"}  # fmt: skip
    decision = adjudge.load("zenput").decide(facts, filed="L1")
    assert decision.possible == ("L2", "L3")  # L3 if a single user is affected
    assert decision.verdict == "overfiled"
    assert decision.level == "L3"
    assert decision.recommendation.to == "L2"


@pytest.mark.parametrize(("mode", "level"), [("proven", "L3"), ("cautious", "L1"), ("filed", "L2")])
def test_when_uncertain(mode: str, level: str) -> None:
    decision = adjudge.load("zenput").decide(
        {"request_type": "incident"},
        filed="L2",
        when_uncertain=mode,  # type: ignore[arg-type]
    )
    assert decision.possible == ("L1", "L2", "L3")
    assert decision.level == level
    assert decision.verdict == "unproven"


def test_when_uncertain_filed_falls_back_to_what_is_proven() -> None:
    decision = adjudge.load("puppet").decide(
        {"request_type": "how_to"}, "P1", when_uncertain="filed"
    )
    assert decision.level == "P4"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"enviroment": "production"}, "did you mean `environment`"),
        ({"environment": "prodcution"}, "did you mean `production`"),
        ({"users_affected_percent": 101}, "from 0 to 100"),
        ({"users_affected_percent": "5"}, "expected a number"),
        ({"users_affected_percent": float("nan")}, "expected a number"),
        ({"customer_can_resolve": "no"}, "expected true or false"),
        ({"technology": "php"}, "expected a list of words"),
        ({"users_affected": "all", "users_affected_percent": 3}, "contradict each other"),
    ],
)
def test_facts_that_cannot_be_used(facts: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        adjudge.load("zenput").decide(facts)


def test_all_problems_of_a_ticket_at_once() -> None:
    with pytest.raises(InputError) as caught:
        adjudge.load("puppet").decide({"a": 1, "environment": "b"}, filed="P9")
    codes = [finding.code for finding in caught.value.findings]
    assert codes == ["unknown-fact", "value-outside-domain", "unknown-level"]


@pytest.mark.parametrize("value", [("a", ["b"]), ["a", {}], {"a": 1}, float("nan"), 1, True, ""])
def test_what_is_no_value_is_a_finding_whatever_it_is(value: object) -> None:
    jelastic = adjudge.load("jelastic")
    for fact in ("environment", "technology"):
        with pytest.raises(InputError, match="is no value of"):
            jelastic.decide({fact: value})


def test_a_number_that_equals_a_truth_is_not_taken_for_it() -> None:
    zenput = adjudge.load("zenput")
    assert zenput.decide({"scheduled_maintenance": True}).facts["scheduled_maintenance"].value
    with pytest.raises(InputError, match="expected true or false"):
        zenput.decide({"scheduled_maintenance": 1})


@pytest.mark.parametrize("filed", ["p1", " P1 ", "1", "Priority  1"])
def test_filed_levels_in_any_spelling_that_the_ruleset_knows(filed: str) -> None:
    assert adjudge.load("puppet").decide({}, filed=filed).filed == "P1"


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_no_two_levels_share_a_spelling(name: str) -> None:
    policy = adjudge.load(name).policy
    seen: dict[str, str] = {}
    for level in policy.levels:
        for spelling in {
            s.casefold() for s in (level.id, *level.name.by_language.values(), *level.also)
        }:
            assert seen.setdefault(spelling, level.id) == level.id


def test_reasons_and_replies_in_swedish_and_english() -> None:
    ruleset = adjudge.load("cloudtalk")
    facts = {"request_type": "how_to"}
    english = ruleset.decide(facts, filed="P1", language="en")
    swedish = ruleset.decide(facts, filed="P1", language="sv")
    assert english.recommendation.reply.startswith("Hello,")
    assert swedish.recommendation.reply.startswith("Hej!")
    assert english.trail[0].because != swedish.trail[0].because
    assert [e.outcome for e in english.trail] == [e.outcome for e in swedish.trail]
    with pytest.raises(InputError, match="no texts in the language `xx`"):
        _ = ruleset.decide(facts, language="xx").recommendation


@pytest.mark.parametrize("tag", ["sv", "sv-SE", "sv_FI", "SV", " sv "])
def test_a_ticket_is_answered_in_its_language_whatever_its_region(tag: str) -> None:
    ruleset = adjudge.load("cloudtalk")
    asked = adjudge.Ticket("1", filed="P1", subject="Hur byter jag ringsignal?", language=tag)
    decision = ruleset.decide(asked)
    assert decision.language == "sv"
    assert decision.recommendation.reply.startswith("Hej!")
    assert ruleset.decide(adjudge.Ticket("1", language="svx")).language is None


def test_text_and_markdown(overfiled: Decision) -> None:
    text = overfiled.to_text()
    assert text.splitlines()[0].startswith("T-1042  filed P1  P3")
    assert "\x1b[" not in text
    assert "\x1b[" in overfiled.to_text(color=True)
    markdown = overfiled.to_markdown()
    assert markdown.startswith("## T-1042: overfiled")
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(overfiled.trail)


def test_ticket_text_cannot_act_on_a_terminal_or_in_markdown() -> None:
    ticket = adjudge.Ticket(id="\x1b[31m<b>|x", filed="P1", facts={"request_type": "how_to"})
    decision = adjudge.load("puppet").decide(ticket)
    assert "\x1b[31m" not in decision.to_text()
    assert "<b>" not in decision.to_markdown()


def test_two_threads_decide_at_once_and_both_are_right() -> None:
    """Cold, so that compiling, inference and the caches are all entered by several threads."""
    ruleset = adjudge.load("cloudtalk")
    axes = ruleset.compiled.axes.axes
    pick = random.Random(5)
    cases = [
        {
            axis.fact.name: pick.choice(axis.classes[pick.randrange(len(axis.classes))])
            for axis in axes
            if pick.random() < 0.7 and axis.fact.kind == "one_of"
        }
        for _ in range(300)
    ]
    sequential = [adjudge.load("cloudtalk").decide(facts).to_json() for facts in cases[:40]]
    gate = threading.Barrier(4)

    def decide(order: int) -> list[str]:
        gate.wait()
        indexes = list(range(len(cases)))
        random.Random(order).shuffle(indexes)
        found = {index: ruleset.decide(cases[index]).to_json() for index in indexes}
        return [found[index] for index in range(len(cases))]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(decide, range(4)))
    assert results[0] == results[1] == results[2] == results[3]
    assert results[0][:40] == sequential


def test_importing_adjudge_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    heavy = ("pydantic", "numpy", "yaml", "click", "durable", "rich", "polars", "holidays")
    code = f"import adjudge, sys; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda r: r.decide(None), "ticket"),
        (lambda r: r.decide("x"), "ticket"),
        (lambda r: r.decide([1]), "ticket"),
        (lambda r: r.decide({}, filed=1), "filed"),
        (lambda r: r.decide({}, as_of="2026-01-01"), "as_of"),
        (lambda r: r.decide({}, as_of=datetime(2026, 1, 1, tzinfo=UTC)), "as_of"),
        (lambda r: r.decide(adjudge.Ticket("1", created_at=datetime(2026, 1, 1))), "created_at"),
        (lambda r: r.decide({}, when_uncertain=None), "when_uncertain"),
        (lambda r: r.decide({}, language=5), "language"),
        (lambda r: r.read({"id": "1"}), "ticket"),
        (lambda r: r.decide({}, extractor=5), "extractor"),
        (
            lambda r: r.decide(adjudge.Ticket("1", description="it is down"), extractor=[]),
            "extractor",
        ),
        (lambda r: r.read(adjudge.Ticket("1"), extractor=5), "extractor"),
        (lambda r: adjudge.Ticket(5), "id"),
        (lambda r: adjudge.Ticket("1", subject=5), "subject"),
        (lambda r: adjudge.Ticket("1", description=["it is down"]), "description"),
        (lambda r: adjudge.Ticket("1", filed=1), "filed"),
        (lambda r: adjudge.Ticket("1", filed_rank="1"), "filed_rank"),
        (lambda r: adjudge.Ticket("1", language=5), "language"),
        (lambda r: adjudge.Ticket("1", created_at="2026-01-01"), "created_at"),
        (lambda r: adjudge.Ticket("1", created_at=date(2026, 1, 1)), "created_at"),
        (lambda r: adjudge.Ticket("1", facts=None), "facts"),
        (lambda r: adjudge.Ticket("1", fields=[]), "fields"),
        (lambda r: adjudge.Ruleset([]), "policies"),
        (lambda r: adjudge.Ruleset("puppet"), "policies"),
        (lambda r: adjudge.Ruleset(None), "policies"),
        (lambda r: adjudge.load(None), "name"),
        (lambda r: adjudge.load("servicenow", options="low"), "options"),
        (lambda r: adjudge.Ticket.from_dict([1]), "data"),
        (lambda r: adjudge.load("puppet", version=2026), "version"),
        (lambda r: adjudge.load("puppet", extractor=3), "extractor"),
    ],
)
def test_a_wrong_call_says_which_argument(call: Callable[[Ruleset], object], named: str) -> None:
    with pytest.raises(InputError, match=f"`{named}`") as caught:
        call(adjudge.load("puppet"))
    assert [finding.code for finding in caught.value.findings] == ["bad-call"]


@pytest.mark.parametrize("name", ["response_at", "response_is_open", "promise_at", "nearest_to"])
def test_a_level_that_the_ruleset_does_not_have_is_refused(name: str) -> None:
    decision = adjudge.load("puppet").decide({"environment": "production"}, filed="P1")
    with pytest.raises(InputError) as caught:
        getattr(decision, name)("P9")
    (finding,) = caught.value.findings
    assert finding.code == "unknown-level"
    assert finding.help == "known here: `P1`, `P2`, `P3`, `P4`"
    with pytest.raises(InputError, match="`level` has to be a text"):
        getattr(decision, name)(["P1"])


@pytest.mark.parametrize("name", [1, None, ("a", "b")])
def test_a_name_that_is_no_text_is_an_unknown_one(name: object) -> None:
    puppet = adjudge.load("puppet")
    calls: list[Callable[[], object]] = [
        lambda: puppet.decide({name: "x"}),
        lambda: adjudge.Ticket.from_dict({"id": "1", name: "x", "nr": "y"}),
        lambda: adjudge.load("servicenow", options={name: "low"}),
    ]
    for call in calls:
        with pytest.raises(InputError, match=r"no fact|no field|no option"):
            call()


def test_a_whole_ticket_in_the_place_of_facts_says_how_to_make_one() -> None:
    with pytest.raises(InputError) as caught:
        adjudge.load("puppet").decide({"id": "1", "facts": {"environment": "production"}})
    for finding in caught.value.findings:
        assert finding.help is not None
        assert "`adjudge.Ticket.from_dict(...)`" in finding.help


def test_numbers_and_truths_of_numpy_are_taken_for_what_they_are() -> None:
    import numpy as np

    zenput = adjudge.load("zenput")
    for number in (np.int64(30), np.float32(30), Decimal(30)):
        decision = zenput.decide({"users_affected_percent": number})
        assert decision.to_dict()["facts"]["users_affected_percent"]["value"] == 30  # type: ignore[index,call-overload]
        assert '"value": 30,' in decision.to_json()
    decision = zenput.decide({"scheduled_maintenance": np.bool_(True)})
    assert decision.facts["scheduled_maintenance"].value is True
    for wrong in (np.array([30, 31]), Decimal("NaN")):
        with pytest.raises(InputError, match="is no value of `users_affected_percent`"):
            zenput.decide({"users_affected_percent": wrong})


@pytest.mark.parametrize(
    ("fact", "value", "help"),
    [
        ("scheduled_maintenance", "True", "expected true or false, without quotes"),
        ("scheduled_maintenance", "yes", "expected true or false"),
        ("users_affected_percent", "30", "expected a number, without quotes"),
        ("users_affected_percent", "30%", "expected a number"),
    ],
)
def test_a_text_that_looks_like_a_value_is_told_to_be_a_text(
    fact: str, value: str, help: str
) -> None:
    with pytest.raises(InputError) as caught:
        adjudge.load("zenput").decide({fact: value})
    assert [each.help for each in caught.value.findings] == [help]


def test_a_number_of_any_length_is_a_finding() -> None:
    with pytest.raises(InputError, match="is no value of `users_affected_percent`"):
        adjudge.load("puppet").decide({"users_affected_percent": 10**400})


def test_a_decision_is_its_own_copy_and_says_why_it_does_not_travel() -> None:
    decision = adjudge.load("puppet").decide({})
    assert copy.copy(decision) is decision
    assert copy.deepcopy([decision])[0] is decision
    with pytest.raises(InputError, match="cannot be sent to another process"):
        pickle.dumps(decision)
