"""Facts out of ticket text, each with the words that say so."""

from typing import TYPE_CHECKING

from adjudge.evidence.result import Evidence, Extractor, TextFacts

if TYPE_CHECKING:
    from adjudge.evidence.extractor import LexiconExtractor

__all__ = ["Evidence", "Extractor", "LexiconExtractor", "TextFacts"]


def __getattr__(name: str) -> object:
    if name == "LexiconExtractor":  # whoever reads no words need not load what reads them
        from adjudge.evidence.extractor import LexiconExtractor

        return LexiconExtractor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
