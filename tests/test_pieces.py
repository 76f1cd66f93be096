"""Pieces of words, and what filters find in them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudge.learned.pieces import (
    SPAN,
    Filters,
    Pieces,
    read_pieces,
    shipped_pieces,
    write_pieces,
)
from adjudge.learned.terms import shipped_terms, words_of

NAMES = ["\u2581", "\u2581un", "\u2581down", "up", "time", "uptime"]
SCORES = np.array([-5.0, -2.0, -1.0, -2.0, -2.0, -3.0])


def pieces(width: int = 2) -> Pieces:
    vectors = np.random.default_rng(0).normal(size=(len(NAMES) + 1, width)).astype(np.float32)
    vectors[0] = 0
    return Pieces(NAMES, SCORES, vectors)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("down", ["\u2581down"]),
        ("uptime", ["\u2581", "uptime"]),  # -5 - 3 is likelier than -5 - 2 - 2
        ("downuptime", ["\u2581down", "uptime"]),
        ("downqtime", ["\u2581down", "time"]),  # what no piece has is passed over
        ("\u4e2d\u6587", ["\u2581"]),
        ("", ["\u2581"]),
    ],
)
def test_a_word_is_parted_into_its_likeliest_pieces(word: str, wanted: list[str]) -> None:
    known = pieces()
    assert [NAMES[row - 1] for row in known.of(word)] == wanted
    assert known.of(word) == known.of(word)


def slowly(known: Pieces, weights: np.ndarray, bias: np.ndarray, words: list[str]) -> np.ndarray:
    """One filter and one place after the other."""
    rows = [0, *(row for word in words for row in known.of(word)), 0]
    most = np.zeros(len(bias))
    for at in range(1, len(rows) - 1):
        span = np.concatenate([known.vectors[row] for row in rows[at - 1 : at + 2]])
        most = np.maximum(most, weights @ span + bias)
    return most


@given(st.lists(st.lists(st.sampled_from(["down", "uptime", "un", "time", "q", "x"]), max_size=6)))
def test_filters_find_in_a_sentence_what_they_find_in_it_alone(sentences: list[list[str]]) -> None:
    known = pieces()
    random = np.random.default_rng(1)
    weights = random.normal(size=(4, SPAN * 2)).astype(np.float32)
    bias = random.normal(size=4).astype(np.float32)
    found = Filters(known, weights, bias).of(sentences)
    assert found.shape == (len(sentences), 4)
    for words, row in zip(sentences, found, strict=True):
        np.testing.assert_allclose(row, slowly(known, weights, bias, words), rtol=1e-4, atol=1e-5)


def test_what_filters_find_does_not_depend_on_what_was_read_before() -> None:
    _, heads = shipped_terms()
    words = words_of("the dashboard is down for all our users since monday and nothing helps")

    def filters() -> Filters:
        return Filters(shipped_pieces(), heads.encoder["filters"], heads.encoder["bias"])

    first, later = filters(), filters()
    for word in reversed(words):
        later.of([[word]])
    assert first.of([words]).tobytes() == later.of([words]).tobytes()


def test_pieces_are_written_and_read_the_same_but_for_rounding() -> None:
    known = pieces()
    file = io.BytesIO()
    np.savez(file, **write_pieces(NAMES, SCORES, known.vectors[1:]))
    file.seek(0)
    with np.load(file) as arrays:
        again = read_pieces(arrays)
    assert [again.of(word) for word in ("down", "uptime")] == [[3], [1, 6]]
    np.testing.assert_allclose(again.vectors, known.vectors, atol=0.02)


def test_words_of_one_meaning_are_near_each_other_in_the_pieces_that_ship() -> None:
    known = shipped_pieces()

    def vector(word: str) -> np.ndarray:
        found: np.ndarray = known.vectors[known.of(word)].mean(axis=0)
        return found / np.linalg.norm(found)

    for one, same, other in (("slow", "langsam", "morgen"), ("password", "lösenord", "tisdag")):
        assert vector(one) @ vector(same) > vector(one) @ vector(other)
