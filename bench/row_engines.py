"""A ruleset of adjudge in other rule engines, ticket by ticket, from CSV to CSV.

    python bench/row_engines.py zen|durable|rule_engine tickets.csv out.csv ROWS

Every rule is translated as it stands and asked of every ticket; the ids of those that hold, and the
most urgent level among them, are written behind the row. That is less than adjudge says: unknown is
taken for no, and there are no reasons, due times or questions. Prints the seconds for reading,
deciding and writing; starting and compiling the rules are not counted.
"""

from __future__ import annotations

import csv
import itertools
import json
import sys
import time
from collections.abc import Callable

import adjudge
from adjudge.model.condition import All, Among, AnyOf, Condition, Leaf, Within
from adjudge.model.policy import Policy, Rule

Ticket = dict[str, object]
Decide = Callable[[Ticket], list[str]]


def rules_of(policy: Policy) -> list[Rule]:
    return [rule for rule in policy.rules if rule.kind != "residual"]


def expression(condition: Condition, equal: str, joined: dict[str, str]) -> str:
    """Return a condition as an infix expression."""
    if isinstance(condition, Leaf):
        return leaf_expression(condition, equal, joined)
    word = joined["and" if isinstance(condition, All) else "or"]
    assert isinstance(condition, All | AnyOf), "counting conditions are not translated"
    parts = [expression(part, equal, joined) for part in condition.parts]
    return f"({f' {word} '.join(parts)})" if parts else "true"


def leaf_expression(leaf: Leaf, equal: str, joined: dict[str, str]) -> str:
    fact, test = leaf.fact, leaf.test
    if isinstance(test, Among):
        either = f" {joined['or']} ".join(f"{fact} {equal} {json.dumps(v)}" for v in test.values)
    else:
        assert isinstance(test, Within), "sets of words are not translated"
        bounds = []
        if test.low is not None:
            bounds.append(f"{fact} {'>=' if test.low_inclusive else '>'} {test.low:g}")
        if test.high is not None:
            bounds.append(f"{fact} {'<=' if test.high_inclusive else '<'} {test.high:g}")
        either = f" {joined['and']} ".join(bounds)
    known = f"{fact} != null"
    held = f"not ({either})" if leaf.negated else f"({either})"
    return f"({known} {joined['and']} {held})"


WORDS = {"and": "and", "or": "or"}


def by_zen(policy: Policy) -> Decide:
    """GoRules Zen: a decision table that collects every row that holds."""
    import zen

    rows = [
        {"_id": str(number), "when": expression(rule.when, "==", WORDS), "id": json.dumps(rule.id)}
        for number, rule in enumerate(rules_of(policy))
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "id", "name": "id", "field": "id"}],
        "rules": rows,
    }
    place = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", **place},
        {"id": "t", "type": "decisionTableNode", "name": "t", "content": table, **place},
        {"id": "out", "type": "outputNode", "name": "out", **place},
    ]
    edges = [
        {"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b}
        for a, b in (("in", "t"), ("t", "out"))
    ]
    kind = "application/vnd.gorules.decision"
    content = json.dumps({"contentType": kind, "nodes": nodes, "edges": edges})
    decision = zen.ZenEngine().create_decision(content)
    return lambda ticket: [each["id"] for each in decision.evaluate(ticket)["result"]]


def by_rule_engine(policy: Policy) -> Decide:
    """rule-engine: an expression for each rule."""
    import rule_engine

    rules = [
        (rule.id, rule_engine.Rule(expression(rule.when, "==", WORDS))) for rule in rules_of(policy)
    ]
    return lambda ticket: [id for id, rule in rules if rule.matches(ticket)]


def durable_form(condition: Condition) -> dict[str, object]:
    """Return a condition as durable_rules takes it; a missing property makes a test false."""
    if not isinstance(condition, Leaf):
        assert isinstance(condition, All | AnyOf)
        forms = [durable_form(part) for part in condition.parts]
        word = "$and" if isinstance(condition, All) else "$or"
        return forms[0] if len(forms) == 1 else {word: forms}
    fact, test = condition.fact, condition.test
    if isinstance(test, Among):
        if condition.negated:
            tests: list[dict[str, object]] = [{"$neq": {fact: value}} for value in test.values]
            return tests[0] if len(tests) == 1 else {"$and": tests}
        tests = [{fact: value} for value in test.values]
        return tests[0] if len(tests) == 1 else {"$or": tests}
    assert isinstance(test, Within)
    assert not condition.negated
    bounds: list[dict[str, object]] = []
    if test.low is not None:
        bounds.append({"$gte" if test.low_inclusive else "$gt": {fact: test.low}})
    if test.high is not None:
        bounds.append({"$lte" if test.high_inclusive else "$lt": {fact: test.high}})
    return bounds[0] if len(bounds) == 1 else {"$and": bounds}


def by_durable(policy: Policy) -> Decide:
    """durable_rules as its documentation uses it: a fact for each ticket, in its session."""
    import adjudge.inference.engine as loader

    host_of = loader._load_host  # only what makes it import on every Python
    host_of()
    from durable.engine import Host

    numbers = itertools.count()

    def noting(id: str) -> Callable[[object], None]:
        def note(c: object) -> None:
            c.s.held = [*(c.s.held or ()), id]  # type: ignore[attr-defined]

        return note

    definition: dict[str, dict[str, object]] = {
        rule.id: {"all": [{"m": durable_form(rule.when)}], "run": noting(rule.id)}
        for rule in rules_of(policy)
        if not isinstance(rule.when, All) or rule.when.parts
    }
    definition["seen"] = {"all": [{"m": {"kind": "ticket"}}], "run": noting("seen")}
    host = Host()
    host.set_rulesets({policy.name: definition})

    def decide(ticket: Ticket) -> list[str]:
        sid = str(next(numbers))
        known = {name: value for name, value in ticket.items() if value is not None}
        state = host.assert_fact(policy.name, {**known, "kind": "ticket", "sid": sid})
        while state is None:  # one of the host's own threads was quicker than this one
            time.sleep(0.001)
            state = host.get_state(policy.name, sid)
        host.delete_state(policy.name, sid)
        return list(state["held"])

    return decide


ENGINES = {"zen": by_zen, "durable": by_durable, "rule_engine": by_rule_engine}


def run(engine: str, source: str, target: str, rows: int) -> float:
    """Return the seconds for so many rows."""
    policy = adjudge.load("zenput").policy
    decide = ENGINES[engine](policy)
    urgency = {rule.id: str(rule.level) for rule in policy.criteria}
    facts = list(policy.facts)
    begin = time.perf_counter()
    with open(source, encoding="utf-8", newline="") as ours, open(target, "w", newline="") as file:
        reader = csv.DictReader(ours)
        writer = csv.writer(file)
        writer.writerow([*(reader.fieldnames or ()), "level", "rules"])
        for row in itertools.islice(reader, rows):
            ticket: Ticket = {name: row.get(name) or None for name in facts}
            percent = row.get("users_affected_percent")
            ticket["users_affected_percent"] = float(percent) if percent else None
            held = decide(ticket)
            level = min((urgency[id] for id in held if id in urgency), default="L3")
            writer.writerow([*row.values(), level, " ".join(held)])
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
