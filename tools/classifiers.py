"""What the trainings of both kinds of classifiers share: tickets, scores, and when to heed them.

A training (`train_terms.py`, `train_model.py`) brings what makes a vector of a sentence; the
classifiers of all facts on top of it are these, as `adjudge.learned.heads` computes them.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product, starmap, zip_longest
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
from adjudge.learned.heads import NOTHING, Heads, Heeded, Linear, Opinion
from adjudge.learned.units import Unit

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "fixtures" / "text"
LEARNED = ROOT / "src" / "adjudge" / "learned"
SHORT, CHOICE = ("short.jsonl.gz",), ("later.jsonl.gz", "choice.jsonl.gz")
TICKETS = ("dev.jsonl", "dev-more.jsonl", "more.jsonl", "further.jsonl")
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
WORD, SILENCE = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0), (0.0, 0.5, 1.0, 2.0)
SURE, GRAVER = (0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), (0.02, 0.05, 0.1, 0.2, 0.3, 1.0)
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


@dataclass(frozen=True)
class Weights:
    """What a wrong fact weighs, where a right one weighs 1.

    What is taken for less than it is weighs `less` more than that.
    """

    wrong: float
    less: float


def chosen(
    head: learned.Head, gold: list[str], said: list[str], shares: list[Any], weights: Weights
) -> Heeded:
    """Return how a head is best heeded, beside what the lexicons said."""
    classes, gravity = head.classes, head.gravity
    rows = [
        (share, classes.index(each), true)
        for share, each, true in zip(shares, said, gold, strict=True)
        if each in classes  # what the model has not learnt is the lexicons' alone
    ]
    there = max(1, sum(true != NOTHING for _, _, true in rows))
    best, found, told = float("-inf"), Heeded(WORD[0], SILENCE[0], SURE[0]), ""
    for heeded in starmap(Heeded, product(WORD, SILENCE, SURE, GRAVER)):
        read = [(heeded.outcome(share, each, gravity), true) for share, each, true in rows]
        stated = [(number, true) for number, true in read if number]
        wrong = [(number, true) for number, true in stated if classes[number] != true]
        less = sum(
            true in classes and gravity[classes.index(true)] < gravity[number]
            for number, true in wrong
        )
        right = len(stated) - len(wrong)
        worth = right - weights.wrong * len(wrong) - weights.less * less
        if worth > best:
            best, found = worth, heeded
            precision, recall = right / max(1, len(stated)), right / there
            told = f"precision {precision:.3f}, recall {recall:.3f}, {less} taken for less"
    print(f"{head.fact}: {found}; {told}", flush=True)
    return found


def read_by_lexicons(rows: Sequence[Entry]) -> list[dict[str, str]]:
    """Return what the lexicons alone read."""
    found = []
    for row in rows:
        given = {key: row[key] for key in ("id", "subject", "description", "language")}
        facts = _ruleset(row["ruleset"]).read(adjudge.Ticket.from_dict(given)).facts
        found.append({fact: str(item.value) for fact, item in facts.items()})
    return found


def heads_of(model: Classifiers) -> tuple[learned.Head, ...]:
    """Return the trained classifiers; when they are heeded is yet to be chosen."""

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
            Heeded(WORD[0], SILENCE[0], SURE[0]),
        )
        for fact, columns in model.columns.items()
    )


def with_choice(
    heads: Heads,
    opinions: Callable[[LexiconExtractor, Entry], Sequence[Opinion]],
    weights: Weights,
) -> Heads:
    """Return classifiers with when they are heeded; `opinions` has those on an entry.

    It is given the reader of lexicons that knows the names of the entry's ruleset.
    """
    rows = entries(CHOICE)
    said = read_by_lexicons(rows)
    seen = [opinions(reader_of(row), row) for row in rows]
    found = []
    for number, head in enumerate(heads.heads):
        gold = [str(row["gold"].get(head.fact, NOTHING)) for row in rows]
        lexicon = [each.get(head.fact, NOTHING) for each in said]
        shares = [each[number].shares for each in seen]
        found.append(replace(head, heeded=chosen(head, gold, lexicon, shares, weights)))
    return replace(heads, heads=tuple(found))


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
