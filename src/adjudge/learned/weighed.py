"""The extractor that ships: the lexicons' reading, weighed by a classifier of words.

A lexicon reads what it has words for, and reads them one by one. The classifier has learnt from
some thousand tickets what customers mean whose sentences have such words, phrases and denials. See
`docs/decisions/0029-a-classifier-of-words.md`.
"""

from __future__ import annotations

from adjudge.evidence import LexiconExtractor, TextFacts
from adjudge.evidence.extractor import Functions
from adjudge.learned.terms import seen_in, shipped_terms
from adjudge.learned.weigh import weigh


class WeighedExtractor:
    """See the module. `base` reads first; where the classifier does not apply, it reads alone."""

    def __init__(self, base: LexiconExtractor) -> None:
        self.base = base

    def naming(self, functions: Functions) -> WeighedExtractor:
        """Return an extractor that knows the parts of a product by a ruleset's names."""
        return WeighedExtractor(self.base.naming(functions))

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return the facts that subject and description state, each with its words.

        As `LexiconExtractor.extract`: any text is taken, none raises.
        """
        readings = self.base.read(subject, description, language)
        found = self.base.settle(readings)
        terms, heads = shipped_terms()
        units, seen = seen_in(readings)
        if not terms.apply(readings, seen):
            return found
        opinions = heads.opinions(*terms.vectors(seen))
        return weigh(found, readings, units, opinions, heads.together)
