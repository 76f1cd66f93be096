"""Text in one normal form, with a way back to the original positions.

Compatibility forms are folded (NFKC), invisible characters (zero-width, bidirectional controls,
soft hyphens) are left out, letters that only look Latin are read as Latin inside Latin words, and
HTML entities are read as characters. All of it is linear in the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

# Cyrillic and Greek letters that look like Latin ones; used only inside words with Latin letters.
_LOOKALIKES = str.maketrans("асеорхуіјѕԁԛԝһκοαρντυι", "aceopxyijsdqwhkoapvtui")
# Beyond the Latin blocks and common punctuation, the careful way is taken.
_ODD = re.compile("[^\x00-\xac\xae-\u024f\u2010-\u2027]")
_MAX_CLUSTER = 8
_MAX_ENTITY = 12


@dataclass(frozen=True, slots=True)
class Plain:
    """A normalised, lower-case text; `origin` maps its positions back, None for identity."""

    text: str
    length: int
    origin: tuple[list[int], list[int]] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the original range of a non-empty normalised range."""
        if self.origin is None:
            return start, end
        starts, ends = self.origin
        return starts[start], ends[end - 1]


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
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, size = 0, len(text)
    while at < size:
        piece, after = _cluster(text, at)
        for char in piece:
            out.append(char)
            starts.append(at)
            ends.append(after)
        at = after
    return Plain(_read_lookalikes("".join(out)), size, (starts, ends))


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


def _visible(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).lower()
    if folded.isascii():
        return folded
    return "".join(
        char for char in folded if unicodedata.category(char) not in ("Cf", "Mn", "Cs", "Co")
    )


def _read_lookalikes(text: str) -> str:
    if text.isascii() or not any("\u0370" <= char <= "\u052f" for char in text):
        return text
    # Words are separated by blanks here; a finer split is not needed to see mixed alphabets.
    return " ".join(
        word.translate(_LOOKALIKES) if any("a" <= char <= "z" for char in word) else word
        for word in text.split(" ")
    )
