"""Text in one normal form, with a way back to the original positions.

Compatibility forms are folded (NFKC), invisible characters (zero-width, bidirectional controls,
soft hyphens) are left out, letters that only look Latin are read as Latin inside Latin words, and
HTML entities are read as characters. All of it is linear in the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

# Cyrillic and Greek letters that look like Latin ones; used only inside words with Latin letters.
_LOOKALIKES = str.maketrans("асеорхуіјѕԁԛԝһκοαρντυι", "aceopxyijsdqwhkoapvtui")
# Beyond the Latin blocks and common punctuation, the careful way is taken.
_ODD = re.compile("[^\x00-\xac\xae-\u024f\u2010-\u2027]")
# What may be more than itself: an entity, and other than ASCII with the character that it marks.
_UNEVEN = re.compile("[\x00-\x7f]?[^\x00-\x7f]++|&")
_GREEK_OR_CYRILLIC = re.compile("[\u0370-\u052f]")
_LATIN = re.compile("[a-z]")
_MAX_CLUSTER = 8
_MAX_ENTITY = 12


@dataclass(frozen=True, slots=True)
class Plain:
    """A normalised, lower-case text; `origin` maps its positions back, None for identity."""

    text: str
    length: int
    origin: Origin | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the original range of a non-empty normalised range."""
        if self.origin is None:
            return start, end
        return self.origin.place(start)[0], self.origin.place(end - 1)[1]


class Origin:
    """Where the pieces of a normalised text come from, in order.

    A piece is either copied, character for character, or stands for one cluster of the original.
    """

    __slots__ = ("_begins", "_clusters", "_places")

    def __init__(self) -> None:
        self._places: list[int] = []
        self._begins: list[int] = []
        self._clusters: list[int] = []  # where a cluster ends in the original; 0 for a copied piece

    def add(self, place: int, begin: int, cluster_end: int = 0) -> None:
        """Note a piece: its place in the normal form, and where it begins in the original."""
        self._places.append(place)
        self._begins.append(begin)
        self._clusters.append(cluster_end)

    def place(self, at: int) -> tuple[int, int]:
        """Return the original range of one character of the normal form."""
        piece = bisect_right(self._places, at) - 1
        if end := self._clusters[piece]:
            return self._begins[piece], end
        begin = self._begins[piece] + at - self._places[piece]
        return begin, begin + 1


def normalise(text: str) -> Plain:
    """Return the normal form of any text."""
    if "&" not in text or ";" not in text:
        lowered = text.lower()
        if text.isascii() or (
            len(lowered) == len(text)
            and unicodedata.is_normalized("NFKC", text)
            and _ODD.search(text) is None
        ):
            return Plain(lowered, len(text))
    return _mapped(text)


def _mapped(text: str) -> Plain:
    """Take the text apart where it is not plain ASCII; what lies between is copied as it is."""
    pieces: list[str] = []
    origin = Origin()
    at = place = 0
    for match in _UNEVEN.finditer(text):
        begin, end = match.span()
        if begin > at:
            pieces.append(text[at:begin].lower())
            origin.add(place, at)
            place += begin - at
            at = begin
        while at < end:  # an entity may reach beyond
            piece, after = _cluster(text, at)
            if piece:
                pieces.append(piece)
                origin.add(place, at, after)
                place += len(piece)
            at = after
    if at < len(text):
        pieces.append(text[at:].lower())
        origin.add(place, at)
    return Plain(_read_lookalikes("".join(pieces)), len(text), origin)


def _cluster(text: str, at: int) -> tuple[str, int]:
    char = text[at]
    if char == "&":
        end = text.find(";", at, at + _MAX_ENTITY)
        if end > 0:
            entity = text[at : end + 1]
            meant = html.unescape(entity)
            if meant != entity and len(meant) == 1:
                return _visible(meant), end + 1
    after = at + 1
    # Canonical ordering of a long run of marks is quadratic, so a cluster is short.
    limit = min(len(text), at + _MAX_CLUSTER)
    while after < limit and unicodedata.combining(text[after]):
        after += 1
    return _visible(text[at:after]), after


@lru_cache(8192)
def _visible(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).lower()
    if folded.isascii():
        return folded
    return "".join(
        char for char in folded if unicodedata.category(char) not in ("Cf", "Mn", "Cs", "Co")
    )


def _read_lookalikes(text: str) -> str:
    if text.isascii() or _GREEK_OR_CYRILLIC.search(text) is None:
        return text
    # Words are separated by blanks here; a finer split is not needed to see mixed alphabets.
    return " ".join(
        word.translate(_LOOKALIKES) if _LATIN.search(word) else word for word in text.split(" ")
    )
