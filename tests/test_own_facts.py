"""Facts that a ruleset declares for itself: their questions, their wording, laws on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adjudge.decide import Ruleset
from adjudge.findings import InputError

Sample = Callable[[str], Ruleset]

TAGGED = """
facts: {tags: {kind: words}, seats: {kind: number}, is_new: {kind: yes_no}}
criteria:
  - {id: tagged, level: P1, when: {tags: {empty: false}}, because: it has tags}
  - {id: blue, level: P2, when: {tags: {contains: [blue]}}, because: it is blue}
  - {id: big, level: P1, when: {seats: {above: 5}}, because: it is big}
  - {id: new, level: P1, when: {is_new: true}, because: it is new}
"""
SMALL = {"seats": 1, "is_new": False}


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "“tags” were not empty"), ("de", "„tags“ nicht leer wäre"), ("sv", "”tags” inte var")],
)
def test_a_set_of_words_of_ones_own_has_words_in_every_language(
    sample: Sample, language: str, told: str
) -> None:
    decision = sample(TAGGED).decide({"tags": [], **SMALL}, filed="P1", language=language)
    assert told in decision.to_text()
    assert decision.to_dict()["nearest"][0] == [
        {"fact": "tags", "from": [], "to": [["blue"], {"empty": False}]}
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "“tags” were empty"), ("de", "„tags“ leer wäre"), ("sv", "”tags” var tomt")],
)
def test_that_it_is_empty_has_words_too(sample: Sample, language: str, told: str) -> None:
    rule = "{id: none, level: P1, when: {tags: {empty: true}}, because: it has no tags}"
    ruleset = sample(f"facts: {{tags: {{kind: words}}}}\ncriteria: [{rule}]")
    decision = ruleset.decide({"tags": ["red"]}, filed="P1", language=language)
    assert told in decision.to_text()


@pytest.mark.parametrize(
    ("language", "questions"),
    [
        (
            "en",
            {
                "is_new": "Does “is new” hold: yes or no?",
                "seats": "What is the seats?",
                "tags": "What is among the tags, if anything?",
            },
        ),
        (
            "de",
            {
                "is_new": "Trifft „is new“ zu: ja oder nein?",
                "seats": "Was gilt für seats?",
                "tags": "Was gehört zu tags, falls etwas dazu gehört?",
            },
        ),
        (
            "sv",
            {
                "is_new": "Gäller ”is new”: ja eller nej?",
                "seats": "Vad gäller för seats?",
                "tags": "Vad hör till tags, om något gör det?",
            },
        ),
    ],
)
def test_a_fact_without_a_question_or_values_is_asked_for_in_a_whole_sentence(
    sample: Sample, language: str, questions: dict[str, str]
) -> None:
    asked = sample(TAGGED).decide({}, filed="P1", language=language).questions
    assert {each.fact: each.question for each in asked} == questions


LAWS = """
facts: {tags: {kind: words}, tier: {values: [a, b]}}
derive: [{id: law, when: {tier: b}, fact: tags, value: VALUE, because: it is so}]
RULES
"""


@pytest.mark.parametrize(
    "rules",
    [
        "criteria: [{id: blue, level: P1, when: {tags: {contains: [blue]}}, because: it is blue}]",
        "indicators: [{id: blue, level: P1, when: {tags: {contains: [blue]}}, because: it is so}]",
        "entitlement: {when: {tags: {contains: [blue]}}, because: it is blue}",
        "responses: [{id: blue, when: {tags: {contains: [blue]}}, within: PT1H, "
        "clock: around_the_clock, because: it is blue}]",
    ],
)
@pytest.mark.parametrize(
    ("value", "contradicts", "allowed"),
    [
        ("[]", ["blue"], []),
        ("[blue]", [], ["blue"]),
        ("[blue, red]", ["red"], ["red", "blue", "green"]),
    ],
)
def test_a_law_on_words_is_kept_whatever_reads_them(
    sample: Sample, rules: str, value: str, contradicts: list[str], allowed: list[str]
) -> None:
    ruleset = sample(LAWS.replace("VALUE", value).replace("RULES", rules))
    assert ruleset.decide({"tier": "b", "tags": allowed}).possible
    with pytest.raises(InputError) as caught:
        ruleset.decide({"tier": "b", "tags": contradicts})
    shown = ", ".join(sorted(contradicts)) or "none"
    assert [each.code for each in caught.value.findings] == ["contradiction"]
    assert f"`tier` b and `tags` {shown} contradict each other" in str(caught.value)


def test_a_presumption_yields_to_a_law_that_no_level_rests_on(sample: Sample) -> None:
    ruleset = sample(
        """
facts: {tier: {values: [a, b]}, seats: {kind: number}}
presume: {seats: {value: 1, because: most are}, tier: {value: b, because: it is usual}}
derive: [{id: law, when: {tier: b}, fact: seats, value: 9, because: it is so}]
entitlement: {when: {seats: {above: 5}, tier: b}, because: it is big}
"""
    )
    decision = ruleset.decide({"seats": 3})
    assert "tier" not in decision.facts
    assert decision.possible == ("P3",)
