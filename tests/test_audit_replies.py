"""Replies to customers: the five points, in three languages, and templates of a site's own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from adjudge.audit.columns import Extras
from adjudge.audit.finding import Judged, Teller, Telling
from adjudge.audit.replies import read_replies
from adjudge.audit.spoken import spoken_language
from adjudge.audit.told import Finding
from adjudge.decide import load
from adjudge.evidence.result import Evidence, TextFacts
from adjudge.findings import InputError
from adjudge.tickets.export import Row
from adjudge.tickets.ticket import Ticket
from conftest import HEAD, ruleset_of

LANGUAGES = ("en", "sv", "de")
STAGING = {
    "request_type": "incident",
    "environment": "staging",
    "affected_function": "whole_service",
    "functional_impact": "unavailable",
    "workaround": "none",
    "support_plan": "premium",
}


class Said:
    """An extractor that reads what it is told."""

    def __init__(self, evidence: list[Evidence]) -> None:
        self.facts = {each.fact: each for each in evidence}

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        return TextFacts(self.facts)


def told(
    facts: dict[str, object],
    filed: str | None = "P1",
    *,
    language: str = "en",
    telling: Telling | None = None,
    quote: str = "",
) -> Finding:
    ruleset = load("puppet")
    created = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    ticket = Ticket("T-7", filed, quote, "", created, language=language, facts=facts)
    evidence = []
    if quote:
        evidence = [Evidence("environment", "staging", "subject", 0, len(quote), quote)]
    decision = ruleset.decide(ticket, extractor=Said(evidence))
    outcome = "information" if decision.verdict == "unproven" else "not_one"
    judged = Judged(
        Row(2, {}, ticket), decision, Extras(), None, outcome, language=spoken_language(ticket)
    )  # type: ignore[arg-type]
    return Teller(telling or Telling()).tell(judged)


@pytest.mark.parametrize(
    ("language", "points"),
    [
        (
            "en",
            (
                "Our published policy keeps that level for the following: a critical function",
                "By what we know of your case, P3 (Priority 3) fits it better:",
                "environment: staging (you wrote: “our staging cluster”)",
                "It would be P1 if the environment were production.",
                "For P3 you can expect a response within",
                "does not change how seriously we take the problem",
                "in this ticket",
            ),
        ),
        (
            "sv",
            (
                "Enligt vår publicerade policy är den nivån till för följande: typ av ärende:",
                "P3 (Priority 3) bättre:",
                "(ni skrev: ”our staging cluster”)",
                "Det skulle vara P1 om",
                "För P3 kan ni räkna med svar inom",
                "Nivån ändrar inte hur allvarligt vi ser på själva problemet",
                "i det här ärendet",
            ),
        ),
        (
            "de",
            (
                "Nach unserer veröffentlichten Richtlinie ist diese Stufe für Folgendes bestimmt: "
                "Art der Anfrage:",
                "passt P3 (Priority 3) besser:",
                "(Sie schrieben: „our staging cluster“)",
                "Es wäre P1, wenn",
                "Eine Antwort erhalten Sie bei P3 innerhalb von",
                "Die Stufe ändert nichts daran, wie ernst wir das Problem nehmen",
                "in diesem Ticket",
            ),
        ),
    ],
)
def test_a_downgrade_makes_its_five_points(language: str, points: tuple[str, ...]) -> None:
    facts = {name: value for name, value in STAGING.items() if name != "environment"}
    reply = told(facts, language=language, quote="our staging cluster").reply
    places = [reply.find(point) for point in points]
    assert -1 not in places, [p for p, at in zip(points, places, strict=True) if at < 0]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_another_language_is_in_a_reply(language: str) -> None:
    reply = told(STAGING, language=language).reply
    foreign = {"en": ("ärende", "Anfrage"), "sv": ("the ", "Anfrage"), "de": ("the ", "ärende")}
    assert not any(word in reply for word in foreign[language])
    assert not any(line != line.rstrip() for line in reply.splitlines())


def test_the_report_keeps_its_language_and_the_reply_the_tickets() -> None:
    finding = told(STAGING, language="de-AT", telling=Telling(language="sv"))
    assert finding.summary.startswith("Det ligger på P1") or "P1" in finding.summary
    assert "Guten Tag" in finding.reply
    assert finding.conditions[0].label != "environment"
    assert "Hello" in told(STAGING, language="fr").reply


def test_unproven_asks_instead() -> None:
    finding = told({"environment": "production"})
    assert finding.action == "ask"
    assert finding.to is None
    for question in finding.questions[:3]:
        assert question in finding.reply
    assert "your request stays at P1" in finding.reply
    assert "Could you confirm that" not in finding.reply


def test_an_upgrade_says_that_it_was_raised() -> None:
    facts = {**STAGING, "environment": "production"}
    finding = told(facts, "P3")
    assert finding.action == "upgrade"
    assert "more urgent than that: it is P1" in finding.reply
    assert "raising your request to P1" in finding.reply


SITE = """\
replies:
  any:
    en:
      downgrade: ["Dear all", "{ticket} is {level}."]
      ask: ["Tell us:\\n{questions}"]
  puppet:
    en:
      downgrade: ["Puppet: {ticket} is {level}, as {reasons}"]
"""


def test_a_site_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "replies.yaml"
    path.write_text(SITE, encoding="utf-8")
    telling = Telling(replies=read_replies(str(path)))
    assert told(STAGING, telling=telling).reply.startswith("Puppet: your request T-7 is P3, as - ")
    assert told({}, telling=telling).reply.startswith("Tell us:\n- ")
    assert told(STAGING, language="de", telling=telling).reply.startswith("Guten Tag")


def test_every_problem_of_a_site_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "replies.yaml"
    path.write_text(
        "replies:\n"
        "  any:\n"
        "    xx: {downgrade: [a]}\n"
        "    en:\n"
        "      downgrad: [a]\n"
        "      upgrade: ['{levle}', 7]\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_replies(str(path))
    found = [(each.code, each.help) for each in caught.value.findings]
    assert [code for code, _ in found] == [
        "unknown-language",
        "unknown-action",
        "unknown-place",
        "wrong-type",
    ]
    assert found[1][1] == "did you mean `downgrade`?"
    assert found[2][1] == "did you mean `level`?"
    path.write_text("replys: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no replies"):
        read_replies(str(path))


def test_a_ruleset_may_bring_its_own_templates() -> None:
    rest = (
        "criteria:\n"
        "  - {id: down, level: P1, when: {environment: production}, because: it is production}\n"
    )
    own = "replies:\n  en:\n    downgrade: ['Ours: {level}', 'Because {changes}']\n"
    ruleset = ruleset_of(HEAD + rest + own)
    reply = ruleset.decide({"environment": "staging"}, filed="P1").recommendation.reply
    assert reply == "Ours: P3\n\nBecause the environment were production"
    with pytest.raises(InputError, match="no place `levl`"):
        ruleset_of(HEAD + rest + own.replace("{level}", "{levl}"))
