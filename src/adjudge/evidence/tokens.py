"""Text as a stream of words and marks, each with its place.

Words are rewritten as the lexicon says (contractions, typing errors), fillers are left out, and
marks stand as tokens of their own, so that no phrase is found across them. A compound that the
lexicon does not have is read as its head. Addresses, paths,
identifiers and file names are opaque: they say nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from adjudge.evidence.compounds import Compounds
from adjudge.evidence.unmarked import Unmarked

BREAK = "."
QUESTION = "?"
OPAQUE = "\u241f"
COMMA = ","
NUMBER = "#"

_CHUNK = re.compile(r"\S++")
_TOKEN = re.compile(
    r"(?P<word>(?:(?<![^\s(/,])\.)?[^\W_\d]++(?:['’.][^\W_\d]++)*+)"
    r"|(?P<number>\d{1,3}+(?:[ ]\d{3}(?!\d))++(?:,\d++)?+|\d++(?:[.,:]\d++)*+)"
    r"|(?P<line>\n\s*+)"
    r"|(?P<stop>[.!?…]++)"
    r"|(?P<mark>[^\w\s])"
)
_SUSPICIOUS = ("@", "://", "_", "\\", "www.", "/")
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "»": "«", "`": "`", "”": "”"}
_SHORT_LINE = 55
_MAX_QUOTE = 60


@dataclass(slots=True)
class Tokens:
    """Parallel lists: the canonical word, where it stands, and whether it is inside quotes."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    quoted: list[bool]


class Tokenizer:
    """Turns normalised text into tokens with one language's rewrites."""

    def __init__(
        self,
        rewrites: Mapping[str, tuple[str, ...]],
        folds: Mapping[str, str],
        vocabulary: frozenset[str] = frozenset(),
        compounds: Compounds | None = None,
        unmarked: Unmarked | None = None,
    ) -> None:
        """Without a `vocabulary` (for the phrases themselves) words with dots are kept.

        A text without any marked letter is read as `unmarked` says.
        """
        self.folds = str.maketrans(dict(folds)) if folds else None
        self.rewrites = {
            self.fold(word.replace("’", "'")): tuple(map(self.fold, to))
            for word, to in rewrites.items()
        }
        self.vocabulary = vocabulary
        self._canonical: dict[str, list[str]] = {}
        self.compounds = compounds or Compounds()
        self.unmarked = unmarked
        self._long = self.compounds.shortest_word or sys.maxsize

    def fold(self, word: str) -> str:
        """Return a word with the language's letters folded."""
        return word.translate(self.folds) if self.folds and not word.isascii() else word

    def canonical(self, written: str) -> list[str]:
        """Return the canonical words of one word of a phrase, as it is written there."""
        found = self._canonical.get(written)
        if found is None:
            word = written.lower()
            plain = word.isascii() and word.isalpha() and len(word) < self._long
            if plain:  # as `tokens` would have it
                found = list(self.rewrites.get(word, (word,)))
            else:
                found = [word for word in self.tokens(word).words if word != BREAK]
            self._canonical[written] = found
        return found

    def phrase(self, phrase: str) -> tuple[str, ...]:
        """Return the canonical words of a phrase; a final `*` stays with its word."""
        bare = phrase.rstrip("*")
        words = [word for written in bare.split() for word in self.canonical(written)]
        if words and bare != phrase:
            words[-1] += "*"
        return tuple(words)

    @cached_property
    def _without_marks(self) -> Tokenizer:
        """The tokenizer for texts whose letters have lost their marks."""
        assert self.unmarked is not None
        meant = self.unmarked.meant
        rewrites = {
            written: self.rewrites.get(word, (word,)) for written, word in meant.items()
        } | self.rewrites
        vocabulary = self.vocabulary | meant.keys()
        return Tokenizer(rewrites, {}, vocabulary, self.compounds.written(self.unmarked))

    def tokens(self, text: str) -> Tokens:
        """Return the tokens of a normalised, lower-case text."""
        if self.unmarked is not None and self.unmarked.applies(text):
            return self._without_marks.tokens(text)
        if any(mark in text for mark in _SUSPICIOUS):
            text = _blank_opaque(text)
        stream = _Stream()
        add_word, add_start, add_end = (
            stream.words.append,
            stream.starts.append,
            stream.ends.append,
        )
        rewrites, vocabulary, long = self.rewrites, self.vocabulary, self._long
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            kind = match.lastgroup
            if kind == "word":
                word = match.group()
                if (
                    word.isascii()
                    and word.isalpha()
                    and word not in rewrites
                    and (len(word) < long or word in vocabulary)
                ):
                    add_word(word)  # most words are this plain
                    add_start(start)
                    add_end(end)
                else:
                    self._word(word, start, end, stream)
            elif kind == "number":
                stream.add(match.group(), start, end)
            elif kind == "stop":
                if _ends_sentence(text, start, end):
                    stream.add(QUESTION if "?" in match.group() else BREAK, start, end)
            elif kind == "line":
                if _breaks(text, start, end, stream.line_start):
                    stream.add(BREAK, start, end)
                stream.line_start = end
            else:
                _mark(match.group(), start, end, stream, text)
        return stream.tokens()

    def _word(self, raw: str, start: int, end: int, stream: _Stream) -> None:
        word = raw.replace("’", "'") if "’" in raw else raw
        if not word.isascii():
            word = self.fold(word)
        rewritten = self.rewrites.get(word)
        if rewritten is not None:
            for part in rewritten:
                stream.add(part, start, end)
            return
        if "." in word and self.vocabulary and word not in self.vocabulary:
            self._dotted(word, start, end, stream)
            return
        if "'" in word and word not in self.vocabulary:
            word = word.split("'")[0] or word.replace("'", "")
        if len(word) < self._long or word in self.vocabulary:
            stream.add(word, start, end)
            return
        for part in self.compounds.parts(word):
            stream.add(part, start, end)

    def _dotted(self, word: str, start: int, end: int, stream: _Stream) -> None:
        parts = word.split(".")
        if parts[0] and all(part in self.vocabulary for part in parts):
            # A blank is missing after a full stop: "is down.Please help".
            at = start
            for number, part in enumerate(parts):
                if number:
                    stream.add(BREAK, at - 1, at)
                for piece in self.rewrites.get(part, (part,)):
                    stream.add(piece, at, at + len(part))
                at += len(part) + 1
        else:
            stream.add(OPAQUE, start, end)


class _Stream:
    __slots__ = ("closing", "ends", "line_start", "quotations", "since", "starts", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.quotations: list[tuple[int, int]] = []
        self.line_start = 0
        self.closing = ""
        self.since = 0

    def tokens(self) -> Tokens:
        quoted = [False] * len(self.words)
        for first, end in self.quotations:
            quoted[first:end] = [True] * (end - first)
        return Tokens(self.words, self.starts, self.ends, quoted)

    def add(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def quote(self, mark: str) -> None:
        """Open or close a quotation; what stands between the marks becomes quoted."""
        size = len(self.words)
        if (
            self.closing
            and (mark == self.closing or mark == "“")
            and size - self.since <= _MAX_QUOTE
        ):
            self.quotations.append((self.since, size))
            self.closing = ""
        elif mark in _QUOTES:
            self.closing, self.since = _QUOTES[mark], size


def _mark(mark: str, start: int, end: int, stream: _Stream, text: str) -> None:
    if mark in _QUOTES:
        stream.quote(mark)
    elif mark in ",;:()[]":
        stream.add(COMMA if mark == "," else "(" if mark in "([" else ")" if mark in ")]" else mark,
                   start, end)  # fmt: skip
    elif mark in "-–—":
        if _stands_alone(text, start, end):
            stream.add("-", start, end)
    elif mark == "%":
        stream.add("%", start, end)
    elif mark == "/":
        stream.add("/", start, end)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return (before.isspace() and after.isspace()) or text[start] == "—"


_BEFORE = 12
_ORDINAL = re.compile(r"\b(?:dem|den|vom|zum|beim|des|am|bis|ab) \d{1,2}$")


def _ends_sentence(text: str, start: int, end: int) -> bool:
    if end >= len(text):
        return True
    after = text[end]
    if text[start:end] == "." and _ORDINAL.search(text, max(0, start - _BEFORE), start):
        return False  # "since the 3. it does not run", in languages that write it so
    return after.isspace() or after in "\"”“)]'»*_" or text[start] in "!?…" or end - start > 1


def _breaks(text: str, start: int, end: int, line_start: int) -> bool:
    """Whether a line break ends a sentence: a blank line, a list item, or a short line before."""
    if text.count("\n", start, end) > 1 or end >= len(text):
        return True
    if text[end] in "-*•–>#|" or text[end].isdigit():
        return True
    return start - line_start < _SHORT_LINE


def _blank_opaque(text: str) -> str:
    """Blank addresses, paths and identifiers, leaving the marks that end them."""
    pieces: list[str] = []
    at = 0
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        core = chunk.strip(".,;:!?()[]<>\"'*_`")
        if core and _is_opaque(core):
            start = match.start() + chunk.find(core)
            pieces += (text[at:start], " " * len(core))
            at = start + len(core)
    pieces.append(text[at:])
    return "".join(pieces)


def _is_opaque(core: str) -> bool:
    if "://" in core or "@" in core or "_" in core or "\\" in core or core.startswith("www."):
        return True
    return core.count("/") > 2 or core[0] == "/" or ("/" in core and "." in core)
