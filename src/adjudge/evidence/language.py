"""Which language a ticket is in, among those that have a lexicon."""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from adjudge import cache as kept
from adjudge.model.lexicon import Lexicon

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]++")
_SAMPLE = 600
_MODEL_SAMPLE = 200
_CLEAR_LEAD = 3
_SHORT = 60


class LanguageDetector:
    """Counts the stopwords of each lexicon, and asks the statistical model where that is close."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self.languages = tuple(lexicons)
        self.owners: dict[str, list[str]] = {}
        for language, lexicon in lexicons.items():
            for word in lexicon.stopwords:
                self.owners.setdefault(word, []).append(language)
        for language, lexicon in lexicons.items():
            letters = str.maketrans(dict(lexicon.unmarked))
            for word in lexicon.stopwords:
                self.owners.setdefault(word.translate(letters), [language])

    def detect(self, text: str) -> str:
        """Return the language of a lower-case text; the first lexicon's for one without words."""
        if len(self.languages) == 1:
            return self.languages[0]
        counts = dict.fromkeys(self.languages, 0)
        sample = text[:_SAMPLE]
        for word in _WORD.findall(sample):
            for language in self.owners.get(word, ()):
                counts[language] += 1
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

    def default(self) -> str:
        """Return the language for a text that does not show one: English where there is it."""
        return "en" if "en" in self.languages else self.languages[0]


@cache
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """Return the model for these languages, as it was kept, or else out of the whole one."""
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
