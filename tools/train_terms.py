"""Trains the classifier of words: src/adjudge/learned/terms.npz.

    pip install -e . torch
    python tools/train_terms.py --taught FILE [--taught FILE] --without 0 --target PART_0  (to 3)
    python tools/train_terms.py --taught FILE [--taught FILE] --beside PART_0 [--beside ...]
    python tools/train_terms.py --choose --beside PART_0 [--beside ...]

Vectors of terms (`adjudge.learned.terms`), filters over pieces of words (`adjudge.learned.pieces`)
and the classifiers of all facts are trained together, on the same tickets and short texts as those
of the extractor `model` (`train_model.py`, which is to be run with `--choose` after this), and on
what that makes of sentences (`teach.py`). How the facts are put together
(`adjudge.learned.together`) is learnt from the tickets of `later.jsonl.gz` and `choice.jsonl.gz`,
on which they were not trained, and from those of `further.jsonl`: `--without` trains without a
quarter of its authors, and writes what classifiers and lexicons make of their tickets. `--choose`
does only the last step.
The sets by which quality is told (`bench/text_quality.py`) have no part in any of it. Each training
takes some minutes. Train anew when the lexicons or the code that reads them have changed much: what
they find is among the terms.
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
    PARTS,
    SHORT,
    Classifiers,
    Entry,
    Text,
    classes_of,
    entries,
    gold_of,
    heads_of,
    left_out,
    mixed,
    reader_of,
    stated_where,
)
from stacking import DEARER, Judged, Opinions, judged, read_others, with_together
from teach import read
from torch import Tensor, nn
from torch.nn import functional

from adjudge.decide.words import lexicon_extractor
from adjudge.evidence import LexiconExtractor
from adjudge.learned.grams import grams_of
from adjudge.learned.heads import Heads, Numbers, Opinion, read_heads, write_heads
from adjudge.learned.pieces import SPAN, shipped_pieces
from adjudge.learned.terms import (
    FILE,
    Seen,
    Terms,
    numbers_of,
    seen_in,
    with_least,
    words_of,
)
from adjudge.learned.together import Together, Worth

LANGUAGES = ("de", "en", "sv")
SEED, DROPOUT, LEFT_OUT = 0, 0.5, 0.2
DROPOUT_OF_PIECES, LEFT_OUT_OF_PIECES = 0.1, 0.1
WIDTH_OF_GRAMS, WIDTH_OF_NAMES, FILTERS = 128, 48, 128
SHARE_OF_FILTERS = 0.3  # beside the other numbers
LEAST_OF_A_GRAM, LEAST_OF_A_NAME = 10, 3  # how often it has to occur
STRANGE = 0.02  # the share of tickets that are left to the lexicons for their words
WORTH = Worth(wrong=1.0, less=3.0, dearer=DEARER)
REST = 150.0  # what it costs that a fact goes by others
LONGEST_SHARED = 4  # words in a row that a text may have from a ticket that is left out
RATE, LEAST_PACE, DECAY = 3e-3, 0.02, 0.01


@dataclass(frozen=True)
class Known:
    """A sentence, or the whole of them, by the rows of its grams, its names and its pieces."""

    grams: list[int]
    names: list[int]
    pieces: list[int]


def text_of(entry: Entry, taught: Taught, *, short: bool) -> Text:
    """Return an entry with the terms of its sentences; a short text is one."""
    readings = reader_of(entry).read(
        entry.get("subject", ""), entry["description"], entry.get("language")
    )
    units, seen = seen_in(readings)
    gold = gold_of(entry)
    if short:
        spelled = " ".join(entry["description"].lower().split())
        scores = taught.of(readings.language, [spelled])
        return Text([_as_one(seen, spelled)], None, gold, {fact: {0} for fact in gold}, scores)
    scores = taught.of(readings.language, [unit.text for unit in units] or [""])
    return Text(seen or [Seen([], [])], seen, gold, stated_where(entry, units), scores)


def text_of_teacher(language: str, spelled: str, scores: Numbers) -> Text:
    """Return a text of which only a teacher's opinion is known."""
    _, seen = seen_in(lexicon_extractor().read("", spelled, language))
    return Text([_as_one(seen, spelled)], None, None, {}, scores[None].astype(np.float32))


def _as_one(seen: Sequence[Seen], spelled: str) -> Seen:
    return Seen(words_of(spelled), list(chain.from_iterable(each.names for each in seen)))


class Taught:
    """What the teacher makes of sentences; those of which no ticket asked are left at the end."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._scores, classes = read(paths)
        self.classes = {fact: list(values) for fact, values in classes.items()}
        self._nothing = np.full(sum(map(len, self.classes.values())), np.nan, dtype=np.float32)
        self._asked: set[tuple[str, str]] = set()

    def of(self, language: str, texts: Sequence[str]) -> Numbers:
        """Return a row of scores for each sentence."""
        keys = [(language, text) for text in texts]
        self._asked.update(keys)
        return np.array([self._scores.get(key, self._nothing) for key in keys], dtype=np.float32)

    def leave_out(self, kept: Sequence[Entry], out: Sequence[Entry]) -> None:
        """Forget what comes of the words of some entries and of none of those that are `kept`."""
        only = _rows_of_words(out) - _rows_of_words(kept)
        self._scores = {
            key: scores for key, scores in self._scores.items() if not only & _in_a_row(key[1])
        }

    def others(self) -> list[Text]:
        """Return what the teacher was asked besides."""
        return [
            text_of_teacher(*key, scores)
            for key, scores in self._scores.items()
            if key not in self._asked
        ]


def _in_a_row(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[at : at + LONGEST_SHARED]) for at in range(len(words) - LONGEST_SHARED + 1)}


def _rows_of_words(given: Iterable[Entry]) -> set[tuple[str, ...]]:
    return {row for each in given for row in _in_a_row(f"{each['subject']} {each['description']}")}


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
    pieces = [
        [row for word in each.words[1:-1] for row in shipped_pieces().of(word)]
        for each in text.sentences
    ]
    sentences = [Known(*each) for each in zip(grams, names, pieces, strict=True)]
    whole = None
    if text.whole is not None:
        of_all = sorted(set(chain.from_iterable(names)))
        in_a_row = list(chain.from_iterable([*rows, 0] for rows in pieces))
        whole = Known(list(chain.from_iterable(grams)), of_all, in_a_row)
    return replace(text, sentences=sentences, whole=whole)


class Bags(nn.Module):
    """Vectors of sentences by their terms; see `adjudge.learned.terms.Terms`."""

    def __init__(self, grams: int, names: int) -> None:
        super().__init__()
        self.grams = nn.EmbeddingBag(grams, WIDTH_OF_GRAMS, mode="mean", sparse=True)
        self.names = nn.EmbeddingBag(names, WIDTH_OF_NAMES, mode="sum")
        self.pieces = torch.from_numpy(shipped_pieces().vectors)
        self.filters = nn.Linear(SPAN * self.pieces.shape[1], FILTERS)
        nn.init.normal_(self.grams.weight, std=0.1)
        nn.init.normal_(self.names.weight, std=0.02)

    def of(self, texts: Sequence[Known], dropout: float = 0.0) -> Tensor:
        """Return a vector for each; in training some of the terms are left out by chance."""
        grams = [self._some(text.grams) or text.grams for text in texts]
        names = [[0, *self._some(text.names[1:])] for text in texts]
        pieces = [self._masked(text.pieces) for text in texts]
        found = [_bag(self.grams, grams), _bag(self.names, names), self._most(pieces)]
        vectors = torch.cat(found, 1)
        return functional.dropout(vectors, dropout, self.training)

    def forget(self) -> None:
        """Nothing is kept between steps."""

    def _most(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return the most that each filter finds; see `adjudge.learned.pieces.Filters`."""
        rows = torch.tensor([0, *chain.from_iterable([*text, 0] for text in texts), 0])
        of = torch.tensor([number for number, text in enumerate(texts) for _ in [*text, 0]])
        vectors = functional.dropout(self.pieces[rows], DROPOUT_OF_PIECES, self.training)
        places = len(rows) - SPAN + 1
        spans = torch.cat([vectors[at : at + places] for at in range(SPAN)], 1)
        found = torch.relu(self.filters(spans)) * (rows[1:-1] != 0)[:, None]
        most = torch.zeros(len(texts), FILTERS)
        most = most.scatter_reduce(0, of[:, None].expand_as(found), found, "amax")
        return most * SHARE_OF_FILTERS

    def shipped_filters(self) -> tuple[Numbers, Numbers]:
        """Return the filters' weights and bias."""
        weights = self.filters.weight.detach().numpy(), self.filters.bias.detach().numpy()
        return weights[0] * SHARE_OF_FILTERS, weights[1] * SHARE_OF_FILTERS

    def _masked(self, rows: list[int]) -> list[int]:
        if not self.training:
            return rows
        return [row if random.random() > LEFT_OUT_OF_PIECES else 0 for row in rows]

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
    others = [bags.names.weight, *bags.filters.parameters(), *heads]
    dense = torch.optim.AdamW(others, lr=RATE, weight_decay=DECAY)
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


def trained(epochs: int, taught: Taught, part: int | None) -> Heads:
    """Return the trained classifiers, with the vectors of terms; each goes by itself.

    See `left_out` for `part`.
    """
    torch.manual_seed(SEED)
    random.seed(SEED)
    kept, out = left_out(part)
    taught.leave_out(kept, out)
    tickets = [text_of(entry, taught, short=False) for entry in kept]
    short = [text_of(entry, taught, short=True) for entry in entries(SHORT)]
    grams, names = learnt([*tickets, *short])
    print(f"{len(grams):,} grams, {len(names):,} names", flush=True)
    bags = Bags(len(grams) + 1, len(names) + 1)

    def numbers() -> dict[str, Any]:
        vectors = bags.grams.weight.detach().numpy(), bags.names.weight.detach().numpy()
        least = dict.fromkeys(LANGUAGES, 0.0)
        return numbers_of(grams, vectors[0], names, vectors[1], bags.shipped_filters(), least)

    classes = classes_of([*tickets, *short])
    if classes != taught.classes:
        raise SystemExit("the teacher knows other classes: train it first, and let it teach anew")
    terms = Terms(numbers(), shipped_pieces())
    others = taught.others()
    print(f"{len(others):,} texts of the teacher alone", flush=True)
    tickets = [known(text, terms) for text in tickets]
    short = [known(text, terms) for text in [*short, *others]]
    width = WIDTH_OF_GRAMS + WIDTH_OF_NAMES + FILTERS
    model = Classifiers(bags, classes, width, DROPOUT)
    model.halved = False
    train(model, tickets, short, epochs)
    sizes = list(map(len, classes.values()))
    return Heads(model.mean.numpy(), heads_of(model), numbers(), Together.none(sizes, WORTH))


def opinions_of(heads: Heads) -> Opinions:
    """Return what says what classifiers make of a ticket."""
    terms = Terms(heads.encoder, shipped_pieces())

    def opinions(reader: LexiconExtractor, entry: Entry) -> tuple[int, Sequence[Opinion]]:
        readings = reader.read(entry["subject"], entry["description"], entry["language"])
        units, seen = seen_in(readings)
        return len(units), heads.opinions(*terms.vectors(seen))

    return opinions


def chosen(heads: Heads, others: Sequence[Judged]) -> Heads:
    """Return classifiers with their facts put together, and of how strange a ticket they apply."""
    terms = Terms(heads.encoder, shipped_pieces())
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
    own = judged(heads.heads, entries(CHOICE), opinions_of(heads))
    began = Together.none([len(head.classes) for head in heads.heads], WORTH)
    return with_together(heads, own, others, began, REST)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--target", type=Path, default=LEARNED / FILE)
    parser.add_argument("--taught", type=Path, action="append", help="a file of `teach.py`")
    parser.add_argument("--without", type=int, choices=range(PARTS), help="a part of the authors")
    parser.add_argument("--beside", type=Path, action="append", help="what `--without` wrote")
    parser.add_argument("--choose", action="store_true", help="only how facts are put together")
    given = parser.parse_args()
    if given.choose:
        with given.target.open("rb") as source:
            heads = read_heads(source)
    else:
        heads = trained(given.epochs, Taught(given.taught or []), given.without)
    if given.without is not None:
        _, out = left_out(given.without)
        judged(heads.heads, out, opinions_of(heads)).write(given.target)
        return
    ready = chosen(heads, [read_others(path) for path in given.beside or ()])
    with given.target.open("wb") as target:
        write_heads(target, ready)


if __name__ == "__main__":
    main()
