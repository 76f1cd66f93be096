"""Trains the extractor `model`: src/adjudge/learned/heads.npz.

    pip install -e '.[model]' torch
    python tools/train_model.py [--epochs 5] [--rows N] [--target FILE]
    python tools/train_model.py --choose

The sentence model's last layers (narrow matrices beside its own, biases, scales) and the
classifiers of all facts are trained together: on the short texts of
`fixtures/text/short.jsonl.gz`, each of which is one sentence, and on tickets of many authors. Of a
ticket the facts are known, and of some also the sentences that state them. When the model is
heeded is chosen on the tickets of `later.jsonl.gz` and `choice.jsonl.gz`, on which neither was
made; `--choose` does that alone, for when the lexicons read more than they did. The sets by which
quality is told (`bench/text_quality.py`) have no part in any of it. It takes an hour on two
cores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product, starmap, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_model import Encoder, File
from torch import Tensor, nn
from torch.nn import functional

import adjudge
from adjudge.evidence import LexiconExtractor
from adjudge.evidence.segments import Customs
from adjudge.learned import heads as learned
from adjudge.learned.engine import fingerprint, is_narrow, package_file, tuned
from adjudge.learned.heads import NOTHING, Heads, Heeded, Linear
from adjudge.learned.units import units_of, whole_of
from adjudge.reading.lexicon import load_lexicons

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "fixtures" / "text"
TARGET = ROOT / "src" / "adjudge" / "learned" / "heads.npz"
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
WEIGHT_OF_WRONG, WEIGHT_OF_LESS = 1.25, 3.0  # what is taken for less than it is weighs both
SEED, LAYERS, BATCH, DROPOUT = 0, 9, 16, 0.1
RATE, RATE_OF_MATRICES, RATE_OF_HEADS, WARM_STEPS = 1e-3, 5e-4, 3e-3, 30
SMOOTHING, WEIGHT_OF_SENTENCES = 0.02, 0.5
LEAST_OF_A_CLASS = 5
MOST_OF_SENTENCE, MOST_OF_WHOLE = 96, 256  # pieces

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
    """A ticket, or a short text, which has no `whole`: its pieces, and what it states.

    `where` has the sentences that state a fact, where they are known; all of a short text's do.
    """

    sentences: list[list[int]]
    whole: list[int] | None
    gold: dict[str, str]
    where: dict[str, set[int]]


def text_of(entry: Entry, file: File, customs: Customs, *, short: bool) -> Text:
    """Return what the model is shown of an entry, as the extractor shows it."""
    gold = {fact: str(entry["gold"][fact]) for fact in FACTS if fact in entry["gold"]}
    where: dict[str, set[int]] = {}
    if short:
        # It is one sentence to its classifier, however it is punctuated.
        shown = " ".join(entry["description"].lower().split())
        return Text(
            [file.tokens(shown, MOST_OF_SENTENCE)], None, gold, {fact: {0} for fact in gold}
        )
    units = units_of(entry["subject"], entry["description"], customs)
    for fact, quote in entry.get("quotes", {}).items():
        for field in ("subject", "description"):
            begin = entry[field].find(quote)
            hit = {
                number
                for number, unit in enumerate(units)
                if unit.field == field and unit.start < begin + len(quote) and begin < unit.end
            }
            if begin >= 0 and hit and fact in gold:
                where[fact] = hit
                break
    sentences = [file.tokens(unit.text, MOST_OF_SENTENCE) for unit in units]
    whole = file.tokens(whole_of(units), MOST_OF_WHOLE)
    return Text(sentences or [whole], whole, gold, where)


class Classifiers(nn.Module):
    """The heads of all facts side by side; see `adjudge.learned.heads` for what they compute."""

    def __init__(self, encoder: Encoder, classes: dict[str, list[str]], width: int) -> None:
        super().__init__()
        self.encoder, self.classes = encoder, classes
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
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            vectors = self.encoder.of([*shown, *(whole for _, whole in wholes)], DROPOUT)
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
        for fact, of_texts, of_sentences in self(texts):
            known = self.classes[fact]
            true = [text.gold.get(fact, NOTHING) for text in texts]
            wanted = [known.index(value) if value in known else -100 for value in true]
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
        counts = Counter(text.gold[fact] for text in texts if fact in text.gold)
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


def train(
    model: Classifiers,
    numbers: dict[str, nn.Parameter],
    tickets: list[Text],
    short: list[Text],
    epochs: int,
) -> Iterator[float]:
    """Train a model, and yield its mean loss after each epoch."""
    heads = [*model.sentence.parameters(), *model.whole.parameters(), model.scale]
    plain = [each for name, each in numbers.items() if not is_narrow(name)]
    narrow = [each for name, each in numbers.items() if is_narrow(name)]
    groups: list[dict[str, Any]] = [
        {"params": plain, "lr": RATE, "weight_decay": 0.0},
        {"params": narrow, "lr": RATE_OF_MATRICES, "weight_decay": 0.0},
        {"params": heads, "lr": RATE_OF_HEADS, "weight_decay": 0.01},
    ]
    optimizer = torch.optim.AdamW(groups)
    total = epochs * math.ceil(len(tickets) / BATCH)

    def pace(step: int) -> float:
        return min(1.0, (step + 1) / WARM_STEPS) * max(0.02, 1 - step / total)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
    for _ in range(epochs):
        losses: list[float] = []
        some = mixed(tickets, short)
        for texts in some:
            loss = model.loss(texts)
            optimizer.zero_grad()
            loss.backward()
            model.encoder.forget()
            nn.utils.clip_grad_norm_(plain, 1.0)
            nn.utils.clip_grad_norm_(narrow, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            if len(losses) % 10 == 0:
                at = f"{len(losses)} of {len(some)} batches"
                print(f"  {at}, loss {sum(losses[-10:]) / 10:.3f}", flush=True)
        yield sum(losses) / len(losses)


def chosen(head: learned.Head, gold: list[str], said: list[str], shares: list[Any]) -> Heeded:
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
        worth = right - WEIGHT_OF_WRONG * len(wrong) - WEIGHT_OF_LESS * less
        if worth > best:
            best, found = worth, heeded
            precision, recall = right / max(1, len(stated)), right / there
            told = f"precision {precision:.3f}, recall {recall:.3f}, {less} taken for less"
    print(f"{head.fact}: {found}; {told}", flush=True)
    return found


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


def with_choice(heads: Heads, customs: Customs) -> Heads:
    """Return classifiers with when they are heeded, as the engine computes them."""
    rows = entries(CHOICE)
    said = read_by_lexicons(rows)
    engine = tuned(package_file(), heads.encoder)
    seen = []
    for row in rows:
        units = units_of(row["subject"], row["description"], customs)
        texts = [*(unit.text for unit in units), whole_of(units)]
        seen.append(heads.centred(engine.query(texts)))
    found = []
    for head in heads.heads:
        gold = [str(row["gold"].get(head.fact, NOTHING)) for row in rows]
        lexicon = [each.get(head.fact, NOTHING) for each in said]
        shares = [head.shares(head.above(rows[:-1]), rows[-1]) for rows in seen]
        found.append(replace(head, heeded=chosen(head, gold, lexicon, shares)))
    return replace(heads, heads=tuple(found))


def stored(name: str, numbers: Tensor) -> Any:
    """Return trained numbers as they ship: those of the narrow matrices in half as many bytes."""
    found = numbers.detach().numpy()
    return found.astype(np.float16) if is_narrow(name) else found


def trained(epochs: int, rows: int | None, customs: Customs) -> Iterator[Heads]:
    """Yield the classifiers after each epoch."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    path = package_file()
    file = File(path)
    short = [text_of(entry, file, customs, short=True) for entry in entries(SHORT)[:rows]]
    tickets = [text_of(entry, file, customs, short=False) for entry in entries(TICKETS)[:rows]]
    encoder = Encoder(file)
    model = Classifiers(encoder, classes_of([*tickets, *short]), file.width)
    numbers = encoder.trained(LAYERS)
    model.find_mean([*tickets, *short])
    began = fingerprint(path, sorted(numbers))
    begin = time.monotonic()
    for epoch, loss in enumerate(train(model, numbers, tickets, short, epochs), 1):
        print(f"epoch {epoch}, {time.monotonic() - begin:,.0f} s: loss {loss:.3f}", flush=True)
        tensors = {name: stored(name, each) for name, each in numbers.items()}
        yield Heads(model.mean.numpy(), heads_of(model), tensors, began)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rows", type=int, help="of each file, to try it out")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--choose", action="store_true", help="only when the model is heeded")
    given = parser.parse_args()
    customs = LexiconExtractor(load_lexicons()).customs
    if given.choose:
        with given.target.open("rb") as source:
            made: Iterable[Heads] = [learned.read_heads(source)]
    else:
        made = trained(given.epochs, given.rows, customs)
    for heads in made:  # each epoch leaves something that can be tried
        ready = with_choice(heads, customs)
        with given.target.open("wb") as target:
            learned.write_heads(target, ready)


if __name__ == "__main__":
    main()
