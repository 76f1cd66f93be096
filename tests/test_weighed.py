"""The extractor that ships: the lexicons' reading, weighed by a classifier of words."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import adjudge
from adjudge.cli.main import main
from adjudge.decide.extractors import find_extractor
from adjudge.decide.words import lexicon_extractor, shipped_extractor
from adjudge.evidence import Evidence, LexiconExtractor, TextFacts
from adjudge.learned.grams import GramSums, grams_of
from adjudge.learned.heads import Head, Heads, Linear, Opinion, joined, read_heads, write_heads
from adjudge.learned.pieces import SPAN, Pieces, shipped_pieces
from adjudge.learned.terms import (
    Seen,
    Terms,
    numbers_of,
    seen_in,
    shipped_terms,
    with_least,
    words_of,
)
from adjudge.learned.together import Together, Worth
from adjudge.learned.weigh import weigh
from adjudge.learned.weighed import WeighedExtractor
from adjudge.model.fact import VOCABULARY

DEV = Path(__file__).parents[1] / "fixtures" / "text" / "dev.jsonl"
SUBJECT = "Question about the till"
BODY = (
    "Good morning, we have been running the till in the new shop since May. Since the update on "
    "Tuesday the receipts come out without the tax lines, which our accountant noticed. Everything "
    "else goes on as usual and we add the lines by hand for now. Could you have a look this week?"
)


def every(read: TextFacts) -> Iterator[Evidence]:
    yield from read.facts.values()
    for items in read.conflicts.values():
        yield from items


def dev(step: int) -> list[dict[str, str]]:
    return [json.loads(line) for line in DEV.read_text("utf-8").splitlines()[::step]]


# -- where it applies


def test_it_is_what_ships_and_the_lexicons_can_be_asked_alone() -> None:
    assert find_extractor("weighed") is None
    assert isinstance(adjudge.load("zenput").compiled.extractor, WeighedExtractor)
    alone = adjudge.load("zenput", extractor="lexicon").compiled.extractor
    assert isinstance(alone, LexiconExtractor)


@pytest.mark.parametrize(
    ("subject", "body", "language"),
    [
        ("", "The till is down. Nobody can pay.", "en"),
        ("", "", "en"),
        # Words that customers rarely use.
        (
            "Bump shading of jersey-guava",
            "Relocate javax servlet artifacts. Rebase onto trunk, cherry-pick to branch-3. "
            "Jacoco agent collides with surefire forks.",
            "en",
        ),
        # A program's insides.
        (
            "`FileSystem.close()` leaks",
            "The call to `close()` returns early. The handle stays. `rename()` then fails for us.",
            "en",
        ),
    ],
)
def test_what_it_has_not_learnt_is_left_to_the_lexicons(
    subject: str, body: str, language: str
) -> None:
    weighed = shipped_extractor().extract(subject, body, language)
    assert weighed == lexicon_extractor().extract(subject, body, language)


def test_a_language_of_ones_own_is_left_to_its_lexicon() -> None:
    terms, _ = shipped_terms()
    readings = lexicon_extractor().read(SUBJECT, BODY, "en")
    _, seen = seen_in(readings)
    assert terms.apply(readings, seen)
    _, heads = shipped_terms()
    others = Terms(with_least(heads.encoder, {"sv": 0.5}), shipped_pieces())
    assert not others.apply(readings, seen)


# -- what comes of it


def test_quotes_stand_where_they_are_said_to_and_nothing_is_lost() -> None:
    differing = 0
    tickets = dev(7)
    for ticket in tickets:
        texts = ticket["subject"], ticket["description"], ticket["language"]
        read, alone = shipped_extractor().extract(*texts), lexicon_extractor().extract(*texts)
        for item in every(read):
            assert ticket[item.field][item.start : item.end] == item.quote
            assert item.quote.strip()
        differing += read.facts != alone.facts
        for fact, item in alone.facts.items():
            # What the lexicons read and the classifier does not bear out stays to be seen.
            if fact not in read.facts and fact != "affected_function":
                assert read.conflicts[fact] == (item,)
    assert 0 < differing < len(tickets)


def test_only_facts_that_were_learnt_are_touched() -> None:
    _, heads = shipped_terms()
    learnt = {head.fact for head in heads.heads}
    assert learnt < VOCABULARY.keys()
    for ticket in dev(23):
        texts = ticket["subject"], ticket["description"], ticket["language"]
        read, alone = shipped_extractor().extract(*texts), lexicon_extractor().extract(*texts)
        for fact in VOCABULARY.keys() - learnt:
            assert read.facts.get(fact) == alone.facts.get(fact)


def test_what_a_ruleset_names_keeps_its_rank_in_its_sentence() -> None:
    body = (
        "Hello, this is about the receipts printer. The receipts do not print at all since "
        "Tuesday. We have restarted everything here and it did not help us."
    )
    for rank in ("minor_function", "critical_function"):
        named = shipped_extractor().naming({rank: {"en": ("receipts",)}})
        found = named.extract("", body, "en").facts["affected_function"]
        assert found.value == rank


def test_the_same_text_is_read_alike_whatever_was_read_before() -> None:
    """Down to the last bit, as a share that is just enough hangs on that."""
    lexicons = lexicon_extractor()

    def shares(fresh: tuple[Terms, Heads], subject: str, body: str, language: str) -> list[bytes]:
        terms, heads = fresh
        _, seen = seen_in(lexicons.read(subject, body, language))
        return [each.shares.tobytes() for each in heads.opinions(*terms.vectors(seen))]

    first, later = shipped_terms.__wrapped__(), shipped_terms.__wrapped__()
    for word in reversed(words_of(f"{SUBJECT} {BODY}")):
        later[0].vectors([Seen((word,), ())])
    for ticket in dev(80):
        shares(later, ticket["subject"], ticket["description"], ticket["language"])
    assert shares(first, SUBJECT, BODY, "en") == shares(later, SUBJECT, BODY, "en")


@pytest.mark.parametrize(
    "text",
    [" ", "\0", "\ud800 broken \udfff text. So it is. Yes.", "a" * 100_000, "down. it is " * 9_000],
)
def test_hostile_texts_are_taken(text: str) -> None:
    read = shipped_extractor().extract(text, text)
    assert all(text[item.start : item.end] == item.quote for item in every(read))


@pytest.mark.parametrize("mark", ["…", ".", "!?", ".)", '."', "\n", "\n ", " \n-", "a.b"])
def test_sentences_are_found_in_one_pass(mark: str) -> None:
    """However long a run of marks is. Each looked at from each, this took half an hour."""
    program = (
        "from adjudge.learned.units import _sentences\n"
        f"list(_sentences('Hello there. ' + {mark!r} * 400_000 + 'x'))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=6))
def test_any_text_is_taken(subject: str, sentences: list[str]) -> None:
    body = ". ".join(sentences)
    texts = {"subject": subject, "description": body}
    read = shipped_extractor().extract(subject, body)
    assert all(texts[item.field][item.start : item.end] == item.quote for item in every(read))


def test_the_command_takes_either(tmp_path: Path) -> None:
    export = tmp_path / "tickets.csv"
    export.write_text(f'id,subject,description\n1,{SUBJECT},"{BODY}"\n')
    for name, expected in (
        ("weighed", shipped_extractor()),
        ("lexicon", lexicon_extractor()),
    ):
        command = ["facts", str(export), "--format", "jsonl", "--extractor", name]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.output
        found = json.loads(result.stdout)["facts"]
        assert found.keys() == expected.extract(SUBJECT, BODY, "en").facts.keys()


# -- vectors and probabilities


def test_classifiers_side_by_side_say_what_each_says_alone() -> None:
    terms, heads = shipped_terms()
    _, seen = seen_in(lexicon_extractor().read(SUBJECT, BODY, "en"))
    sentences, whole = terms.vectors(seen)
    for opinion in heads.opinions(sentences, whole):
        above = opinion.head.above(heads.centred(sentences))
        np.testing.assert_allclose(opinion.above, above, rtol=1e-4, atol=1e-4)
        shares = opinion.head.shares(above, heads.centred(whole))
        np.testing.assert_allclose(opinion.shares, shares, rtol=1e-3, atol=1e-5)
        assert opinion.shares.sum() == pytest.approx(1, abs=1e-5)


def small() -> dict[str, np.ndarray]:
    grams = sorted(set(grams_of(["<", "till", "down", ">"])) - {"down"})
    of_grams = np.linspace(-1, 1, 2 * (len(grams) + 1), dtype=np.float32).reshape(-1, 2)
    of_names = np.array([[1.0], [2.0]], np.float32)
    filters = np.zeros((1, SPAN), np.float32), np.array([0.25], np.float32)
    return numbers_of(grams, of_grams, ["told x y"], of_names, filters, {"en": 0.4})


def test_a_sentence_is_the_mean_of_its_grams_beside_the_sum_of_what_is_found() -> None:
    terms = Terms(small(), Pieces(["\u2581till"], np.zeros(1), np.zeros((2, 1), np.float32)))
    seen = [
        Seen(["<", "till", "down", ">"], ["told x y", "never learnt"]),
        Seen(["qq", "xx", "zz"], []),
    ]
    rows, names = terms.known(seen)
    assert names == [[0, 1], [0]]
    assert len(rows[0]) == len(list(grams_of(seen[0].words))) - 1  # all but the word itself
    assert rows[1] == [0]  # of nothing that was learnt
    each, whole = terms.vectors(seen)
    assert each.shape == (2, 4)
    assert each[:, 2].tolist() == [3.0, 1.0]
    assert whole[2] == 3.0  # of all sentences, each name once
    assert each[:, 3].tolist() == [0.25, 0.0]  # the second has no piece that is known
    assert whole[3] == 0.25
    mean = (each[0, :2] * len(rows[0]) + each[1, :2]) / (len(rows[0]) + 1)
    np.testing.assert_allclose(whole[:2], mean, rtol=1e-5)
    assert terms.familiar(seen) == pytest.approx(1 / 3)


def test_the_sums_of_words_are_those_of_their_grams() -> None:
    _, heads = shipped_terms()
    vectors = heads.encoder["grams"]
    about = json.loads(heads.encoder["about"].tobytes())
    rows = {gram: row for row, gram in enumerate(about["grams"], 1)}
    sentences = [words_of(BODY.lower()), ["<", "we", "can", "not", ">"], ["ǂǂǂǂ"]]
    sums, counts = GramSums(rows, vectors).of(sentences)
    for number, words in enumerate(sentences):
        own = [rows[gram] for gram in grams_of(words) if gram in rows] or [0]
        assert counts[number].tolist() == [len(own)]
        assert np.array_equal(sums[number], vectors[own].sum(axis=0, dtype=np.int32))
    assert len(grams_of_pairs(sentences[0], rows)) > 3  # near ones and far ones


def grams_of_pairs(words: list[str], rows: dict[str, int]) -> list[str]:
    return [gram for gram in grams_of(words) if " " in gram and gram in rows]


def test_what_ships_is_written_and_read_the_same() -> None:
    _, heads = shipped_terms()
    file = io.BytesIO()
    write_heads(file, heads)
    file.seek(0)
    again = read_heads(file)
    assert again.together.worth == heads.together.worth
    assert np.array_equal(again.together.weights, heads.together.weights)
    assert np.array_equal(again.together.bias, heads.together.bias)
    assert all(np.array_equal(again.encoder[name], heads.encoder[name]) for name in heads.encoder)


def opinion(*shares: float, fact: str = "workaround", above: float = 0.0) -> Opinion:
    classes = ("-", "none", "available")
    linear = Linear(np.zeros((3, 1), np.float32), np.zeros(3, np.float32))
    head = Head(fact, classes, linear, linear, np.ones(3, np.float32))
    rows = np.full((3, 2), above, np.float32)
    rows[1, 1] = above + 1
    return Opinion(head, rows, np.array(shares, np.float32))


def test_two_kinds_of_classifiers_are_joined_by_the_geometric_mean() -> None:
    (both,) = joined([opinion(0.2, 0.4, 0.4)], [opinion(0.2, 0.1, 0.7, above=2.0)])
    wanted = np.sqrt([0.04, 0.04, 0.28])
    np.testing.assert_allclose(both.shares, wanted / wanted.sum(), rtol=1e-5)
    assert both.above[1, 1] == 4.0
    with pytest.raises(ValueError, match="workaround"):
        joined([opinion(1, 0, 0)], [opinion(1, 0, 0, fact="environment")])


@pytest.mark.parametrize(
    ("shares", "value", "contested"),
    [
        ((0.1, 0.1, 0.8), "available", False),  # sure enough: stated
        ((0.3, 0.35, 0.35), None, False),  # of silence nothing is presumed here
    ],
)
def test_the_likeliest_is_stated_where_it_is_likely_enough(
    shares: tuple[float, ...], value: str | None, contested: bool
) -> None:
    readings = lexicon_extractor().read("", "Green are the fields. So is the sea. Blue.", "en")
    units, _ = seen_in(readings)
    together = Together.none([3], Worth(wrong=1.0, less=0.0))
    read = weigh(TextFacts(), readings, units, [opinion(*shares)], together)
    found = read.facts.get("workaround")
    assert (found.value if found else None) == value
    assert ("workaround" in read.conflicts) is contested
    if found:
        assert found.quote == "So is the sea."  # the sentence that weighs most


# -- languages that nothing reads

FOREIGN = {
    "fr": "Bonjour, notre serveur de production est en panne depuis ce matin et aucun agent ne "
    "peut se connecter. Il n'y a aucune autre solution. Pouvez-vous nous aider ?",
    "es": "Hola, nuestro servidor de producción está caído desde esta mañana y nadie puede "
    "trabajar. No hay ninguna solución alternativa. ¿Pueden ayudarnos?",
    "nl": "Hallo, onze productieserver ligt plat sinds vanmorgen en niemand kan werken. Er is geen "
    "alternatief. Kunt u ons helpen?",
    "da": "Hej, vores produktionsserver har været nede siden i morges, og ingen kan arbejde. Der "
    "er ingen anden løsning. Kan I hjælpe os?",
    "no": "Hei, produksjonsserveren vår har vært nede siden i morges, og ingen får jobbet. Det "
    "finnes ingen annen løsning. Kan dere hjelpe oss?",
    "pl": "Dzień dobry, nasz serwer produkcyjny nie działa od rana i nikt nie może pracować. Czy "
    "możecie pomóc?",
    "ru": "Здравствуйте, наш сервер не работает с утра. Вы можете помочь?",
    "zh": "您好，我们的生产服务器今天早上宕机了，没有人可以工作。您能帮忙吗？",
}


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("said", [None, "said"])
def test_of_a_language_without_a_lexicon_nothing_is_guessed(
    language: str, said: str | None
) -> None:
    given = language if said else None
    read = shipped_extractor().extract("", FOREIGN[language], given)
    assert (read.facts, read.conflicts) == ({}, {})
    assert (read.language, read.foreign) == (language, True)
    ticket = adjudge.Ticket("1", description=FOREIGN[language], language=given)
    decision = adjudge.load("puppet").decide(ticket, filed="P1")
    assert decision.verdict == "unproven"
    assert decision.foreign == language
    assert f"a language that is not read ({language})" in decision.to_text()


def test_tickets_are_not_taken_for_another_language() -> None:
    extractor = lexicon_extractor()
    for ticket in dev(1):
        read = extractor.language(None, ticket["subject"].lower(), ticket["description"].lower())
        assert read == ticket["language"] or read in extractor.lexicons


def test_commands_say_which_languages_they_did_not_read(tmp_path: Path) -> None:
    export = tmp_path / "tickets.csv"
    rows = [f'{name},P1,"{text}"' for name, text in FOREIGN.items()]
    export.write_text("\n".join(["id,filed,description", *rows]) + "\n", encoding="utf-8")
    result = tmp_path / "result.csv"
    line = "unread: the words of 8 tickets, in languages without a lexicon: "
    for command in (
        ["facts", str(export)],
        ["classify", str(export), "--ruleset", "puppet", "--output", str(result)],
        ["audit", str(export), "--ruleset", "puppet"],
    ):
        run = CliRunner().invoke(main, command)
        assert run.exit_code == 0, run.output
        assert line in " ".join(run.output.split())


def test_a_reply_is_never_in_a_language_that_was_only_guessed(tmp_path: Path) -> None:
    export = tmp_path / "tickets.csv"
    facts = "production,none,how_to"
    export.write_text(
        "id,filed,description,environment,workaround,request_type\n"
        f'1,P1,"{FOREIGN["fr"]}",{facts}\n2,P1,"{FOREIGN["nl"]}",{facts}\n',
        encoding="utf-8",
    )
    run = CliRunner().invoke(main, ["audit", str(export), "--ruleset", "puppet"])
    assert "Hej" not in run.output
    assert "Guten Tag" not in run.output
