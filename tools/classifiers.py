"""What the trainings of both kinds of classifiers share: tickets and scores.

A training (`train_terms.py`, `train_model.py`) brings what makes a vector of a sentence; the
classifiers of all facts on top of it are these, as `adjudge.learned.heads` computes them.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import adjudge
from adjudge.decide.words import lexicon_extractor
from adjudge.evidence import LexiconExtractor
from adjudge.learned import heads as learned
from adjudge.learned.heads import NOTHING, Linear
from adjudge.learned.units import Unit

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "fixtures" / "text"
LEARNED = ROOT / "src" / "adjudge" / "learned"
SHORT, CHOICE = ("short.jsonl.gz",), ("later.jsonl.gz", "choice.jsonl.gz")
TICKETS = ("dev.jsonl", "dev-more.jsonl", "more.jsonl", "further.jsonl")
LEAVABLE, PARTS = ("further.jsonl",), 4
"""Tickets that hardly anybody who wrote on lexicons has read, and in how many parts they go."""
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
BATCH, SMOOTHING, LEAST_OF_A_CLASS = 16, 0.02, 5
WEIGHT_OF_SENTENCES, WEIGHT_OF_TEACHING = 0.5, 3.0

Entry = dict[str, Any]


def entries(names: Iterable[str]) -> list[Entry]:
    """Read the tickets of some files."""
    found = []
    for name in names:
        data = (TEXTS / name).read_bytes()
        text = gzip.decompress(data) if name.endswith(".gz") else data
        found += [json.loads(line) for line in text.decode().splitlines()]
    return found


@dataclass(frozen=True)
class Text:
    """A ticket, or a short text, which has no `whole`: its sentences, and what it states.

    How sentences are shown is the encoder's affair. `gold` is None where nothing is known of a text
    but what a teacher makes of it.

    `where` has the sentences that state a fact, where they are known; all of a short text's do.
    `taught` has for each sentence the teacher's score of each class of each fact, as far as he was
    asked; no number otherwise.
    """

    sentences: list[Any]
    whole: Any
    gold: dict[str, str] | None
    where: dict[str, set[int]]
    taught: Any = None


def left_out(part: int | None) -> tuple[list[Entry], list[Entry]]:
    """Return the tickets that are learnt from, and those that are not: some authors' of LEAVABLE.

    `part` counts from 0 to `PARTS` less one; with None, nobody's are left out.
    """
    authors = sorted({_author(entry) for entry in entries(LEAVABLE)})
    mine = set() if part is None else set(authors[part::PARTS])
    out = [entry for entry in entries(LEAVABLE) if _author(entry) in mine]
    ids = {entry["id"] for entry in out}
    return [entry for entry in entries(TICKETS) if entry["id"] not in ids], out


def _author(entry: Entry) -> str:
    """Return the language of an entry and the first two signs of its number, each author's own."""
    _, language, number = entry["id"].split("-")
    return f"{language} {number[:2]}"


def gold_of(entry: Entry) -> dict[str, str]:
    """Return the facts of an entry that are learnt."""
    return {fact: str(entry["gold"][fact]) for fact in FACTS if fact in entry["gold"]}


def stated_where(entry: Entry, units: Sequence[Unit]) -> dict[str, set[int]]:
    """Return by which sentences the facts are stated of which an entry quotes the words."""
    where: dict[str, set[int]] = {}
    for fact, quote in entry.get("quotes", {}).items():
        for field in ("subject", "description"):
            begin = entry[field].find(quote)
            hit = {
                number
                for number, unit in enumerate(units)
                if unit.field == field and unit.start < begin + len(quote) and begin < unit.end
            }
            if begin >= 0 and hit and fact in FACTS and fact in entry["gold"]:
                where[fact] = hit
                break
    return where


class Classifiers(nn.Module):
    """The heads of all facts side by side; see `adjudge.learned.heads` for what they compute.

    `encoder` has a method `of` that makes vectors of sentences, and `forget`, for what it keeps
    between steps. `halved` lets it reckon with half as many digits.
    """

    halved = True

    def __init__(
        self, encoder: Any, classes: dict[str, list[str]], width: int, dropout: float
    ) -> None:
        super().__init__()
        self.encoder, self.classes, self.dropout = encoder, classes, dropout
        count = sum(map(len, classes.values()))
        self.sentence, self.whole = nn.Linear(width, count), nn.Linear(width, count)
        for each in (self.sentence, self.whole):
            nn.init.normal_(each.weight, std=0.02)
            nn.init.zeros_(each.bias)
        self.scale = nn.Parameter(torch.ones(count))
        self.mean = torch.zeros(width)
        self.columns: dict[str, slice] = {}
        begin = 0
        for fact, names in classes.items():
            self.columns[fact] = slice(begin, begin + len(names))
            begin += len(names)

    def forward(self, texts: Sequence[Text]) -> Iterator[tuple[str, Tensor, Tensor]]:
        """Yield of each fact the scores of its classes: by text, and by sentence."""
        shown = [sentence for text in texts for sentence in text.sentences]
        of = torch.tensor([n for n, text in enumerate(texts) for _ in text.sentences])
        wholes = [(n, text.whole) for n, text in enumerate(texts) if text.whole is not None]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training and self.halved):
            vectors = self.encoder.of([*shown, *(whole for _, whole in wholes)], self.dropout)
        vectors = (vectors.float() - self.mean) * 10
        said = self.sentence(vectors[: len(shown)])
        rows = torch.tensor([n for n, _ in wholes], dtype=torch.long)
        also = torch.zeros(len(texts), said.shape[1])
        also = also.index_add(0, rows, self.whole(vectors[len(shown) :]))
        for fact, columns in self.columns.items():
            mine = said[:, columns]
            above = mine[:, 1:] - mine[:, :1]
            start = torch.full((len(texts), above.shape[1]), -1e9)
            top = start.scatter_reduce(0, of[:, None].expand_as(above), above, "amax")
            powers = torch.exp(above - top[of])
            added = top + torch.log(torch.zeros_like(top).index_add(0, of, powers))
            scores = torch.cat([torch.zeros(len(texts), 1), added], 1)
            yield fact, scores * self.scale[columns] + also[:, columns], mine

    def loss(self, texts: Sequence[Text]) -> Tensor:
        """Return how far the scores are from what is true."""
        found = torch.zeros(())
        teacher = None
        if all(text.taught is not None for text in texts):
            teacher = torch.from_numpy(np.concatenate([text.taught for text in texts]))
        for fact, of_texts, of_sentences in self(texts):
            known = self.classes[fact]
            true = [
                NOTHING if text.gold is None else text.gold.get(fact, NOTHING) for text in texts
            ]
            wanted = [
                known.index(value) if text.gold is not None and value in known else -100
                for text, value in zip(texts, true, strict=True)
            ]
            found = found + functional.cross_entropy(
                of_texts, torch.tensor(wanted), label_smoothing=SMOOTHING
            )
            rows = torch.tensor([
                number if number <= 0 or place in text.where.get(fact, ()) else -100
                for text, number in zip(texts, wanted, strict=True)
                for place in range(len(text.sentences))
            ])  # fmt: skip
            if (rows >= 0).any():
                told = functional.cross_entropy(of_sentences, rows)
                found = found + WEIGHT_OF_SENTENCES * told
            if teacher is not None:
                asked = ~teacher[:, 0].isnan()
                wants = functional.softmax(teacher[asked, self.columns[fact]], 1)
                told = functional.cross_entropy(of_sentences[asked], wants)
                found = found + WEIGHT_OF_TEACHING * told
        return found / len(self.classes)

    @torch.no_grad()
    def find_mean(self, texts: Sequence[Text]) -> None:
        """Set the vector from which others are told, from a sample of sentences."""
        self.eval()
        sample = [sentence for text in texts for sentence in text.sentences][::8]
        self.mean = torch.cat([self.encoder.of(some) for some in batches(sample, 64)]).mean(dim=0)
        self.encoder.forget()
        self.train()


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield a sequence in pieces."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]


def classes_of(texts: Sequence[Text]) -> dict[str, list[str]]:
    """Return the values of each fact that occur often enough to be learnt."""
    found = {}
    for fact in FACTS:
        counts = Counter(text.gold[fact] for text in texts if text.gold and fact in text.gold)
        found[fact] = [NOTHING, *sorted(v for v, n in counts.items() if n >= LEAST_OF_A_CLASS)]
    return found


def mixed(tickets: list[Text], short: list[Text]) -> list[list[Text]]:
    """Return batches with an even share of tickets and short texts."""
    random.shuffle(tickets)
    random.shuffle(short)
    count = math.ceil(len(tickets) / BATCH)
    share = math.ceil(len(short) / count)
    parts = zip_longest(batches(tickets, BATCH), batches(short, share), fillvalue=())
    return [[*some, *others] for some, others in parts]


def read_by_lexicons(rows: Sequence[Entry]) -> list[dict[str, str]]:
    """Return what the lexicons alone read."""
    found = []
    for row in rows:
        given = {key: row[key] for key in ("id", "subject", "description", "language")}
        facts = _ruleset(row["ruleset"]).read(adjudge.Ticket.from_dict(given)).facts
        found.append({fact: str(item.value) for fact, item in facts.items()})
    return found


def heads_of(model: Classifiers) -> tuple[learned.Head, ...]:
    """Return the trained classifiers."""

    def linear(layer: nn.Linear, columns: slice) -> Linear:
        weight, bias = layer.weight[columns], layer.bias[columns]
        return Linear(weight.detach().numpy(), bias.detach().numpy())

    return tuple(
        learned.Head(
            fact,
            tuple(model.classes[fact]),
            linear(model.sentence, columns),
            linear(model.whole, columns),
            model.scale[columns].detach().numpy(),
        )
        for fact, columns in model.columns.items()
    )


@cache
def _ruleset(name: str) -> adjudge.Ruleset:
    return adjudge.load(name, extractor="lexicon")


def reader_of(entry: Entry) -> LexiconExtractor:
    """Return the reader of lexicons that knows the names of an entry's ruleset, if it has one."""
    if "ruleset" not in entry:
        return lexicon_extractor()
    reader = _ruleset(entry["ruleset"]).compiled.extractor
    assert isinstance(reader, LexiconExtractor)
    return reader
