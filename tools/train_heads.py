"""Trains the classifiers of the extractor `model`: src/adjudge/learned/heads.npz.

    pip install -e '.[model]' scikit-learn
    python tools/train_heads.py [--vectors FILE]

The classifiers of sentences are trained on the short texts of `fixtures/text/short.jsonl.gz`; then
once more with sentences of the development tickets: the one to which the first gives a ticket's
true value most, and those that state nothing. The classifiers of tickets are trained on these,
each half as seen by a classifier of sentences that learnt from the other half. When the model is
heeded is chosen on the tickets of `fixtures/text/later.jsonl.gz`, which no lexicon was written on.
The sets by which quality is told (`bench/text_quality.py`) have no part in any of it. Vectors take
minutes; `--vectors` keeps them in a file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

import adjudge
from adjudge.evidence import LexiconExtractor
from adjudge.learned import heads as learned
from adjudge.learned.extractor import embedding
from adjudge.learned.heads import NOTHING, Head, Heads, Linear, Numbers, pooled
from adjudge.learned.units import units_of
from adjudge.reading.lexicon import load_lexicons

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "fixtures" / "text"
TARGET = ROOT / "src" / "adjudge" / "learned" / "heads.npz"
SHORT, TICKETS, CHOICE = ("short.jsonl.gz",), ("dev.jsonl", "dev-more.jsonl"), ("later.jsonl.gz",)
FACTS = (
    "request_type",
    "environment",
    "affected_function",
    "functional_impact",
    "workaround",
    "users_affected",
    "data_impact",
    "business_impact",
    "caused_by",
    "development_workflow",
)
DOUBTED = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3)
SURE = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 2.0)
SILENT = 0.8  # a sentence that states nothing with this probability is one

Entry = dict[str, Any]


def entries(names: Iterable[str]) -> list[Entry]:
    """Read the tickets of some files."""
    found = []
    for name in names:
        data = (TEXTS / name).read_bytes()
        text = gzip.decompress(data) if name.endswith(".gz") else data
        found += [json.loads(line) for line in text.decode().splitlines()]
    return found


class Vectors:
    """The vectors of sentences, kept in a file where one is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Numbers] = {}
        if path is not None and path.exists():
            self._known = pickle.loads(path.read_bytes())

    def of(self, tickets: Sequence[Sequence[str]]) -> list[Numbers]:
        """Return the vectors of each ticket's sentences."""
        new = sorted({text for texts in tickets for text in texts} - set(self._known))
        embed = embedding()
        for begin in range(0, len(new), 256):
            some = new[begin : begin + 256]
            self._known.update(zip(some, embed(some), strict=True))
            print(f"{begin + len(some):,} of {len(new):,} sentences", flush=True)
        if self._path is not None:
            self._path.write_bytes(pickle.dumps(self._known))
        return [np.array([self._known[text] for text in texts]) for texts in tickets]


def gold_of(rows: Sequence[Entry], fact: str) -> np.ndarray[Any, Any]:
    """Return the true class of each ticket."""
    return np.array([str(row["gold"].get(fact, NOTHING)) for row in rows])


def trained(rows: Numbers, classes: np.ndarray[Any, Any]) -> Linear:
    """Return a logistic regression of `rows` that have `classes`."""
    model = LogisticRegression(C=1.0, max_iter=5000).fit(rows, classes)
    names = [str(name) for name in model.classes_]
    weights, bias = model.coef_, model.intercept_
    if len(names) == 2:  # it has one row then, for the second of the two
        weights, bias = np.vstack([-weights, weights]) / 2, np.hstack([-bias, bias]) / 2
    return Linear(tuple(names), weights.astype(np.float32), bias.astype(np.float32))


@dataclass(frozen=True)
class Told:
    """Tickets (or short texts) as the vectors of their sentences, and the true class of each."""

    sentences: list[Numbers]
    classes: np.ndarray[Any, Any]

    def half(self, number: int, *, other: bool = False) -> Told:
        """Return every second ticket, or the others."""
        begin = 1 - number if other else number
        return Told(self.sentences[begin::2], self.classes[begin::2])


def of_sentences(short: Told, tickets: Told) -> Linear:
    """Return a classifier of sentences, from short texts and the sentences of tickets."""
    rows, classes = [np.vstack(short.sentences)], [short.classes]
    first = trained(rows[0], short.classes)
    for sentences, true in zip(tickets.sentences, tickets.classes, strict=True):
        shares = first.of(sentences)
        states_nothing = np.ones(len(sentences), dtype=np.bool_)
        if true != NOTHING:
            if true not in first.classes:
                continue
            told = int(shares[:, first.classes.index(true)].argmax())
            rows.append(sentences[told : told + 1])
            classes.append(np.array([true]))
            states_nothing = shares_in([NOTHING], first, shares)[:, 0] > SILENT
            states_nothing[told] = False
        rows.append(sentences[states_nothing])
        classes.append(np.full(int(states_nothing.sum()), NOTHING))
    return trained(np.vstack(rows), np.concatenate(classes))


def shares_in(classes: Sequence[str], linear: Linear, shares: Numbers) -> Numbers:
    """Return the columns of shares for some classes; those that a classifier lacks are zero."""
    found = np.zeros((len(shares), len(classes)), dtype=np.float32)
    for number, name in enumerate(classes):
        if name in linear.classes:
            found[:, number] = shares[:, linear.classes.index(name)]
    return found


def of_tickets(short: Told, tickets: Told, of_all: Linear) -> Linear:
    """Return a classifier of tickets, from tickets that their classifier of sentences never saw.

    It takes the shares of `of_all`, which learnt from all of them.
    """
    pools, classes = [], []
    for half in (0, 1):
        seen = of_sentences(short, tickets.half(half, other=True))
        unseen = tickets.half(half)
        shares = (shares_in(of_all.classes, seen, seen.of(each)) for each in unseen.sentences)
        pools += [pooled(each) for each in shares]
        classes.append(unseen.classes)
    return trained(np.vstack(pools), np.concatenate(classes))


def chosen(
    gold: np.ndarray[Any, Any], lexicon: Sequence[str], shares: Numbers, classes: Sequence[str]
) -> tuple[float, float, str]:
    """Return when the lexicon is doubted, when the model is sure enough, and what comes of it."""
    best, found = float("-inf"), (0.0, SURE[-1], "")
    for doubted in DOUBTED:
        for sure in SURE:
            read = [
                outcome(said, share, classes, doubted, sure)
                for said, share in zip(lexicon, shares, strict=True)
            ]
            right = sum(a == b != NOTHING for a, b in zip(read, gold, strict=True))
            given, there = sum(a != NOTHING for a in read), sum(b != NOTHING for b in gold)
            # A wrong fact weighs as much as a missing one.
            if right - (given - right) > best:
                best = right - (given - right)
                told = f"precision {right / max(1, given):.3f}, recall {right / max(1, there):.3f}"
                found = doubted, sure, told
    return found


def outcome(said: str, share: Numbers, classes: Sequence[str], doubted: float, sure: float) -> str:
    """Return what is read where a lexicon said something, and the model has its shares."""
    if said != NOTHING:
        own = share[classes.index(said)] if said in classes else 0.0
        return said if own >= doubted else NOTHING
    best = int(share.argmax())
    return classes[best] if share[best] >= sure else NOTHING


def read_by_lexicons(rows: Sequence[Entry]) -> list[dict[str, str]]:
    """Return what the lexicons alone read."""
    rulesets: dict[str, adjudge.Ruleset] = {}
    found = []
    for row in rows:
        name = row["ruleset"]
        if name not in rulesets:
            rulesets[name] = adjudge.load(name)
        given = {key: row[key] for key in ("id", "subject", "description", "language")}
        facts = rulesets[name].read(adjudge.Ticket.from_dict(given)).facts
        found.append({fact: str(item.value) for fact, item in facts.items()})
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", type=Path)
    vectors = Vectors(parser.parse_args().vectors)
    customs = LexiconExtractor(load_lexicons()).customs

    def shown(rows: Sequence[Entry]) -> list[Numbers]:
        texts = [
            [unit.text for unit in units_of(row["subject"], row["description"], customs)]
            for row in rows
        ]
        return vectors.of([each or ["nothing"] for each in texts])

    short, tickets, choice = entries(SHORT), entries(TICKETS), entries(CHOICE)
    # A short text is one sentence to its classifier, however it is punctuated.
    whole = vectors.of([[" ".join(row["description"].lower().split())] for row in short])
    mean = np.vstack(whole).mean(axis=0).astype(np.float32)
    texts = [learned.centred(each, mean) for each in whole]
    told = [learned.centred(each, mean) for each in shown(tickets)]
    judged = [learned.centred(each, mean) for each in shown(choice)]
    lexicon = read_by_lexicons(choice)
    heads = []
    for fact in FACTS:
        known, seen = Told(texts, gold_of(short, fact)), Told(told, gold_of(tickets, fact))
        sentence = of_sentences(known, seen)
        ticket = of_tickets(known, seen, sentence)
        shares = ticket.of(np.vstack([pooled(sentence.of(each)) for each in judged]))
        said = [each.get(fact, NOTHING) for each in lexicon]
        doubted, sure, outcomes = chosen(gold_of(choice, fact), said, shares, ticket.classes)
        print(f"{fact}: doubted below {doubted}, sure from {sure}; {outcomes}", flush=True)
        heads.append(Head(fact, sentence, ticket, doubted, sure))
    with TARGET.open("wb") as file:
        learned.write_heads(file, Heads(mean, tuple(heads)))


if __name__ == "__main__":
    main()
