"""Trains the classifier of words: src/adjudge/learned/terms.npz.

    pip install -e . torch
    python tools/train_terms.py [--epochs 12] [--target FILE]
    python tools/train_terms.py --choose

Vectors of terms (`adjudge.learned.terms`) and the classifiers of all facts are trained together, on
the same tickets and short texts as those of the extractor `model` (`train_model.py`, which is to be
run with `--choose` after this). When the classifiers are heeded is chosen on the tickets of
`later.jsonl.gz` and `choice.jsonl.gz`, on which they were not trained; `--choose` does that alone.
The sets by which quality is told (`bench/text_quality.py`) have no part in any of it. It takes some
minutes. Train it anew when the lexicons or the code that reads them have changed much: what they
find is among the terms.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from classifiers import (
    BATCH,
    CHOICE,
    LEARNED,
    SHORT,
    TICKETS,
    Classifiers,
    Entry,
    Text,
    classes_of,
    entries,
    gold_of,
    heads_of,
    mixed,
    reader_of,
    stated_where,
    with_choice,
)
from torch import Tensor, nn
from torch.nn import functional

from adjudge.evidence import LexiconExtractor
from adjudge.learned.grams import grams_of
from adjudge.learned.heads import Heads, Opinion, read_heads, write_heads
from adjudge.learned.terms import (
    FILE,
    Seen,
    Terms,
    numbers_of,
    seen_in,
    with_least,
    words_of,
)

LANGUAGES = ("de", "en", "sv")
SEED, DROPOUT, LEFT_OUT = 0, 0.5, 0.2
WIDTH_OF_GRAMS, WIDTH_OF_NAMES = 128, 48
LEAST_OF_A_GRAM, LEAST_OF_A_NAME = 10, 3  # how often it has to occur
STRANGE = 0.02  # the share of tickets that are left to the lexicons for their words
WEIGHT_OF_WRONG = 0.75  # as many verdicts as may be, with hardly less precision
RATE, LEAST_PACE, DECAY = 3e-3, 0.02, 0.01


@dataclass(frozen=True)
class Known:
    """A sentence, or the whole of them, by the rows of its grams and of its names."""

    grams: list[int]
    names: list[int]


def text_of(entry: Entry, *, short: bool) -> Text:
    """Return an entry with the terms of its sentences; a short text is one."""
    readings = reader_of(entry).read(
        entry.get("subject", ""), entry["description"], entry.get("language")
    )
    units, seen = seen_in(readings)
    gold = gold_of(entry)
    if short:
        names = list(chain.from_iterable(each.names for each in seen))
        shown = Seen(words_of(" ".join(entry["description"].lower().split())), names)
        return Text([shown], None, gold, {fact: {0} for fact in gold})
    return Text(seen or [Seen([], [])], seen, gold, stated_where(entry, units))


def learnt(texts: Iterable[Text]) -> tuple[list[str], list[str]]:
    """Return the grams and the names that occur often enough."""
    grams: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for text in texts:
        for seen in text.sentences:
            grams.update(set(grams_of(seen.words)))
            names.update(seen.names)
    return (
        sorted(gram for gram, count in grams.items() if count >= LEAST_OF_A_GRAM),
        sorted(name for name, count in names.items() if count >= LEAST_OF_A_NAME),
    )


def known(text: Text, terms: Terms) -> Text:
    """Return a text by the rows of its terms."""
    grams, names = terms.known(text.sentences)
    sentences = [Known(*each) for each in zip(grams, names, strict=True)]
    whole = None
    if text.whole is not None:
        of_all = sorted(set(chain.from_iterable(names)))
        whole = Known(list(chain.from_iterable(grams)), of_all)
    return Text(sentences, whole, text.gold, text.where)


class Bags(nn.Module):
    """Vectors of sentences by their terms; see `adjudge.learned.terms.Terms`."""

    def __init__(self, grams: int, names: int) -> None:
        super().__init__()
        self.grams = nn.EmbeddingBag(grams, WIDTH_OF_GRAMS, mode="mean", sparse=True)
        self.names = nn.EmbeddingBag(names, WIDTH_OF_NAMES, mode="sum")
        nn.init.normal_(self.grams.weight, std=0.1)
        nn.init.normal_(self.names.weight, std=0.02)

    def of(self, texts: Sequence[Known], dropout: float = 0.0) -> Tensor:
        """Return a vector for each; in training some of the terms are left out by chance."""
        grams = [self._some(text.grams) or text.grams for text in texts]
        names = [[0, *self._some(text.names[1:])] for text in texts]
        vectors = torch.cat([_bag(self.grams, grams), _bag(self.names, names)], 1)
        return functional.dropout(vectors, dropout, self.training)

    def forget(self) -> None:
        """Nothing is kept between steps."""

    def _some(self, rows: list[int]) -> list[int]:
        return [row for row in rows if random.random() > LEFT_OUT] if self.training else rows


def _bag(table: nn.EmbeddingBag, rows: Sequence[Sequence[int]]) -> Tensor:
    begins = np.cumsum([0, *map(len, rows[:-1])])
    found: Tensor = table(torch.tensor(list(chain.from_iterable(rows))), torch.tensor(begins))
    return found


def train(model: Classifiers, tickets: list[Text], short: list[Text], epochs: int) -> None:
    """Train vectors and classifiers."""
    bags: Bags = model.encoder
    sparse = torch.optim.SparseAdam([bags.grams.weight], lr=RATE)
    heads = [*model.sentence.parameters(), *model.whole.parameters(), model.scale]
    dense = torch.optim.AdamW([bags.names.weight, *heads], lr=RATE, weight_decay=DECAY)
    step, total = 0, epochs * math.ceil(len(tickets) / BATCH)
    for epoch in range(1, epochs + 1):
        losses = []
        for texts in mixed(tickets, short):
            for each in (*sparse.param_groups, *dense.param_groups):
                each["lr"] = RATE * max(LEAST_PACE, 1 - step / total)
            loss = model.loss(texts)
            sparse.zero_grad()
            dense.zero_grad()
            loss.backward()
            sparse.step()
            dense.step()
            losses.append(float(loss.detach()))
            step += 1
        print(f"epoch {epoch}: loss {sum(losses) / len(losses):.3f}", flush=True)


def trained(epochs: int) -> Heads:
    """Return the trained classifiers, with the vectors of terms; when to heed them is open."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    tickets = [text_of(entry, short=False) for entry in entries(TICKETS)]
    short = [text_of(entry, short=True) for entry in entries(SHORT)]
    grams, names = learnt([*tickets, *short])
    print(f"{len(grams):,} grams, {len(names):,} names", flush=True)
    bags = Bags(len(grams) + 1, len(names) + 1)

    def numbers() -> dict[str, Any]:
        vectors = bags.grams.weight.detach().numpy(), bags.names.weight.detach().numpy()
        return numbers_of(grams, vectors[0], names, vectors[1], dict.fromkeys(LANGUAGES, 0.0))

    terms = Terms(numbers())
    tickets = [known(text, terms) for text in tickets]
    short = [known(text, terms) for text in short]
    width = WIDTH_OF_GRAMS + WIDTH_OF_NAMES
    model = Classifiers(bags, classes_of([*tickets, *short]), width, DROPOUT)
    model.halved = False
    train(model, tickets, short, epochs)
    return Heads(model.mean.numpy(), heads_of(model), numbers())


def chosen(heads: Heads) -> Heads:
    """Return classifiers with when they are heeded, and of how strange a ticket."""
    terms = Terms(heads.encoder)
    familiar: dict[str, list[float]] = {}
    for entry in entries(CHOICE):
        readings = reader_of(entry).read(entry["subject"], entry["description"], entry["language"])
        of_language = familiar.setdefault(readings.language, [])
        of_language.append(terms.familiar(seen_in(readings)[1]))
    least = {
        language: round(float(np.quantile(shares, STRANGE)), 3)
        for language, shares in sorted(familiar.items())
    }
    print(f"least share of known words: {least}", flush=True)
    heads = replace(heads, encoder=with_least(heads.encoder, least))

    def opinions(reader: LexiconExtractor, entry: Entry) -> Sequence[Opinion]:
        readings = reader.read(entry["subject"], entry["description"], entry["language"])
        return heads.opinions(*terms.vectors(seen_in(readings)[1]))

    return with_choice(heads, opinions, WEIGHT_OF_WRONG)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--target", type=Path, default=LEARNED / FILE)
    parser.add_argument("--choose", action="store_true", help="only when they are heeded")
    given = parser.parse_args()
    if given.choose:
        with given.target.open("rb") as source:
            heads = read_heads(source)
    else:
        heads = trained(given.epochs)
    ready = chosen(heads)
    with given.target.open("wb") as target:
        write_heads(target, ready)


if __name__ == "__main__":
    main()
