"""Feeds the text reader with hostile texts for as long as it is told to.

    python tools/fuzz_text.py --minutes 10 --seed 1

Texts are grown from the development tickets and the lexicons: spliced, repeated, shortened,
disguised, mixed with every category of Unicode and with the marks that mail, HTML and wikis use.
Of each reading it checks what the tests check of theirs: nothing is raised, each quote stands where
it says and is a value of the vocabulary, reading twice gives the same, and the time per character
stays within a bound. What fails is written to a file, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adjudge.decide.words import shipped_extractor
from adjudge.evidence import Extractor, TextFacts
from adjudge.model.fact import VOCABULARY, plain
from adjudge.reading.lexicon import load_lexicons

ROOT = Path(__file__).resolve().parents[1]
_MARKS = (
    "<p>", "</p>", "<pre>", "{code}", "{noformat}", "```", "&amp;", "&auml;", "](", "> ", "> > > ",
    "-- \n", "On x wrote:\n", "From: a\n", "\r\n", "\n\n", "\u200b", "\u202e", "\ufeff", "\x00",
    "(", ")", '"', "“", "„", "?", ".", ",", ";", "…", "!", "'", "’", "http://a.b/c?d=e", "a@b.c",
    "C:\\x\\y", "x_y_z", "1,234.5", "4 %", "3 of 120", "½", "٣",
)  # fmt: skip
_LOOKALIKES = str.maketrans("aceopxyi", "асеорхуі")
_LONGEST = 200_000
# A reading may take so long: a constant, and a time for each character. Many times the usual.
_ALLOWED, _ALLOWED_PER_CHARACTER = 0.25, 40e-6


@dataclass
class Made:
    """A text, and the seed by which it can be made again."""

    seed: str
    subject: str
    description: str


class Maker:
    """Makes texts; the same seed makes the same text."""

    def __init__(self) -> None:
        lines = (ROOT / "fixtures" / "text" / "dev.jsonl").read_text("utf-8").splitlines()
        self._texts = [row["subject"] + "\n" + row["description"] for row in map(json.loads, lines)]
        self._phrases = [
            phrase for lexicon in load_lexicons().values() for phrase in lexicon.phrases
        ]
        self._by_category: dict[str, list[str]] = {}
        for point in range(sys.maxunicode + 1):
            self._by_category.setdefault(unicodedata.category(chr(point)), []).append(chr(point))
        self._categories = sorted(self._by_category)

    def make(self, seed: str) -> Made:
        """Return the text of a seed."""
        chance = random.Random(seed)
        text = chance.choice(self._texts)
        for _ in range(chance.randint(1, 6)):
            text = chance.choice(_CHANGES)(self, text, chance)[:_LONGEST]
        cut = chance.randint(0, min(len(text), 200))
        return Made(seed, text[:cut], text[cut:])

    def splice(self, text: str, chance: random.Random) -> str:
        """Put a part of another ticket into this one."""
        other = chance.choice(self._texts)
        begin = chance.randrange(len(other))
        at = chance.randint(0, len(text))
        return text[:at] + other[begin : begin + chance.randint(1, 300)] + text[at:]

    def shorten(self, text: str, chance: random.Random) -> str:
        """Leave a part out."""
        begin = chance.randint(0, len(text))
        return text[:begin] + text[begin + chance.randint(1, 200) :]

    def repeat(self, text: str, chance: random.Random) -> str:
        """Repeat a part, up to thousands of times."""
        begin = chance.randint(0, len(text))
        part = text[begin : begin + chance.choice((1, 2, 7, 40))]
        return text[:begin] + part * chance.choice((2, 50, 3_000)) + text[begin:]

    def phrases(self, text: str, chance: random.Random) -> str:
        """Put phrases of the lexicons in, side by side."""
        some = chance.choices(self._phrases, k=chance.randint(1, 60))
        at = chance.randint(0, len(text))
        return text[:at] + " " + chance.choice((" ", ", ", ". ", "\n")).join(some) + text[at:]

    def marks(self, text: str, chance: random.Random) -> str:
        """Sprinkle marks over it."""
        for _ in range(chance.randint(1, 30)):
            at = chance.randint(0, len(text))
            mark = chance.choice(_MARKS) * chance.choice((1, 1, 1, 500))
            text = text[:at] + mark + text[at:]
        return text

    def unicode(self, text: str, chance: random.Random) -> str:
        """Put characters of one category in."""
        kind = self._by_category[chance.choice(self._categories)]
        some = "".join(chance.choices(kind, k=chance.choice((1, 5, 2_000))))
        at = chance.randint(0, len(text))
        return text[:at] + some + text[at:]

    def disguise(self, text: str, chance: random.Random) -> str:
        """Write it with other letters that look or mean the same."""
        way: Callable[[str], str] = chance.choice(
            (
                str.upper,
                str.title,
                str.swapcase,
                lambda plain: plain.translate(_LOOKALIKES),
                lambda plain: unicodedata.normalize("NFD", plain),
                lambda plain: "\u200b".join(plain),
                lambda plain: plain[::-1],
            )
        )
        return way(text)


_CHANGES = (
    Maker.splice, Maker.shorten, Maker.repeat, Maker.phrases, Maker.marks, Maker.unicode,
    Maker.disguise,
)  # fmt: skip


def wrong_with(found: TextFacts, made: Made) -> str | None:
    """Return what is wrong with a reading, None where nothing is."""
    listed = [*found.facts.values(), *found.also]
    listed += [piece for pieces in found.conflicts.values() for piece in pieces]
    for evidence in listed:
        text = made.subject if evidence.field == "subject" else made.description
        if not evidence.quote or text[evidence.start : evidence.end] != evidence.quote:
            return f"the quote of {evidence.fact} stands elsewhere"
        if VOCABULARY[evidence.fact].normalise(plain(evidence.value)) != evidence.value:
            return f"{evidence.fact} has a value outside the vocabulary"
    if found.facts.keys() & found.conflicts.keys():
        return "a fact is known and in conflict at once"
    return None


def examine(extractor: Extractor, made: Made) -> str | None:
    """Read a text twice; return what is wrong, None where nothing is."""
    took = []
    readings = []
    for _ in range(2):  # the first may have to load what is needed for the first time
        begin = time.process_time()
        try:
            readings.append(extractor.extract(made.subject, made.description))
        except Exception as error:  # whatever it is, it is what this program looks for
            return f"{type(error).__name__}: {error}"
        took.append(time.process_time() - begin)
    size = len(made.subject) + len(made.description)
    if min(took) > _ALLOWED + _ALLOWED_PER_CHARACTER * size:
        return f"took {min(took):.2f} s for {size:,} characters"
    found, again = readings
    if again != found:
        return "reading it again gives something else"
    return wrong_with(found, made)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--failures", type=Path, default=Path("fuzz-failures.jsonl"))
    chosen = options.parse_args()
    maker, extractor = Maker(), shipped_extractor()
    end = time.monotonic() + 60 * chosen.minutes
    texts = characters = failed = 0
    while time.monotonic() < end:
        made = maker.make(f"{chosen.seed}-{texts}")
        wrong = examine(extractor, made)
        texts += 1
        characters += len(made.subject) + len(made.description)
        if wrong is not None:
            failed += 1
            record = {"seed": made.seed, "wrong": wrong, "text": made.subject + made.description}
            with chosen.failures.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
    print(f"{texts:,} texts, {characters:,} characters, {failed:,} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
