"""Tests of how classifiers' probabilities and lexicons' readings of all facts are put together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudge.learned.heads import shipped_heads
from adjudge.learned.terms import shipped_terms
from adjudge.learned.together import Together, Worth, features

SIZES = (3, 2)
ALONE = (np.array([0.2, 0.5, 0.3], np.float32), np.array([0.9, 0.1], np.float32))
ALIKE = (0, 0, 0)
EVEN = Worth(wrong=1.0, less=0.0)


def test_features_are_the_logarithms_and_the_readings_of_all_facts() -> None:
    found = features(ALONE, (2, 0), 6)
    assert len(found) == 2 * sum(SIZES) + 1
    logs = [np.log(each) - np.log(each).mean() for each in ALONE]
    np.testing.assert_allclose(found[:5], np.concatenate(logs), atol=1e-3)
    assert found[5:10].tolist() == [0, 0, 1, 1, 0]
    assert found[10] == pytest.approx(np.log(7))


def test_nothing_learnt_leaves_probabilities_as_they_are() -> None:
    first, second = Together.none(SIZES, EVEN).shares(ALONE, (2, 1), 6)
    np.testing.assert_allclose(first, ALONE[0], atol=1e-3)
    np.testing.assert_allclose(second, ALONE[1], atol=1e-3)


def test_what_is_read_of_one_fact_speaks_for_another() -> None:
    plain = Together.none(SIZES, EVEN)
    weights = plain.weights.copy()
    weights[4, 5 + 2] = 3  # the second value of the first fact, read, for that of the second fact
    learnt = Together(weights, plain.bias, EVEN)
    assert learnt.shares(ALONE, (0, 0), 6)[1].argmax() == 0
    assert learnt.shares(ALONE, (2, 0), 6)[1].argmax() == 1
    assert learnt.shares(ALONE, (2, 0), 6)[0] == pytest.approx(ALONE[0], abs=1e-3)


def test_a_value_is_stated_where_it_is_worth_it() -> None:
    assert EVEN.best("fact", [0.3, 0.6, 0.1], ALIKE) == 1
    assert EVEN.best("fact", [0.3, 0.4, 0.3], ALIKE) == 0
    assert Worth(wrong=0.5, less=0.0).best("fact", [0.3, 0.4, 0.3], ALIKE) == 1
    assert Worth(wrong=2.0, less=0.0).best("fact", [0.3, 0.6, 0.1], ALIKE) == 0


def test_what_may_be_graver_is_not_taken_for_less() -> None:
    shares = [0.1, 0.3, 0.6]
    assert EVEN.best("fact", shares, (2, 0, 1)) == 2
    assert Worth(wrong=1.0, less=1.0).best("fact", shares, (2, 0, 1)) == 0
    assert Worth(wrong=1.0, less=1.0).best("fact", shares, (2, 1, 0)) == 2


def test_some_facts_are_dearer_to_take_for_less() -> None:
    worth = Worth(wrong=1.0, less=1.0, dearer={"data_impact": 5.0})
    shares = [0.0, 0.15, 0.85]
    assert worth.best("functional_impact", shares, (2, 0, 1)) == 2
    assert worth.best("data_impact", shares, (2, 0, 1)) == 0
    assert worth.best("data_impact", shares, (2, 1, 0)) == 2


@given(
    st.lists(st.floats(0.001, 1), min_size=2, max_size=6),
    st.floats(0, 5),
    st.floats(0, 9),
    st.randoms(use_true_random=False),
)
def test_the_dearer_a_mistake_the_less_is_stated(
    numbers: list[float], wrong: float, less: float, random: object
) -> None:
    shares = [each / sum(numbers) for each in numbers]
    gravity = [len(shares), *random.sample(range(len(shares) - 1), len(shares) - 1)]  # type: ignore[attr-defined]
    stated = Worth(wrong, less).best("fact", shares, gravity)
    if not stated:
        assert not Worth(wrong + 1, less).best("fact", shares, gravity)
        assert not Worth(wrong, less + 1).best("fact", shares, gravity)
    else:
        share = shares[stated]
        graver = sum(s for s, rank in zip(shares, gravity, strict=True) if rank < gravity[stated])
        assert share > wrong * (1 - share) + less * graver


@given(
    st.lists(st.floats(0, 1, width=32), min_size=5, max_size=5),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 500),
)
def test_shares_are_probabilities(numbers: list[float], one: int, other: int, units: int) -> None:
    alone = [np.array(numbers[:3], np.float32), np.array(numbers[3:], np.float32)]
    random = np.random.default_rng(1)
    weights = random.normal(size=(5, 11)).astype(np.float32) * 30
    learnt = Together(weights, np.zeros(5, np.float32), EVEN)
    for each, size in zip(learnt.shares(alone, (one, other), units), SIZES, strict=True):
        assert each.shape == (size,)
        assert (each >= 0).all()
        assert each.sum() == pytest.approx(1, abs=1e-5)


def test_what_ships_fits_its_classifiers() -> None:
    for heads in (shipped_terms()[1], shipped_heads()):
        count = sum(len(head.classes) for head in heads.heads)
        assert heads.together.weights.shape == (count, 2 * count + 1)
        assert heads.together.bias.shape == (count,)
        assert np.isfinite(heads.together.weights).all()
