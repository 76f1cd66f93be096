"""The automaton over words, beside a search that compares word by word."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from adjudge.evidence.compile import Compiled
from adjudge.evidence.patterns import Alphabet, Match, Patterns

WORDS = st.sampled_from(["a", "ab", "abc", "abcd", "b", "bc", "7", "8", "ü"])
PHRASE = st.tuples(st.lists(WORDS, min_size=1, max_size=3), st.booleans()).map(
    lambda drawn: (*drawn[0][:-1], drawn[0][-1] + "*" * (drawn[1] and not drawn[0][-1].isdigit()))
)
Phrases = dict[tuple[str, ...], int]


def compiled(phrases: Phrases, by_hand: int = 0) -> Patterns:
    alphabet = Alphabet()
    spelled: dict[str, int] = {}
    for words, number in phrases.items():
        spelled.setdefault("".join(map(alphabet.add, words)), number)
    found = Patterns.of(alphabet, spelled)
    return Patterns(alphabet, found.joined, found.numbers, by_hand)


def naive(phrases: Phrases, text: list[str]) -> list[Match]:
    found = []
    at = 0
    while at < len(text):
        best = None
        for words, number in phrases.items():
            last = words[-1]
            here = text[at : at + len(words)]
            if len(here) == len(words) and all(map(matches, words, here)):
                rank = (len(words), not last.endswith("*"), len(last))
                if best is None or rank > best[0]:
                    best = (rank, number, len(words))
        if best is None:
            at += 1
        else:
            found.append((at, at + best[2] - 1, best[1]))
            at += best[2]
    return found


def matches(word: str, written: str) -> bool:
    if word[0].isdigit():
        return written[0].isdigit()
    return written.startswith(word[:-1]) if word.endswith("*") else written == word


@settings(max_examples=500, deadline=None)
@given(
    st.lists(PHRASE, min_size=1, max_size=8, unique=True),
    st.lists(WORDS | st.text("abü", min_size=1), max_size=12),
)
def test_phrases_are_found_as_by_hand(listed: list[tuple[str, ...]], text: list[str]) -> None:
    phrases = {words: number for number, words in enumerate(listed)}
    patterns = compiled(phrases)
    found = [(first, last, patterns.numbers[n]) for first, last, n in patterns.matches(text)]
    assert found == naive(phrases, text)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(PHRASE, min_size=1, max_size=8, unique=True),
    st.lists(st.lists(WORDS | st.text("abü", min_size=1), max_size=12), max_size=4),
    st.integers(0, 30),
)
def test_the_first_texts_are_read_as_by_the_automaton(
    listed: list[tuple[str, ...]], texts: list[list[str]], by_hand: int
) -> None:
    phrases = {words: number for number, words in enumerate(listed)}
    automaton, looked_up = compiled(phrases), compiled(phrases, by_hand)
    for text in texts:
        assert looked_up.matches(text) == automaton.matches(text)


def test_threads_read_alike_while_the_automaton_is_made() -> None:
    listed = [(f"w{number}", f"v{number % 7}") for number in range(2_000)]
    phrases = {words: number for number, words in enumerate(listed)}
    texts = [[word for words in listed[n : n + 5] for word in words] for n in range(0, 1_500, 5)]
    expected = [compiled(phrases).matches(text) for text in texts[:3]]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            patterns = compiled(phrases, by_hand=600)
            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(patterns.matches, texts))
            assert found[:3] == expected
            assert all(len(each) == 5 for each in found)
    finally:
        sys.setswitchinterval(before)


def test_every_word_has_a_character_of_its_own() -> None:
    alphabet = Alphabet(f"w{number}" for number in range(60_000))
    written = alphabet.written(f"w{number}" for number in range(60_000))
    assert len(set(written)) == 60_000
    written.encode("utf-8")  # none of them is half a character
    assert Alphabet(alphabet.words()).exact == alphabet.exact


def test_the_alphabet_is_made_again_from_its_words() -> None:
    alphabet = Alphabet(["log", "log*", "3", "in", "l*"])
    again = Alphabet(alphabet.words())
    assert (again.exact, again.stems) == (alphabet.exact, alphabet.stems)
    assert again.written(["logging", "12", "x", "lag"]) == alphabet.written(
        ["logger", "3", "y", "l"]
    )


def test_no_phrases_are_kept_as_none() -> None:
    empty = Compiled(Patterns(Alphabet([]), "", []), [])
    assert Compiled.from_bytes(empty.to_bytes()).patterns.patterns == []
