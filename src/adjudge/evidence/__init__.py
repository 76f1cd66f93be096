"""Facts out of ticket text, each with the words that say so."""

from adjudge.evidence.extractor import LexiconExtractor
from adjudge.evidence.result import Evidence, Extractor, TextFacts

__all__ = ["Evidence", "Extractor", "LexiconExtractor", "TextFacts"]
