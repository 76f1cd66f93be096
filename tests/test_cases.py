"""Every shipped ruleset against its written cases, and the laws that hold for every decision."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import adjudge
from conftest import FIXTURES

FILES = sorted((FIXTURES / "cases").glob("*.yaml"))
DOCUMENTS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
CASES = [
    pytest.param(document["ruleset"], case, id=f"{name}-{case['name']}")
    for name, document in DOCUMENTS.items()
    for case in document["cases"]
]
EXPECTATIONS = {
    "level", "possible", "verdict", "decided_by", "response", "entitled", "consent", "action", "to",
    "presumptions", "questions",
}  # fmt: skip


def decide(name: str, case: dict[str, Any]) -> adjudge.Decision:
    ticket = {"id": case["name"], "facts": case["facts"]}
    for field in ("filed", "created_at"):
        if case.get(field) is not None:
            ticket[field] = str(case[field])
    ruleset = adjudge.load(name, options=case.get("options"))
    return ruleset.decide(adjudge.Ticket.from_dict(ticket))


def observed(decision: adjudge.Decision) -> dict[str, Any]:
    response = decision.response
    return {
        "level": decision.level,
        "possible": list(decision.possible),
        "verdict": decision.verdict,
        "decided_by": sorted(decision.decided_by),
        "response": response and {"within": response.within, "clock": response.clock},
        "entitled": decision.entitled,
        "consent": decision.recommendation.consent,
        "action": decision.recommendation.action,
        "to": decision.recommendation.to,
        "presumptions": sorted(decision.presumptions),
        "questions": [question.fact for question in decision.questions],
    }


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: dict[str, Any]) -> None:
    expected = dict(case["expect"])
    assert expected.keys() <= EXPECTATIONS
    for unordered in ("decided_by", "presumptions"):
        if unordered in expected:
            expected[unordered] = sorted(expected[unordered])
    if expected.get("response"):
        expected["response"] = {k: expected["response"][k] for k in ("within", "clock")}
    seen = observed(decide(name, case))
    assert {key: seen[key] for key in expected} == expected


def test_every_shipped_ruleset_has_at_least_forty_cases() -> None:
    for name in adjudge.shipped_rulesets():
        assert len(DOCUMENTS[name]["cases"]) >= 40, name


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_every_rule_decides_a_case(name: str) -> None:
    document = DOCUMENTS[name]
    decided = {
        rule
        for case in document["cases"]
        if len(decide(name, case).possible) == 1
        for rule in decide(name, case).decided_by
    }
    never = {entry["rule"] for entry in document.get("never_decides", [])}
    rules = {rule.id for rule in adjudge.load(name).policy.deciding_rules}
    assert rules - decided == never


def test_every_boundary_of_a_number_has_a_case() -> None:
    percents = {
        case["facts"].get("users_affected_percent") for case in DOCUMENTS["zenput"]["cases"]
    }
    assert {0, 4.99, 5, 100} <= percents
