"""Whatever fails, and in whichever words: what is said around it decides whether it fails now.

The frames, things and predicates of `fixtures/text/frames` are tried with one another. Readings
that hold for one predicate and not for the next come from a list of phrases; those that hold for
all of them come from how a sentence is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from adjudge.evidence import LexiconExtractor
from adjudge.model.fact import plain
from adjudge.reading.lexicon import load_lexicons

FRAMES = Path(__file__).parents[1] / "fixtures" / "text" / "frames"
LANGUAGES = tuple(sorted(path.stem for path in FRAMES.glob("*.yaml")))
TROUBLE = {"unavailable", "severely_degraded", "intermittent", "degraded", "slow"}


@cache
def frames_of(language: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FRAMES / f"{language}.yaml").read_text("utf-8"))
    return found


def cases() -> list[tuple[str, str, str]]:
    return [
        (language, reading, frame)
        for language in LANGUAGES
        for reading in ("hurts", "spares")
        for frame in frames_of(language)[reading]
    ]


def texts(language: str, frame: str) -> Iterator[str]:
    """Yield a frame with each thing, and each predicate that has all forms it names."""
    found = frames_of(language)
    forms = {name for _, name, _, _ in Formatter().parse(frame) if name}
    for predicate in found["predicates"]:
        for thing in found["things"]:
            known = {"T": thing, "t": thing[0].lower() + thing[1:], **predicate}
            if "verb" in predicate:
                known["Verb"] = predicate["verb"].capitalize()
            if forms <= known.keys():
                yield frame.format(**known)


def degrees() -> list[tuple[str, str, str]]:
    return [
        (language, value, state)
        for language in LANGUAGES
        for value, states in frames_of(language)["degrees"].items()
        for state in states
    ]


def sentences() -> list[tuple[str, str, str, str]]:
    return [
        (language, fact, value, text)
        for language in LANGUAGES
        for fact, values in frames_of(language)["facts"].items()
        for value, texts in values.items()
        for text in texts
    ]


@pytest.fixture(scope="module")
def extractor() -> LexiconExtractor:
    return LexiconExtractor(load_lexicons())


def test_each_language_has_frames() -> None:
    assert set(LANGUAGES) == set(load_lexicons())


@pytest.mark.parametrize(("language", "reading", "frame"), cases())
def test_frame(extractor: LexiconExtractor, language: str, reading: str, frame: str) -> None:
    wrong = []
    tried = list(dict.fromkeys(texts(language, frame)))
    assert tried
    for text in tried:
        impact = extractor.extract("", text, language).facts.get("functional_impact")
        if (impact is not None and impact.value in TROUBLE) != (reading == "hurts"):
            wrong.append(text)
    assert not wrong


@pytest.mark.parametrize(("language", "value", "state"), degrees())
def test_degree(extractor: LexiconExtractor, language: str, value: str, state: str) -> None:
    found, wrong = frames_of(language), []
    for frame in found["plain"]:
        for thing in found["parts"]:
            text = frame.format(T=thing, t=thing[0].lower() + thing[1:], state=state)
            impact = extractor.extract("", text, language).facts.get("functional_impact")
            if impact is None or impact.value != value:
                wrong.append(text)
    assert not wrong


@pytest.mark.parametrize(("language", "fact", "value", "text"), sentences())
def test_plain_sentence(
    extractor: LexiconExtractor, language: str, fact: str, value: str, text: str
) -> None:
    found = extractor.extract("", text, language).facts.get(fact)
    read = "-" if found is None else str(plain(found.value)).lower()
    assert read == value
