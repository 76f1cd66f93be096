"""Lexicons as files: what ships is sound, and what is wrong is shown with its place."""

from __future__ import annotations

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.evidence.asking import MAX_OPENING
from adjudge.evidence.tokens import Tokenizer
from adjudge.findings import InputError
from adjudge.model.lexicon import Lexicon
from adjudge.reading.expand import expand
from adjudge.reading.lexicon import load_lexicons, read_lexicon
from adjudge.source import Source


def test_phrases_expand() -> None:
    assert list(expand("(a|b |)c <n>", {"n": ["1", "2"]})) == [
        "ac 1", "ac 2", "b c 1", "b c 2", "c 1", "c 2",
    ]  # fmt: skip
    assert list(expand("x (a (b|c)|d)", {})) == ["x a b", "x a c", "x d"]


@pytest.mark.parametrize("broken", ["(a|b", "<nothing> here"])
def test_broken_phrases(broken: str) -> None:
    with pytest.raises(ValueError, match=r"bracket|list"):
        list(expand(broken, {}))


def test_lexicons_that_ship() -> None:
    lexicons = load_lexicons()
    assert set(lexicons) == {"de", "en", "sv"}
    for lexicon in lexicons.values():
        assert len(lexicon.phrases) > 5000
        assert lexicon.mail.closings
        assert lexicon.stopwords


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("language: xx\nname: X\nnothing: 1\n", "lexicon-key"),
        ("language: xx\nname: X\ncues: {negations: [no thing]}\n", "lexicon-key"),
        ("language: xx\nname: X\nfacts: {environment: {moon: [moon]}}\n", "lexicon-value"),
        ("language: xx\nname: X\nneutral: ['(a|b']\n", "lexicon-phrase"),
        ("language: xx\nname: X\nframes: [{fact: workaround, value: none}]\n", "lexicon-frame"),
        ("language: xx\nname: X\nnumbers: {one: first}\n", "lexicon-number"),
        ("language: xx\nname: X\nverbs: {helpers: [do]}\n", "lexicon-key"),
        ("language: xx\nname: X\nquestions: {howto: [how]}\n", "lexicon-key"),
        ("name: X\n", "lexicon-text"),
        (
            "language: xx\nname: X\nsequences: {workaround: {none: ['no(thing|) helps']}}\n",
            "lexicon-phrase",
        ),
        (
            "language: xx\nname: X\nsequences: {workaround: {none: ['no (help|.) here']}}\n",
            "lexicon-phrase",
        ),
        (
            "language: xx\nname: X\nsequences: {workaround: {none: ['a_b (€|euros) here']}}\n",
            "lexicon-phrase",
        ),
        (
            "language: xx\nname: X\nsequences: {workaround: {none: ['no (!a b|!c) here']}}\n",
            "lexicon-phrase",
        ),
        ("language: xx\nname: X\ncounting: {most: [gros]}\n", "lexicon-key"),
    ],
)
def test_findings(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_lexicon(Source("xx.yaml", text))
    assert code in {finding.code for finding in caught.value.findings}
    assert all(finding.span is not None for finding in caught.value.findings)


def test_a_new_language_needs_no_code() -> None:
    lexicon = read_lexicon(
        Source(
            "xx.yaml",
            "language: xx\nname: X\ncues: {negation: [nu]}\n"
            "things: {important_function: {nouns: [tabulo]}}\n"
            "impacts: {unavailable: [estas morta]}\n",
        )
    )
    extractor = LexiconExtractor({"xx": lexicon})
    facts = extractor.extract("", "La tabulo estas morta.").facts
    assert facts["functional_impact"].value == "unavailable"
    assert facts["affected_function"].quote == "tabulo"
    assert not extractor.extract("", "La tabulo nu estas morta.").facts


@pytest.mark.parametrize("lexicon", load_lexicons().values(), ids=lambda found: found.language)
def test_openings_are_written_as_texts_are_read(lexicon: Lexicon) -> None:
    tokenizer = Tokenizer(lexicon.rewrites, lexicon.folds)
    for words in lexicon.openings:
        assert tuple(tokenizer.tokens(" ".join(words)).words) == words
        assert len(words) <= MAX_OPENING


def test_a_language_brings_its_own_verbs_and_openings() -> None:
    lexicon = read_lexicon(
        Source(
            "xx.yaml",
            "language: xx\nname: X\ncues: {negation: [nu]}\n"
            "things: {important_function: {nouns: [tabulo]}}\n"
            "verbs: {auxiliaries: [estas], idle: [grava]}\n"
            "questions: {how_to: [kiel]}\nwishes: {configuration: [bonvolu]}\n",
        )
    )
    extractor = LexiconExtractor({"xx": lexicon})
    told = extractor.extract("", "La tabulo estas nu legebla.").facts
    assert told["functional_impact"].quote == "estas nu legebla"
    assert told["request_type"].value == "incident"
    assert not extractor.extract("", "La tabulo estas nu grava.").facts
    assert extractor.extract("", "Kiel iri?").facts["request_type"].value == "how_to"
    assert extractor.extract("", "Bonvolu iri.").facts["request_type"].value == "configuration"
    assert not extractor.extract("", "Kiel bone.").facts


def test_no_lexicon_is_refused() -> None:
    with pytest.raises(ValueError, match="no lexicon"):
        LexiconExtractor({})


def test_sequences_fill_their_places() -> None:
    lexicon = read_lexicon(
        Source(
            "xx.yaml",
            "language: xx\nname: X\narticles: [la]\nfillers: [tre]\n"
            "sequences: {workaround: {in_use:\n"
            "  ['(ni|ili) (nun |)skribas ~2 (per la mano|tre mane)']}}\n",
        )
    )
    extractor = LexiconExtractor({"xx": lexicon})

    def quote(text: str) -> str | None:
        found = extractor.extract("", text).facts.get("workaround")
        return found.quote if found else None

    assert quote("Ni skribas per la mano.") == "Ni skribas per la mano"
    assert quote("Hodiau ili nun skribas la tutan liston per mano.") == (
        "ili nun skribas la tutan liston per mano"
    )
    assert quote("Ni skribas tri longajn listojn per mano.") is None  # three words between
    assert quote("Ni skribas, per mano.") is None  # a mark between
    assert quote("Ni skribas mane.") is None  # it would say less without its filler
    assert quote("Ni nun per mano.") is None


def test_words_that_are_left_out_are_known_as_texts_write_them() -> None:
    lexicon = read_lexicon(
        Source(
            "xx.yaml",
            "language: xx\nname: X\nfolds: {ä: ae}\nrewrites: {vydas: vidas}\n"
            "sequences: {workaround: {in_use: ['ni (!vidas|!bäkas) ~2 mane']}}\n",
        )
    )
    extractor = LexiconExtractor({"xx": lexicon})
    for word in ("vidas", "vydas", "bäkas", "baekas", "BÄKAS"):
        assert not extractor.extract("", f"Ni {word} mane.").facts, word
    assert extractor.extract("", "Ni tajpas mane.").facts


def test_a_place_can_take_any_word_but_some() -> None:
    lexicon = read_lexicon(
        Source(
            "xx.yaml",
            "language: xx\nname: X\ncounting: {none: [neniu]}\n"
            "sequences: {workaround: {in_use: ['ni (!vidas|!*is) ~2 mane']}}\n",
        )
    )
    extractor = LexiconExtractor({"xx": lexicon})
    for text, read in (
        ("Ni tajpas la nomojn mane.", True),
        ("Ni vidas la nomojn mane.", False),
        ("Ni tajpis la nomojn mane.", False),
        ("Ni 3 mane.", False),
        ("Ni tajpas neniu mane.", False),
    ):
        assert ("workaround" in extractor.extract("", text).facts) is read, text
