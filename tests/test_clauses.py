"""One small ruleset for each clause of the catalogue of what severity policies say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adjudge.decide import Ruleset
from adjudge.decide.outline import as_markdown, as_text
from adjudge.findings import InputError
from adjudge.tickets.ticket import Ticket

Sample = Callable[[str], Ruleset]


def level(ruleset: Ruleset, **facts: object) -> str:
    decision = ruleset.decide(facts)
    assert len(decision.possible) == 1, decision.possible
    return decision.level


def test_criteria_joined_by_and_or_not(sample: Sample) -> None:
    rules = sample("""
criteria:
  - id: hit
    level: P1
    because: b
    when:
      all:
        - environment: production
        - any: [{functional_impact: unavailable}, {business_impact: critical}]
        - not: {workaround: [available, in_use]}
""")
    known = {"environment": "production", "functional_impact": "unavailable"}
    assert level(rules, **known, workaround="none") == "P1"
    assert level(rules, **known, workaround="in_use") == "P3"
    assert rules.decide(known).possible == ("P1", "P3")
    assert level(rules, environment="test") == "P3"


def test_at_least_n_of_m(sample: Sample) -> None:
    three = "[{environment: production}, {workaround: none}, {users_affected: [all, many]}]"
    rules = sample(f"""
criteria:
  - {{id: three, level: P1, because: b, when: {{at_least: {{count: 3, of: {three}}}}}}}
  - {{id: two, level: P2, because: b, when: {{at_least: {{count: 2, of: {three}}}}}}}
""")
    assert level(rules, environment="production", workaround="none", users_affected="all") == "P1"
    assert level(rules, environment="production", workaround="in_use", users_affected="all") == "P2"
    assert level(rules, environment="test", workaround="in_use") == "P3"
    assert rules.decide({"environment": "production", "workaround": "none"}).possible == (
        "P1",
        "P2",
    )


def test_impact_by_urgency_matrix(sample: Sample) -> None:
    rules = sample("""
facts:
  impact: {values: [high, low]}
  urgency: {values: [high, low]}
matrices:
  - id: grid
    rows: impact
    columns: urgency
    because: "{row} impact and {column} urgency give {level}"
    levels: {high: {high: P1, low: P2}, low: {high: P2, low: P3}}
""")
    assert level(rules, impact="high", urgency="high") == "P1"
    decision = rules.decide({"impact": "low", "urgency": "high"})
    assert decision.decided_by == ("grid.low.high",)
    assert "low impact and high urgency give P2" in decision.to_text()
    assert rules.decide({"impact": "high"}).possible == ("P1", "P2")


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(0, "P3"), (4.99, "P3"), (5, "P2"), (24.9, "P2"), (25, "P2"), (25.01, "P1"), (100, "P1")],
)
def test_numeric_thresholds_and_ranges(sample: Sample, percent: float, expected: str) -> None:
    rules = sample("""
criteria:
  - {id: most, level: P1, because: b, when: {users_affected_percent: {above: 25}}}
  - {id: many, level: P2, because: b, when: {users_affected_percent: {at_least: 5, at_most: 25}}}
""")
    assert level(rules, users_affected_percent=percent) == expected


def test_environment_gate(sample: Sample) -> None:
    rules = sample("""
criteria:
  - {id: down, level: P1, because: b, when: {functional_impact: unavailable}}
caps:
  - {id: gate, level: P3, because: b, when: {environment: {not: production}}}
""")
    assert level(rules, functional_impact="unavailable", environment="production") == "P1"
    assert level(rules, functional_impact="unavailable", environment="staging") == "P3"
    assert rules.decide({"functional_impact": "unavailable"}).possible == ("P1", "P3")


def test_non_production_may_still_be_high(sample: Sample) -> None:
    rules = sample("""
facts:
  go_live_imminent: {kind: yes_no}
criteria:
  - id: project-blocked
    level: P1
    because: b
    when: {any: [{development_workflow: blocked}, {go_live_imminent: true}]}
""")
    assert level(rules, environment="development", development_workflow="blocked") == "P1"
    assert level(rules, environment="staging", go_live_imminent=True) == "P1"


def test_workaround_of_a_quality(sample: Sample) -> None:
    rules = sample("""
facts:
  workaround_minutes: {kind: number, minimum: 0}
criteria:
  - id: none-that-is-easy
    level: P1
    because: b
    when:
      any:
        - workaround: [none, unacceptable]
        - all: [{workaround: available}, {workaround_minutes: {above: 30}}]
""")
    assert level(rules, workaround="unacceptable") == "P1"
    assert level(rules, workaround="available", workaround_minutes=30) == "P3"
    assert level(rules, workaround="available", workaround_minutes=31) == "P1"


def test_workaround_caps_the_level(sample: Sample) -> None:
    rules = sample("""
criteria:
  - {id: down, level: P1, because: b, when: {functional_impact: unavailable}}
caps:
  - {id: worked-around, level: P3, because: b, when: {workaround: [available, in_use]}}
""")
    assert level(rules, functional_impact="unavailable", workaround="in_use") == "P3"


def test_technology_and_stage_cap(sample: Sample) -> None:
    rules = sample("""
criteria:
  - {id: down, level: P1, because: b, when: {functional_impact: unavailable}}
caps:
  - {id: dotnet, level: P2, because: b, when: {technology: {contains: [dotnet, mssql]}}}
  - {id: not-released, level: P3, because: b, when: {product_stage: {not: ga}}}
""")
    down = {"functional_impact": "unavailable"}
    assert level(rules, **down) == "P1"
    assert level(rules, **down, technology=["java", "mssql"]) == "P2"
    assert level(rules, **down, technology=["java"]) == "P1"
    assert level(rules, **down, product_stage="beta") == "P3"


@pytest.mark.parametrize(("test", "words", "holds"), [
    ("{contains_all: [a, b]}", ["a", "b", "c"], True), ("{contains_all: [a, b]}", ["a"], False),
    ("{empty: true}", [], True), ("{empty: true}", ["x"], False),
    ("{empty: false}", ["x"], True), ("{not: {contains: a}}", ["x"], True),
])  # fmt: skip
def test_sets(sample: Sample, test: str, words: list[str], holds: bool) -> None:
    rules = sample(f"criteria: [{{id: c, level: P1, because: b, when: {{technology: {test}}}}}]")
    assert (level(rules, technology=words) == "P1") is holds


def test_floor(sample: Sample) -> None:
    rules = sample("""
floors:
  - {id: data-integrity, level: P2, because: b, when: {data_impact: major}}
  - {id: security, level: P1, because: b, when: {security_impact: confirmed}}
caps:
  - {id: never-above, level: P2, because: b, when: {environment: test}}
""")
    assert level(rules, data_impact="major", environment="production") == "P2"
    assert level(rules, security_impact="confirmed", environment="production") == "P1"
    assert level(rules, security_impact="confirmed", environment="test") == "P2"


def test_requests_below_the_ladder(sample: Sample) -> None:
    rules = sample("""
criteria:
  - id: down
    level: P1
    because: b
    when: {request_type: [incident, defect], functional_impact: unavailable}
""")
    assert level(rules, request_type="how_to") == "P3"
    assert rules.decide({"functional_impact": "unavailable"}).possible == ("P1", "P3")


def test_plan_gates_a_level_and_support(sample: Sample) -> None:
    rules = sample("""
facts:
  support_plan: {values: [gold, silver, none]}
criteria:
  - {id: down, level: P1, because: b, when: {functional_impact: unavailable}}
caps:
  - {id: gold-only, level: P2, because: b, when: {support_plan: {not: gold}}}
entitlement: {because: b, when: {support_plan: [gold, silver]}}
""")
    down = {"functional_impact": "unavailable"}
    assert level(rules, **down, support_plan="gold") == "P1"
    assert level(rules, **down, support_plan="silver") == "P2"
    assert rules.decide({**down, "support_plan": "none"}).entitled is False
    assert rules.decide({**down, "support_plan": "silver"}).entitled is True
    assert rules.decide(down).entitled is None


def test_kind_of_customer_gates_support(sample: Sample) -> None:
    rules = sample("""
facts:
  customer_type: {values: [enterprise, developer]}
entitlement: {because: b, when: {customer_type: enterprise}}
responses:
  - {id: r, within: PT2H, clock: around_the_clock, because: b}
""")
    assert rules.decide({"customer_type": "developer"}).entitled is False
    assert rules.decide({"customer_type": "developer"}).response is None
    unknown = rules.decide({})
    assert unknown.entitled is None
    assert unknown.response is not None


def test_residual_level(sample: Sample) -> None:
    rules = sample("criteria: [{id: c, level: P1, because: b, when: {environment: production}}]")
    decision = rules.decide({"environment": "test"})
    assert (decision.level, decision.decided_by) == ("P3", ("anything-else",))


def test_default_where_nothing_was_chosen(sample: Sample) -> None:
    rules = sample("""
criteria: [{id: c, level: P1, because: b, when: {environment: production}}]
default_level: {level: P3, because: nothing was chosen}
""")
    decision = rules.decide({"environment": "production"})
    assert (decision.filed, decision.filed_by_default, decision.verdict) == (
        "P3",
        True,
        "underfiled",
    )
    assert decision.trail[-1].kind == "default_level"
    assert rules.decide({"environment": "production"}, filed="P1").verdict == "confirmed"


@pytest.mark.parametrize("consent", ["vendor_decides", "customer_agrees", "ask_customer"])
def test_who_may_change_the_level(sample: Sample, consent: str) -> None:
    rules = sample(f"""
criteria: [{{id: c, level: P1, because: b, when: {{environment: production}}}}]
reclassification:
  downgrade: {{consent: {consent}}}
""")
    down = rules.decide({"environment": "test"}, filed="P1").recommendation
    assert (down.action, down.to, down.consent) == ("downgrade", "P3", consent)
    up = rules.decide({"environment": "production"}, filed="P3").recommendation
    assert (up.action, up.to, up.consent) == ("upgrade", "P1", None)


def test_contact_duty(sample: Sample) -> None:
    rules = sample("""
facts:
  customer_reachable: {kind: yes_no, question: Can somebody be reached at all hours?}
presume:
  customer_reachable: {value: true, because: nothing says that the customer is away}
criteria: [{id: down, level: P1, because: b, when: {functional_impact: unavailable}}]
caps: [{id: nobody-there, level: P2, because: b, when: {customer_reachable: false}}]
""")
    decision = rules.decide({"functional_impact": "unavailable"}, filed="P1")
    assert decision.verdict == "confirmed"
    assert decision.presumptions == ("customer_reachable",)
    assert level(rules, functional_impact="unavailable", customer_reachable=False) == "P2"


def test_exceptions_granted_as_a_courtesy(sample: Sample) -> None:
    rules = sample("""
facts:
  courtesy: {values: [none, legal, financial, audit]}
presume: {courtesy: {value: none}}
floors: [{id: courtesy, level: P2, because: b, when: {courtesy: {not: none}}}]
""")
    assert level(rules) == "P3"
    assert level(rules, courtesy="audit") == "P2"


RESPONSES = """
facts:
  support_plan: {values: [gold, silver]}
calendars:
  office: {zone: Europe/Stockholm, hours: {opens: "09:00", closes: "17:00"}, holidays: ["12-24", "2026-12-25"]}
criteria: [{id: down, level: P1, because: b, when: {functional_impact: unavailable}}]
responses:
  - {id: not-covered, when: {product_stage: [beta, developer_preview]}, because: b}
  - {id: gold, level: P1, when: {support_plan: gold}, within: PT1H, clock: around_the_clock, because: b}
  - {id: silver, level: P1, when: {support_plan: silver}, within: PT10H, clock: business_hours, calendar: office, because: b}
  - {id: rest, level: [P2, P3], within: P2D, clock: business_days, calendar: office, because: b}
"""  # noqa: E501


@pytest.mark.parametrize(("plan", "created", "due"), [
    ("gold", "2026-11-20T23:30:00+01:00", "2026-11-21T00:30:00+01:00"),
    # Friday 16:00: one hour on Friday, eight on Monday, one on Tuesday.
    ("silver", "2026-11-20T16:00:00+01:00", "2026-11-24T10:00:00+01:00"),
    # Before opening, in another zone; Christmas Eve and Christmas Day are off, then a weekend.
    ("silver", "2026-12-23T06:00:00+00:00", "2026-12-28T11:00:00+01:00"),
])  # fmt: skip
def test_response_on_a_clock(sample: Sample, plan: str, created: str, due: str) -> None:
    facts = {"functional_impact": "unavailable", "support_plan": plan}
    ticket = Ticket.from_dict({"id": "T", "created_at": created, "facts": facts})
    response = sample(RESPONSES).decide(ticket).response
    assert response is not None
    assert response.due is not None
    assert response.due.isoformat() == due


@pytest.mark.parametrize("plan", ["gold", "silver"])
def test_a_response_beyond_the_calendar_has_no_due_time(sample: Sample, plan: str) -> None:
    facts = {"functional_impact": "unavailable", "support_plan": plan}
    created = "9999-12-31T23:59:00-05:00"
    ticket = Ticket.from_dict({"id": "T", "created_at": created, "facts": facts})
    response = sample(RESPONSES).decide(ticket).response
    assert response is not None
    assert response.due is None


def test_response_in_business_days(sample: Sample) -> None:
    ticket = Ticket.from_dict({"id": "T", "created_at": "2026-11-20T18:00:00+01:00",
                               "facts": {"functional_impact": "none"}})  # fmt: skip
    response = sample(RESPONSES).decide(ticket).response
    assert response is not None
    assert response.to_dict() == {
        "within": "P2D", "clock": "business_days", "due": "2026-11-24T17:00:00+01:00",
    }  # fmt: skip


def test_a_promise_that_leaves_some_requests_out(sample: Sample) -> None:
    rules = sample(RESPONSES)
    facts = {"functional_impact": "unavailable", "support_plan": "gold"}
    assert rules.decide({**facts, "product_stage": "beta"}).response is None
    assert rules.decide(facts).response is not None
    assert rules.decide({"functional_impact": "unavailable"}).response is None  # plan unknown


def test_scheduled_maintenance_window(sample: Sample) -> None:
    rules = sample("""
criteria: [{id: down, level: P1, because: b, when: {functional_impact: unavailable}}]
caps: [{id: planned, level: P2, because: b, when: {scheduled_maintenance: true}}]
maintenance:
  - {id: weekly, weekday: tuesday, starts: "23:00", duration: PT2H, zone: America/Los_Angeles, because: the weekly window}
""")  # noqa: E501

    def at(created: str, **facts: object) -> str:
        down = {"functional_impact": "unavailable", **facts}
        return rules.decide(
            Ticket.from_dict({"id": "T", "created_at": created, "facts": down})
        ).level

    assert at("2026-11-17T23:00:00-08:00") == "P2"
    assert at("2026-11-18T00:59:59-08:00") == "P2"  # past midnight, still in the window
    assert at("2026-11-18T01:00:00-08:00") == "P1"
    assert at("2026-11-17T22:59:59-08:00") == "P1"
    assert at("2026-11-18T07:30:00+00:00") == "P2"  # the same moment in another zone
    assert at("2026-11-17T23:30:00-08:00", scheduled_maintenance=False) == "P1"


def test_indicators_support_and_do_not_decide(sample: Sample) -> None:
    rules = sample("""
indicators: [{id: lost-data, level: P1, because: data was lost, when: {data_impact: major}}]
""")
    decision = rules.decide({"data_impact": "major"})
    assert decision.level == "P3"
    assert ("indicator", "true") in {(entry.kind, entry.outcome) for entry in decision.trail}


VERSIONS = """\
ruleset: acme
version: "1"
effective_from: "2025-01-01"
title: Acme
levels: [{id: P1, name: One}, {id: P2, name: Two}]
residual: {level: P2, because: b}
---
ruleset: acme
version: "2"
effective_from: "2026-01-01"
title: Acme
levels: [{id: P1, name: One}, {id: P2, name: Two}]
residual: {level: P1, because: b}
"""


def test_versions_from_a_date_on() -> None:
    from datetime import date

    from conftest import ruleset_of

    rules = ruleset_of(VERSIONS)

    def version(created: str | None, as_of: date | None = None) -> str:
        ticket = Ticket.from_dict({"id": "T", "created_at": created})
        return rules.decide(ticket, as_of=as_of).ruleset_version

    assert version("2025-12-31T12:00:00+00:00") == "1"
    assert version("2026-01-01T00:00:00+00:00") == "2"
    assert version(None) == "2"
    assert version("2026-05-01T00:00:00+00:00", date(2025, 6, 1)) == "1"
    with pytest.raises(InputError, match="no version of `acme` was in force on 2024-12-31"):
        version("2024-12-31T00:00:00+00:00")


def test_the_reading_taken_where_the_text_is_silent(sample: Sample) -> None:
    rules = sample("""
criteria:
  - id: c
    level: P1
    when: {environment: production}
    because: b
    source: Policy, section 2
    interpretation: the text does not say; we take it to mean production
""")
    (entry,) = [e for e in rules.decide({"environment": "production"}).trail if e.rule == "c"]
    assert entry.interpretation == "the text does not say; we take it to mean production"
    assert entry.source == "Policy, section 2"


def test_a_law_between_facts(sample: Sample) -> None:
    rules = sample("""
facts:
  seats: {kind: number, minimum: 0}
derive:
  - {id: one-seat, when: {users_affected: single}, fact: seats, value: 1, because: a single user has one seat}
criteria: [{id: some, level: P2, because: b, when: {seats: {above: 1}}}]
""")  # noqa: E501
    decision = rules.decide({"users_affected": "single"})
    assert decision.possible == ("P3",)
    assert decision.facts["seats"].origin == "derived"
    assert decision.facts["seats"].value == 1
    with pytest.raises(InputError, match="contradict each other: a single user has one seat"):
        rules.decide({"users_affected": "single", "seats": 2})
    outline = as_text(rules.policy)
    law = "  one-seat: a single user has one seat\n      when users_affected = single, seats = 1\n"
    assert "\nLaws between facts" in outline
    assert law in outline
    assert law in as_markdown(rules.policy)
    assert "all-users-is-100-percent" not in outline  # no rule reads the share
    assert "Presumed" not in outline  # nor what the vocabulary presumes


def test_a_law_of_the_vocabulary_is_shown_where_it_matters(sample: Sample) -> None:
    rules = sample("""
criteria:
  - {id: some, level: P2, because: b, when: {users_affected_percent: {above: 5}}}
""")
    assert "      when users_affected = all, users_affected_percent = 100\n" in as_text(
        rules.policy
    )
