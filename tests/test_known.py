"""Short tickets: what a classifier of words has no say in, since the lexicons know it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjudge.decide.words import lexicon_extractor, shipped_extractor
from adjudge.learned.known import REQUEST, TROUBLE, Known, known_of, strange_words
from adjudge.learned.terms import seen_in
from adjudge.learned.units import Places
from adjudge.learned.weighed import WeighedExtractor
from test_evidence_frames import TROUBLE as HURTING
from test_evidence_frames import cases, texts

LONG = "We moved house in May. All went well. The new shop is larger. So is the rent."


@pytest.fixture(scope="module")
def weighed() -> WeighedExtractor:
    return shipped_extractor()


def known(subject: str, body: str, language: str = "en") -> Known:
    readings = lexicon_extractor().read(subject, body, language)
    units, _ = seen_in(readings)
    return known_of(readings, units)


def test_of_long_tickets_nothing_is_known_beside_what_is_read() -> None:
    assert known("Shop", LONG) == Known()
    assert not known("Shop", LONG).keeps("environment", 1, stated=0, share=0.9)


def test_words_that_no_phrase_has_are_counted() -> None:
    readings = lexicon_extractor().read("Till", "The till is down, quoth Rumpelstiltskin.", "en")
    assert strange_words(readings) == 2


@pytest.mark.parametrize(
    ("subject", "body", "plain"),
    [
        ("Dashboard", "The dashboard is down.", True),
        # Five words that no phrase has are too many, in two sentences and in three.
        ("Dashboard", "The dashboard walks its lobster along Regent canal.", False),
        ("Our dashboard", "It is down. Lobsters walk along the canal.", False),
    ],
)
def test_words_are_plain_where_the_lexicon_knows_them(subject: str, body: str, plain: bool) -> None:
    found = known(subject, body)
    assert found.few
    assert found.plain is plain


def test_what_is_read_of_plain_words_stays_and_little_is_added() -> None:
    plain, strange = Known(few=True, plain=True), Known(few=True)
    assert plain.keeps("environment", 1, stated=2, share=0.01)
    assert not strange.keeps("environment", 1, stated=2, share=0.9)
    # Nothing else would be said instead.
    assert strange.keeps("environment", 1, stated=0, share=0.3)
    assert not strange.keeps("environment", 1, stated=0, share=0.29)
    # A failure, where and for whom, in a sentence that is understood to the last word.
    clear = Known(few=True, understood=frozenset({1}))
    assert clear.keeps(TROUBLE, 1, stated=2, share=0.01)
    assert not clear.keeps(TROUBLE, 0, stated=2, share=0.01)
    assert not clear.keeps(TROUBLE, None, stated=2, share=0.01)
    assert clear.keeps("environment", 1, stated=2, share=0.01)
    assert clear.keeps("users_affected", 1, stated=2, share=0.01)
    assert not clear.keeps("workaround", 1, stated=2, share=0.01)
    assert plain.lacks("environment", 0)
    assert not plain.lacks(TROUBLE, 0)
    assert not plain.lacks(REQUEST, 0)
    assert not strange.lacks("environment", 0)


def test_sentences_of_the_body_are_understood_to_the_last_word() -> None:
    body = "Our web shop has stopped working. Is this a known problem, quoth Rumpelstiltskin?"
    assert known("Please look at this", body).understood == {1}
    assert known("Web shop is down", "Quoth Rumpelstiltskin.").understood == set()


@pytest.mark.parametrize(
    ("subject", "body", "language", "taken"),
    [
        ("My till", "I thought that the till is down.", "en", (TROUBLE, 1)),
        ("My till", "The till is not down.", "en", (TROUBLE, 1)),
        ("My till", "Only if the backup fails is data lost.", "en", (TROUBLE, 1)),
        ("Das Portal", "Das Portal ist nicht ausgefallen.", "de", (TROUBLE, 1)),
        ("Vår portal", "Portalen ligger inte nere.", "sv", (TROUBLE, 1)),
    ],
)
def test_words_that_are_denied_or_supposed_take_their_fact_back(
    weighed: WeighedExtractor, subject: str, body: str, language: str, taken: tuple[str, int]
) -> None:
    found = known(subject, body, language)
    assert taken in found.taken_back
    assert found.lacks(*taken)
    facts = weighed.extract(subject, body, language).facts
    assert "functional_impact" not in facts
    assert "data_impact" not in facts


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("My till", "The till is not down, it is slow."),
        ("My till", "The till does not work."),
        ("My till", "I thought that it is fixed, but the till is down."),
    ],
)
def test_a_failure_beside_them_takes_nothing_back(subject: str, body: str) -> None:
    assert (TROUBLE, 1) not in known(subject, body).taken_back


@pytest.mark.parametrize(
    "body", ["The team is down to three people.", "You can't go wrong with this app."]
)
def test_what_only_looks_like_trouble_makes_none(weighed: WeighedExtractor, body: str) -> None:
    assert (TROUBLE, 0) in known("Question", body).taken_back
    assert "functional_impact" not in weighed.extract("Question", body, "en").facts


def test_another_sentence_is_not_meant() -> None:
    taken = known("My till", "The till is not down. It cannot print.").taken_back
    assert (TROUBLE, 1) in taken
    assert (TROUBLE, 2) not in taken


def test_words_are_in_the_sentence_where_they_stand() -> None:
    readings = lexicon_extractor().read("Our till", "It is down.\n\n-- \nJo Bloggs", "en")
    units, _ = seen_in(readings)
    passage = readings.description.passage
    places = Places(units, passage)
    assert [places.of(word) for word in range(3)] == [1, 1, 1]
    subject = Places(units, readings.subject.passage)
    assert [subject.of(word) for word in range(2)] == [0, 0]
    # A subject of one word is none of the sentences.
    single = lexicon_extractor().read("Till", "It is down.", "en")
    units, _ = seen_in(single)
    assert Places(units, single.subject.passage).of(0) is None
    assert Places(units, single.description.passage).of(0) == 0


# -- whole readings


def test_a_subject_is_enough_to_have_a_say(weighed: WeighedExtractor) -> None:
    """What no lexicon has words for is read by those around it; without a subject it is not."""
    body = "Redis drops its connections every few minutes and then recovers."
    alone = lexicon_extractor().extract("Redis", body, "en")
    assert not {"request_type", "functional_impact"} & alone.facts.keys()
    assert weighed.extract("", body, "en") == lexicon_extractor().extract("", body, "en")
    found = weighed.extract("Redis", body, "en").facts
    assert found["request_type"].value == "incident"
    assert found["functional_impact"].value == "intermittent"


def test_a_plain_failure_stays_one_beside_other_sentences(weighed: WeighedExtractor) -> None:
    for body in (
        "Our web shop has stopped working. Is this a known problem?",
        "The dashboard hangs. By the way, the logo has the wrong colour.",
        "1. The report header shows the old logo. 2. The database does not accept connections.",
    ):
        facts = weighed.extract("Please look at this", body, "en").facts
        assert facts["request_type"].value == "incident"
        assert facts["functional_impact"].value == "unavailable"


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Question"), ("de", "Frage"), ("sv", "Fråga")]
)
def test_what_lexicons_read_by_the_build_of_a_sentence_mostly_stays(
    weighed: WeighedExtractor, language: str, subject: str
) -> None:
    """Each frame of `fixtures/text/frames` once. No failure is made up where there is none."""
    found: Counter[tuple[str, bool]] = Counter()
    made_up = []
    for of, reading, frame in cases():
        if of != language:
            continue
        tried = list(dict.fromkeys(texts(language, frame)))
        text = tried[len(tried) // 2]
        impact = weighed.extract(subject, text, language).facts.get("functional_impact")
        hurt = impact is not None and impact.value in HURTING
        found[reading, hurt] += 1
        if hurt and reading == "spares":
            made_up.append(text)
    assert not made_up
    assert found["hurts", True] >= 0.9 * (found["hurts", True] + found["hurts", False])


def test_no_harm_and_no_trouble_are_never_stated_of_one_ticket(weighed: WeighedExtractor) -> None:
    """Who only asks has no failure; of the two the less probable goes."""
    for body in (
        "How do I turn off the mails when the export hangs for an hour as on Monday?",
        "Wondering whether others lose calls too, here every second one is cut.",
    ):
        facts = weighed.extract("About our account", body, "en").facts
        request, hit = facts.get("request_type"), facts.get("functional_impact")
        if request is not None and request.value not in ("incident", "defect"):
            assert hit is None or hit.value == "none"


SENTENCES = (
    "The till is down",
    "the export is not slow",
    "nobody can pay",
    "how do I change the logo",
    "if the database fails",
    "we print by hand",
    "no data is lost",
    "Die App stürzt nicht ab",
    "kassan ligger nere",
    "quoth Rumpelstiltskin",
)


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(SENTENCES),
    st.lists(st.sampled_from(SENTENCES), max_size=3),
    st.sampled_from([". ", "? ", ", ", " but "]),
)
def test_no_request_is_stated_beside_a_harm_that_it_cannot_have(
    subject: str, sentences: list[str], mark: str
) -> None:
    read = shipped_extractor().extract(subject, mark.join(sentences), "en")
    alone = lexicon_extractor().extract(subject, mark.join(sentences), "en")
    request, hit = read.facts.get("request_type"), read.facts.get("functional_impact")
    if read.facts == alone.facts or request is None or hit is None:
        return
    assert request.value in ("incident", "defect") or hit.value == "none"
