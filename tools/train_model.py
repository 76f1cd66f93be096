"""Trains the extractor `model`: src/adjudge/learned/heads.npz.

    pip install -e '.[model]' torch
    python tools/train_model.py [--epochs 5] [--rows N] [--target FILE]
    python tools/train_model.py --choose

The sentence model's last layers (narrow matrices beside its own, biases, scales) and the
classifiers of all facts are trained together: on the short texts of
`fixtures/text/short.jsonl.gz`, each of which is one sentence, and on tickets of many authors. Of a
ticket the facts are known, and of some also the sentences that state them. How the facts are put
together (`adjudge.learned.together`) is learnt from the tickets of `later.jsonl.gz` and
`choice.jsonl.gz`, on which nothing was trained, beginning with what the classifier of words goes
by; `--choose` does that alone, for when that or the lexicons have changed. The sets by which
quality is told (`bench/text_quality.py`) have no part in any of it. It takes an hour on two cores.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
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
    stated_where,
)
from sentence_model import Encoder, File
from stacking import DEARER, judged, with_together
from torch import Tensor, nn

from adjudge.decide.words import lexicon_extractor
from adjudge.evidence import LexiconExtractor
from adjudge.evidence.segments import Customs
from adjudge.learned import heads as learned
from adjudge.learned.engine import fingerprint, is_narrow, package_file, tuned
from adjudge.learned.heads import Heads, Opinion, joined
from adjudge.learned.terms import seen_in, shipped_terms
from adjudge.learned.together import Together, Worth
from adjudge.learned.units import units_of, whole_of

TARGET = LEARNED / "heads.npz"
SEED, LAYERS, DROPOUT = 0, 9, 0.1
WORTH = Worth(wrong=1.5, less=3.0, dearer=DEARER)
REST = 150.0  # what it costs that a fact goes by others than with the classifier of words alone
RATE, RATE_OF_MATRICES, RATE_OF_HEADS, WARM_STEPS = 1e-3, 5e-4, 3e-3, 30
MOST_OF_SENTENCE, MOST_OF_WHOLE = 96, 256  # pieces


def text_of(entry: Entry, file: File, customs: Customs, *, short: bool) -> Text:
    """Return what the model is shown of an entry, as the extractor shows it."""
    gold = gold_of(entry)
    if short:
        # It is one sentence to its classifier, however it is punctuated.
        shown = " ".join(entry["description"].lower().split())
        return Text(
            [file.tokens(shown, MOST_OF_SENTENCE)], None, gold, {fact: {0} for fact in gold}
        )
    units = units_of(entry["subject"], entry["description"], customs)
    sentences = [file.tokens(unit.text, MOST_OF_SENTENCE) for unit in units]
    whole = file.tokens(whole_of(units), MOST_OF_WHOLE)
    return Text(sentences or [whole], whole, gold, stated_where(entry, units))


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


def chosen(heads: Heads) -> Heads:
    """Return classifiers with their facts put together, beside those of terms."""
    engine = tuned(package_file(), heads.encoder)
    terms, of_terms = shipped_terms()

    def opinions(reader: LexiconExtractor, entry: Entry) -> tuple[int, Sequence[Opinion]]:
        readings = reader.read(entry["subject"], entry["description"], entry["language"])
        units, seen = seen_in(readings)
        vectors = engine.query([*(unit.text for unit in units), whole_of(units)])
        found = heads.opinions(vectors[:-1], vectors[-1])
        if not terms.apply(readings, seen):
            return len(units), found
        return len(units), joined(found, of_terms.opinions(*terms.vectors(seen)))

    began = replace(of_terms.together, worth=WORTH)
    own = judged(heads.heads, entries(CHOICE), opinions)
    return with_together(heads, own, (), began, REST)


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
    model = Classifiers(encoder, classes_of([*tickets, *short]), file.width, DROPOUT)
    numbers = encoder.trained(LAYERS)
    model.find_mean([*tickets, *short])
    began = fingerprint(path, sorted(numbers))
    begin = time.monotonic()
    for epoch, loss in enumerate(train(model, numbers, tickets, short, epochs), 1):
        print(f"epoch {epoch}, {time.monotonic() - begin:,.0f} s: loss {loss:.3f}", flush=True)
        tensors = {name: stored(name, each) for name, each in numbers.items()}
        alone = Together.none(list(map(len, model.classes.values())), WORTH)
        yield Heads(model.mean.numpy(), heads_of(model), tensors, alone, began)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rows", type=int, help="of each file, to try it out")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--choose", action="store_true", help="only how facts are put together")
    given = parser.parse_args()
    if given.choose:
        with given.target.open("rb") as source:
            made: Iterable[Heads] = [learned.read_heads(source)]
    else:
        made = trained(given.epochs, given.rows, lexicon_extractor().customs)
    for heads in made:  # each epoch leaves something that can be tried
        ready = chosen(heads)
        with given.target.open("wb") as target:
            learned.write_heads(target, ready)


if __name__ == "__main__":
    main()
