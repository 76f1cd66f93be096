"""Which language a ticket is in, among those that have a lexicon."""

from __future__ import annotations

import io
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

from adjudge import cache as kept
from adjudge.model.lexicon import Lexicon

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]++")
_SAMPLE = 600
_MODEL_SAMPLE, _FOREIGN_SAMPLE = 200, 400
_LATIN = "\u024f"  # the last letter of the Latin script
_CLEAR_LEAD = 3
_SHORT = 60
_LEAST_WORDS = 8
"""Words from which on a text can be told to be in a language that has no lexicon."""
_USUAL_SHARE, _FOREIGN_SHARE = 0.3, 0.2
"""Stopwords of a known language among the words: usually as many; with fewer, it may be another."""
_CLOSE = ("da", "no", "nb")
"""Languages that share their stopwords with one that has a lexicon, and are told apart well."""


class LanguageDetector:
    """Counts the stopwords of each lexicon, and asks the statistical model where that is close."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self.languages = tuple(lexicons)
        self.owners: dict[str, tuple[str, ...]] = {}
        for language, lexicon in lexicons.items():
            for word in lexicon.stopwords:
                self.owners[word] = (*self.owners.get(word, ()), language)
        for language, lexicon in lexicons.items():
            letters = str.maketrans(dict(lexicon.unmarked))
            for word in lexicon.stopwords:
                self.owners.setdefault(word.translate(letters), (language,))
        marked = "".join(letter for each in lexicons.values() for letter in each.unmarked)
        self._letters = frozenset(ascii_lowercase + marked)

    def of(self, text: str) -> str:
        """Return the language of a lower-case text; the first lexicon's for one without words.

        It is one without a lexicon where the text is plainly in such a one. Of 4,312 tickets in
        those that have a lexicon, all were known to be.
        """
        sample = text[:_SAMPLE]
        words = _WORD.findall(sample)
        counts = self._counts(words)
        return self._foreign(sample, words, counts) or self._known(sample, counts)

    def _known(self, sample: str, counts: Mapping[str, int]) -> str:
        """Return which of the languages that have a lexicon is that of a text."""
        if len(self.languages) == 1:
            return self.languages[0]
        ordered = sorted(counts.values(), reverse=True)
        best = max(self.languages, key=counts.__getitem__)
        if ordered[0] >= ordered[1] + _CLEAR_LEAD and ordered[0] >= 2 * ordered[1]:
            return best
        if not sample.strip():
            return self.default()
        guess, _ = _identifier(self.languages).classify(sample[:_MODEL_SAMPLE])
        # On a handful of words the stopwords are the better witness, if there are any.
        if guess not in self.languages or (ordered[0] > ordered[1] and len(sample) < _SHORT):
            return best if ordered[0] else self.default()
        return str(guess)

    def _foreign(self, sample: str, words: list[str], counts: Mapping[str, int]) -> str | None:
        """Return the language of a text that is in none of those that have a lexicon.

        None where it is in one of them, or too short to tell.
        """
        letters = "".join(words)
        if _is_latin(letters):
            if len(words) < _LEAST_WORDS:
                return None
            known = max(counts.values()) / len(words)
            if known >= _USUAL_SHARE and self._letters.issuperset(letters):
                return None  # there is no need to ask
        else:
            known = 0.0
        whole = _identifier(())
        guess = str(whole.classify(sample[:_FOREIGN_SAMPLE])[0])
        if guess in self.languages or not set(self.languages).issubset(whole.labels):
            return None  # or of a language of our own the model knows nothing
        return guess if guess in _CLOSE or known < _FOREIGN_SHARE else None

    def _counts(self, words: Iterable[str]) -> dict[str, int]:
        """Return how many stopwords of each language there are among some words."""
        counts = dict.fromkeys(self.languages, 0)
        for owners, count in Counter(map(self.owners.get, words)).items():
            for language in owners or ():
                counts[language] += count
        return counts

    def default(self) -> str:
        """Return the language for a text that does not show one: English where there is it."""
        return "en" if "en" in self.languages else self.languages[0]


def _is_latin(letters: str) -> bool:
    """Whether at least half of some letters are Latin."""
    return letters.isascii() or 2 * sum(char <= _LATIN for char in letters) >= len(letters)


@cache
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """Return the model for these languages, as it was kept, or else out of the whole one.

    That of no language is that of all that it knows.
    """
    import py3langid
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    model = Path(MODEL_DIR, MODEL_FILE).read_bytes()
    version = py3langid.__version__.encode()
    key = kept.key_of([model, version, " ".join(languages).encode()])
    data = kept.load("languages", key)
    if data is not None:
        return _unpacked(data)
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = [language for language in languages if language in identifier.labels]
    identifier.set_languages(known or None)
    kept.store("languages", key, _packed(identifier))
    return identifier


def _packed(identifier: LanguageIdentifier) -> bytes:
    import numpy as np

    buffer = io.BytesIO()
    np.savez(
        buffer,
        ptc=identifier.nb_ptc,
        pc=identifier.nb_pc,
        classes=np.array(identifier.nb_classes),
        moves=np.asarray(identifier.tk_nextmove),
        rows=np.asarray(identifier.tk_row),
        outputs=np.asarray(identifier.tk_output, dtype=np.int32),
    )
    return buffer.getvalue()


def _unpacked(data: bytes) -> LanguageIdentifier:
    import numpy as np
    from py3langid.langid import LanguageIdentifier

    def plain(name: str) -> array[int]:
        numbers = model[name]
        found = array("H" if numbers.itemsize == 2 else "I")
        found.frombytes(memoryview(numbers).cast("B"))
        return found

    with np.load(io.BytesIO(data), allow_pickle=False) as model:
        return LanguageIdentifier(
            model["ptc"],
            model["pc"],
            model["classes"].tolist(),
            plain("moves"),
            model["outputs"].tolist(),
            tk_row=plain("rows"),
        )
