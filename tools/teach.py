"""Writes what the extractor `model` makes of sentences, for the classifier of words to learn from.

    pip install -e '.[model]'
    python tools/teach.py FILE [--part 0 --of 2]

The tickets say which facts are stated, and of some of them by which words. A sentence model that
was trained on them says of each sentence how likely it states each value, and so tells a smaller
one much more than the facts do ("distillation", G. Hinton et al., 2015). It says so of any
sentence: here of those of the tickets and short texts that are learnt from (`train_terms.py`), and
of what comes of them when they are parted, cut short and mixed. It takes half an hour on one core;
parts can be made side by side.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from classifiers import SHORT, TICKETS, entries, reader_of

from adjudge.learned.engine import embedding
from adjudge.learned.heads import Numbers, shipped_heads
from adjudge.learned.terms import seen_in

SEED, LEFT_OUT, SHORTENED, SPLICED = 5, 0.18, 0.8, 0.5
LEAST_OF_A_PART, LEAST_OF_A_WHOLE = 3, 5  # words
_BATCH = 64
_PARTING = re.compile(
    r"\s*(?:[,;:]|–|\s-\s)\s*|\s+(?=(?:and|but|because|so|which|while|although|though|"
    r"och|men|eftersom|så|som|medan|för att|und|aber|weil|da|sondern|während|obwohl)\s)"
)

Sentence = tuple[str, str]
"""A language and words in it."""


def sentences() -> Iterator[Sentence]:
    """Yield the sentences that are learnt from, a short text as one."""
    for entry in entries((*TICKETS, *SHORT)):
        given = entry.get("subject", ""), entry["description"], entry.get("language")
        readings = reader_of(entry).read(*given)
        yield from ((readings.language, unit.text) for unit in seen_in(readings)[0])
        if "subject" not in entry:
            yield readings.language, " ".join(entry["description"].lower().split())


def changed(known: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield parts of sentences, sentences with words left out, and halves of two together."""
    by_language: dict[str, list[list[str]]] = {}
    for language, text in known:
        words = text.split()
        if len(words) >= LEAST_OF_A_WHOLE:
            by_language.setdefault(language, []).append(words)
    for language, text in known:
        parts = [part for part in _PARTING.split(text) if len(part.split()) >= LEAST_OF_A_PART]
        if len(parts) > 1:
            yield from ((language, part) for part in parts)
        words = text.split()
        if len(words) < LEAST_OF_A_WHOLE:
            continue
        if random.random() < SHORTENED:
            yield language, " ".join(word for word in words if random.random() > LEFT_OUT)
        if random.random() < SPLICED:
            other = random.choice(by_language[language])
            begin, end = random.randint(2, len(words) - 1), random.randint(1, len(other) - 2)
            yield language, " ".join(words[:begin] + other[end:])


def write(path: Path, given: Sequence[Sentence], scores: Numbers) -> None:
    """Write sentences with their scores, and what these are of."""
    classes = {head.fact: head.classes for head in shipped_heads().heads}
    about = json.dumps({"sentences": given, "classes": classes}).encode()
    with path.open("wb") as file:
        np.savez(file, about=np.frombuffer(about, dtype=np.uint8), scores=scores)


def read(paths: Sequence[Path]) -> tuple[dict[Sentence, Numbers], Mapping[str, Sequence[str]]]:
    """Return the scores of sentences, and the classes that they are of, by fact."""
    found: dict[Sentence, Numbers] = {}
    classes: dict[str, Sequence[str]] = {}
    for path in paths:
        with np.load(path) as arrays:
            about = json.loads(arrays["about"].tobytes())
            scores = arrays["scores"]
        classes = about["classes"]
        found |= zip(map(tuple, about["sentences"]), scores, strict=True)
    return found, classes


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("target", type=Path)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    given = parser.parse_args()
    random.seed(SEED)
    known = list(dict.fromkeys(sentences()))
    texts = list(dict.fromkeys([*known, *changed(known)]))
    mine = [each for each in texts if each[1].strip()][given.part :: given.of]
    embed, heads = embedding(), shipped_heads()
    scores = []
    for begin in range(0, len(mine), _BATCH):
        vectors = embed([text for _, text in mine[begin : begin + _BATCH]])
        scores.append(heads.said(vectors).astype(np.float16))
        print(f"{begin + _BATCH:,} of {len(mine):,}", end="\r", flush=True)
    write(given.target, mine, np.concatenate(scores))


if __name__ == "__main__":
    main()
