"""Properties of the text evidence: places, determinism, robustness, bounded cost."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjudge
from adjudge.evidence import Evidence, LexiconExtractor, TextFacts
from adjudge.evidence import plain as plain_module
from adjudge.evidence import scope as scope_module
from adjudge.evidence.measure import Score, disagreements, score, total
from adjudge.evidence.plain import normalise
from adjudge.evidence.scope import MAX_SENTENCE
from adjudge.model.fact import VOCABULARY, plain
from adjudge.reading.lexicon import load_lexicons

DEV = Path(__file__).parents[1] / "fixtures" / "text" / "dev.jsonl"
EXTRACTOR = LexiconExtractor(load_lexicons())
PIECES = (
    "production", "staging", "is down", "not", "can't", "log in", "if", "?", ".", ",", "\n", "> ",
    "no workaround", "all users", "3 of 120 users", "<p>", "{code}", "```", "&auml;", "\u200b",
    "\u202e", "e\u0301", "ß", "İ", "d\u043ewn", "funktioniert nicht", "kan inte logga in", "-- ",
    "wrote:", '"', "”", "(", ")", "\U0001f525", "4 %", "was", "fixed", "http://a.b/c", "a_b",
    "\x00",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=60).map("".join),
)


def every(found: TextFacts) -> list[Evidence]:
    listed = [*found.facts.values(), *found.also]
    return listed + [piece for pieces in found.conflicts.values() for piece in pieces]


def check(subject: str, description: str) -> None:
    found = EXTRACTOR.extract(subject, description)
    for evidence in every(found):
        text = subject if evidence.field == "subject" else description
        assert 0 <= evidence.start < evidence.end <= len(text)
        assert text[evidence.start : evidence.end] == evidence.quote
        fact = VOCABULARY[evidence.fact]
        raw = plain(evidence.value)
        assert fact.normalise(raw) == evidence.value
    assert not found.facts.keys() & found.conflicts.keys()
    assert all(len(pieces) > 1 for pieces in found.conflicts.values())
    assert found == EXTRACTOR.extract(subject, description)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_quotes_stand_where_they_say(subject: str, description: str) -> None:
    check(subject, description)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_unicode_is_read(text: str) -> None:
    check(text, text)


def test_every_category_of_unicode() -> None:
    by_category: dict[str, list[str]] = {}
    for point in range(0, 0x110000, 7):
        by_category.setdefault(unicodedata.category(chr(point)), []).append(chr(point))
    for characters in by_category.values():
        check("".join(characters[:500]), "production is down " + " ".join(characters[:500]))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_normal_form_leads_back(text: str) -> None:
    normal = normalise(text)
    for at in range(len(normal.text)):
        start, end = normal.place(at, at + 1)
        assert 0 <= start < end <= len(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_normal_form_is_that_of_each_cluster(text: str) -> None:
    normal = normalise(text)
    written, places, at = "", [], 0
    while at < len(text):
        piece, after = plain_module._cluster(text, at)
        written += piece
        places += [(at, after)] * len(piece)
        at = after
    assert normal.text == plain_module._read_lookalikes(written)
    assert [normal.place(at, at + 1) for at in range(len(normal.text))] == places


@pytest.mark.parametrize(
    "disguised",
    [
        "The d\u200bash\u00adboard is down.",
        "The dashb\u043eard is d\u043ewn.",
        "The ｄａｓｈｂｏａｒｄ is down.",
    ],
)
def test_disguised_words_are_read(disguised: str) -> None:
    facts = EXTRACTOR.extract("", disguised).facts
    assert facts["functional_impact"].value == "unavailable"
    assert facts["affected_function"].value == "important_function"


SHAPES = (
    "a", "down ", "not ", "if it is down, ", "we can not log in and ", ">", "> >", '"', "<", "<a ",
    "<pre>", "{code}", "a-", "a.", "a@", "\u0301", "\u200b", "\n", "(", "&", "&amp;", "x_", "1.",
    "3 of 4 users are down ", "On x wrote:\n", "Regards\n", "](a", "login is down. ", "](", "--\n",
    "stagin ", "works in staging but not in prod ",
)  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_long_texts_of_one_shape(shape: str) -> None:
    text = shape * (40_000 // len(shape))
    found = EXTRACTOR.extract(text[:200], text, "en")
    for evidence in every(found):
        assert evidence.quote


def test_a_text_may_end_in_the_middle_of_a_contrast() -> None:
    found = EXTRACTOR.extract("", "Calls to mobiles work, but not", "en")
    assert all(evidence.quote for evidence in every(found))


@pytest.mark.parametrize("shape", ["not down ", "we can not log in ", "if all users "])
def test_work_grows_with_the_text(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    plain_negate = scope_module._negate

    def counting(sentence: scope_module.Sentence, after: bool) -> None:
        nonlocal looked
        assert sentence.last - sentence.first <= MAX_SENTENCE
        looked += len(sentence.said) ** 2
        plain_negate(sentence, after)

    monkeypatch.setattr(scope_module, "_negate", counting)
    costs = []
    for size in (5_000, 20_000):
        looked = 0
        EXTRACTOR.extract("", shape * (size // len(shape)), "en")
        costs.append(looked)
    assert 0 < costs[1] <= 5 * costs[0]


def test_languages_are_told_apart() -> None:
    rows = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    wrong = [
        row["id"]
        for row in rows
        if EXTRACTOR.extract(row["subject"], row["description"]).language != row["language"]
    ]
    assert len(wrong) <= len(rows) // 50, wrong


def test_a_given_language_outranks_the_detected_one() -> None:
    assert EXTRACTOR.extract("", "The site is down", "sv-SE").language == "sv"
    assert (
        EXTRACTOR.extract("", "Sidan ligger nere och vi kan inte logga in", "fr").language == "sv"
    )


def test_development_set_is_read_well() -> None:
    rows = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    pairs = []
    for row in rows:
        found = EXTRACTOR.extract(row["subject"], row["description"]).facts
        gold = {name: VOCABULARY[name].normalise(raw) for name, raw in row["gold"].items()}
        pairs.append(({name: evidence.value for name, evidence in found.items()}, gold))
    summed = total(score(pairs).values())
    assert (summed.precision or 0) >= 0.92
    assert (summed.recall or 0) >= 0.75


def test_nothing_is_presumed_where_words_contradict_each_other() -> None:
    """Silence about data means that none is lost; this is not silence."""
    text = "Submissions of the whole week are gone for every store. No data is lost."
    decision = adjudge.load("zenput").decide(adjudge.Ticket("", description=text), filed="L1")
    assert len(decision.conflicts["data_impact"]) == 2
    assert "data_impact" not in decision.facts
    assert "L1" in decision.possible
    assert decision.verdict == "unproven"
    silent = adjudge.load("zenput").decide({"request_type": "incident"})
    assert silent.facts["data_impact"].origin == "default"


def test_conflicts_keep_both_quotes() -> None:
    found = EXTRACTOR.extract(
        "", "The dashboard is down in production. The dashboard is down in staging."
    )
    assert "environment" not in found.facts
    assert {evidence.value for evidence in found.conflicts["environment"]} == {
        "production",
        "staging",
    }


def test_what_fails_and_comes_and_goes_stays_open_with_both_quotes() -> None:
    found = EXTRACTOR.extract("", "The report does not load. The report comes and goes.")
    assert "functional_impact" not in found.facts
    assert {(piece.value, piece.quote) for piece in found.conflicts["functional_impact"]} == {
        ("unavailable", "does not load"),
        ("intermittent", "comes and goes"),
    }


def test_of_a_text_beyond_measure_the_beginning_is_read() -> None:
    found = EXTRACTOR.extract("", "Login is down. " + "x " * 150_000 + "All users.", "en")
    assert (found.unread, "users_affected" in found.facts) == (50_025, False)
    assert found.facts["functional_impact"].value == "unavailable"


def test_second_problem_is_listed() -> None:
    found = EXTRACTOR.extract("", "The dashboard is slow. All calls are failing.")
    assert ("functional_impact", "slow") in {(piece.fact, piece.value) for piece in found.also}


def test_scores() -> None:
    scores = score([({"a": "x", "b": "y"}, {"a": "x", "b": "z", "c": "w"}), ({}, {"a": "x"})])
    assert scores["a"] == Score(right=1, missed=1)
    assert scores["b"] == Score(wrong=1, missed=1)
    assert scores["c"].recall == 0
    assert scores["c"].precision is None
    assert total(scores.values()) == Score(right=1, wrong=1, missed=3)
    (first, second) = disagreements([("T", {"a": "x", "b": "y"}, {"a": "z"})])
    assert (first.fact, first.read, first.gold) == ("a", "x", "z")
    assert (second.fact, second.read, second.gold) == ("b", "y", None)


def test_a_heading_borrows_no_place_from_the_body() -> None:
    # What the body hits stands in the body; the heading is shorter than that place.
    subject = "Remove useless property hadoop.assemblies.version in pom file"
    body = (
        "Remove it. (As a matter of fact, this property was not updated in branch-3.3 "
        "and it remains to be 3.3.0-SNAPSHOT)"
    )
    facts = LexiconExtractor(load_lexicons()).extract(subject, body, "en").facts
    for evidence in facts.values():
        text = subject if evidence.field == "subject" else body
        assert text[evidence.start : evidence.end] == evidence.quote
