"""Outages of the top level, told in plain sentences, are not lowered, whatever stands beside them.

The sentences of `fixtures/text/outages.yaml` are put together by chance, always the same one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import adjudge

OUTAGES = yaml.safe_load(
    (Path(__file__).parents[1] / "fixtures" / "text" / "outages.yaml").read_text("utf-8")
)
SUBJECTS = {
    "en": ("", "Help", "Question", "Outage"),
    "de": ("", "Hilfe", "Frage", "Ausfall"),
    "sv": ("", "Hjälp", "Fråga", "Avbrott"),
}
EACH = 12  # tickets of each outage


def tickets(language: str, ruleset: str) -> Iterator[adjudge.Ticket]:
    told = OUTAGES[language]
    chance = random.Random(f"{language} {ruleset}")
    for outage in told["outage"][ruleset]:
        for number in range(EACH):
            body = [outage, chance.choice(told["reach"]), chance.choice(told["no_way_round"])]
            body.insert(chance.choice((0, len(body))), chance.choice(told["beside"]))
            yield adjudge.Ticket(
                str(number),
                subject=chance.choice(SUBJECTS[language]),
                description=" ".join(body),
                language=language,
            )


@pytest.mark.parametrize("language", OUTAGES)
@pytest.mark.parametrize("name", ["zeet", "zenput", "puppet", "jelastic", "cloudtalk"])
def test_a_plain_outage_is_not_lowered(language: str, name: str) -> None:
    ruleset = adjudge.load(name)
    top = ruleset.policy.level_ids[0]
    lowered, found = [], 0
    made = list(tickets(language, name))
    for ticket in made:
        decision = ruleset.decide(ticket, top)
        found += decision.level == top
        if decision.verdict == "overfiled":
            lowered.append((ticket.subject, ticket.description))
    assert not lowered
    assert found >= 0.85 * len(made)
