"""Reads tickets with lexicons: normalise, scan once, look around the hits, decide."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace

from adjudge.evidence.asking import Beginnings
from adjudge.evidence.code_words import names_code
from adjudge.evidence.language import LanguageDetector
from adjudge.evidence.named import NamedScanner
from adjudge.evidence.passage import own_words, read_passage
from adjudge.evidence.plain import Plain
from adjudge.evidence.reading import Reading, read
from adjudge.evidence.resolve import resolve
from adjudge.evidence.result import Field, TextFacts
from adjudge.evidence.scan import Scanner
from adjudge.evidence.segments import Customs
from adjudge.model.lexicon import Lexicon
from adjudge.model.policy import ANY_LANGUAGE

_DETECT = 1000
MOST_READ = 250_000
"""Characters of a field that are read. Nobody writes as much; what is beyond was pasted."""
_ENGLISH = "en"
Functions = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Readings:
    """What the fields of a ticket say, in which language, and how much of them was not read.

    `of_code` says that the ticket speaks of a program's insides. `small` are words of the language
    that say nothing by themselves.
    """

    subject: Reading
    description: Reading
    language: str
    unread: int
    of_code: bool
    small: frozenset[str] = frozenset()


class LexiconExtractor:
    """The extractor that ships. Deterministic, offline, linear in the text's length.

    `lexicons` are by language; at least one is needed (`ValueError` otherwise).
    """

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        if not lexicons:
            raise ValueError("no lexicon was given")
        self.lexicons = dict(lexicons)
        self._scanners: dict[str, Scanner] = {}
        self._beginnings: dict[str, Beginnings] = {}
        self._plain: LexiconExtractor | None = None
        self._functions: Functions = {}
        self.detector = LanguageDetector(self.lexicons)
        self.customs = Customs(lexicon.mail for lexicon in self.lexicons.values())

    def extract(self, subject: str, description: str, language: str | None = None) -> TextFacts:
        """Return the facts that subject and description state, each with its words.

        `language` is a two-letter code, or longer (`sv-SE`); without a lexicon for it, or without
        one given, it is detected. Of words that are in a language without a lexicon nothing is
        read, which `foreign` says. Any text is taken; none raises. Of a field beyond `MOST_READ`
        characters the beginning is read, and `unread` says how much was not.
        """
        return self.settle(self.read(subject, description, language))

    def read(self, subject: str, description: str, language: str | None = None) -> Readings:
        """Return what each field says by itself; `extract` says what is taken."""
        unread = max(0, len(subject) - MOST_READ) + max(0, len(description) - MOST_READ)
        subject, description = subject[:MOST_READ], description[:MOST_READ]
        subject_words = own_words(subject, self.customs)
        body_words = own_words(description, self.customs)
        chosen = self.language(language, subject_words[1], body_words[1])
        if chosen not in self.lexicons:
            # To read it by another language's lexicon would be to guess.
            subject_words = body_words = own_words("", self.customs)
        reader = chosen if chosen in self.lexicons else self.detector.default()
        lexicon, scanner = self.lexicons[reader], self.scanner(reader)
        of_code = bool(lexicon.verbs.coded) and names_code(subject, description)

        def reading(field: Field, text: str, words: tuple[Plain, str]) -> Reading:
            passage = read_passage(field, text, *words, scanner, lexicon.negation_after)
            return read(passage, lexicon, self._beginnings_in(reader), of_code)

        return Readings(
            reading("subject", subject, subject_words),
            reading("description", description, body_words),
            chosen,
            unread,
            of_code,
            lexicon.counting.determiners,
        )

    def settle(self, readings: Readings) -> TextFacts:
        """Return the facts on which the fields of a ticket settle together."""
        found = resolve(readings.subject, readings.description, readings.language)
        foreign = readings.language not in self.lexicons
        if readings.unread or foreign:
            return replace(found, unread=readings.unread, foreign=foreign)
        return found

    def naming(self, functions: Functions) -> LexiconExtractor:
        """Return an extractor that knows the parts of a product by a ruleset's names.

        `functions` is as `Policy.functions` has it; its ranks outrank those of the lexicons. What
        is compiled is shared with this extractor.
        """
        named = copy(self)
        named._plain, named._functions, named._scanners = self, functions, {}
        return named

    def scanner(self, language: str) -> Scanner:
        """Return the compiled lexicon of a language; each is compiled when it is first needed."""
        found = self._scanners.get(language)
        if found is None:
            found = self._scanners[language] = self._compiled(language)
        return found

    def _beginnings_in(self, language: str) -> Beginnings:
        found = self._beginnings.get(language)
        if found is None:
            found = self._beginnings[language] = Beginnings(self.lexicons[language].openings)
        return found

    def language(self, given: str | None, subject: str, description: str) -> str:
        """Return the language of a ticket: the given one, else the detected one.

        It may be one without a lexicon, where the words are plainly in such a one. What a column
        says of a language without a lexicon is not relied on: people write in another one, too.
        """
        code = (given or "").strip().lower()[:2]
        if code in self.lexicons:
            return code
        words = description[:_DETECT].lstrip() + " " + subject[:_DETECT]
        return self.detector.of(words)

    def _compiled(self, language: str) -> Scanner:
        lexicon = self.lexicons[language]
        if self._plain is None:
            return Scanner(lexicon)
        names = {
            name: rank
            # Those who write other languages use the product's English names, too.
            for source in dict.fromkeys((_ENGLISH, ANY_LANGUAGE, language))
            for rank, by_language in self._functions.items()
            for name in by_language.get(source, ())
        }
        return NamedScanner(lexicon, self._plain.scanner(language), names)
