"""The cost of reading a text grows with its length, whatever is repeated in it.

Work is counted as executed lines of Python, so that the machine's speed is not asserted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjudge.evidence import LexiconExtractor
from adjudge.reading.lexicon import load_lexicons

FIXTURES = Path(__file__).parents[1] / "fixtures" / "text"
EXTRACTOR = LexiconExtractor(load_lexicons())
SHORT, LONG = 2_000, 8_000
TICKETS = [json.loads(line) for line in (FIXTURES / "dev.jsonl").read_text("utf-8").splitlines()]


class Work:
    """Counts the lines that run; a line that a loop comes back to counts again."""

    lines = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> Work:
        self.lines += event in ("line", "call")
        return self


@contextmanager
def counted() -> Iterator[Work]:
    work = Work()
    before = sys.gettrace()
    sys.settrace(work)
    try:
        yield work
    finally:
        sys.settrace(before)


def cost(phrase: str, length: int, subject: str = "") -> int:
    text = phrase * (length // len(phrase))
    above = subject * (length // len(subject)) if subject else ""
    with counted() as work:
        EXTRACTOR.extract(above, text)
    return work.lines


def grows_linearly(phrase: str, subject: str = "") -> bool:
    cost(phrase, SHORT, subject)  # what is read once, and kept, is no matter of length
    return cost(phrase, LONG, subject) <= 1.6 * LONG / SHORT * cost(phrase, SHORT, subject)


@pytest.mark.parametrize(
    "phrase",
    [
        "Sensor readings arrive late\nReadings of ",
        "It costs us about 30 in the module either. ",
        "there's no way round it anywhere, so ",
        "Eine Alternative haben wir nicht. Die Liste. ",
        "Tills vidare kör vi dem via konsolen. ",
        "It would help. All agents see the wrong number twice. ",
        "For now we read them by hand. ",
        "The list shows the wrong name. Only a small thing. ",
        "All our stores, since your update, cannot log in. ",
        "could you set it up for us? How do I do it? ",
    ],
)
def test_a_phrase_that_is_repeated(phrase: str) -> None:
    assert grows_linearly(phrase)


@pytest.mark.parametrize(
    "phrase", ["Our data is lost. ", "The total is wrong. ", "We have trouble. "]
)
def test_a_phrase_that_is_repeated_below_a_long_subject(phrase: str) -> None:
    assert grows_linearly(phrase, "app, ")


@settings(max_examples=15, deadline=None)
@given(ticket=st.sampled_from(TICKETS), begin=st.integers(0, 500), size=st.integers(15, 120))
def test_any_part_of_a_ticket_repeated(ticket: dict[str, str], begin: int, size: int) -> None:
    text = ticket["description"]
    part = text[begin % len(text) :][:size].ljust(15)
    assert grows_linearly(part + " ")
