"""What in a mail is not the customer's own claim: quoted history, signatures, logs.

Works line by line on the normalised text and blanks such lines, so that positions stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from adjudge.evidence.markup import hidden
from adjudge.model.lexicon import Mail

MAX_SIGNATURE_LINES = 12
_MAX_LEAD = 400
_LOG = re.compile(
    r"[ \t]*+(?:"
    r"\[?+\d{4}[-/.]\d\d[-/.]\d\d[ t]\d\d:\d\d"
    r"|\[?+\d\d:\d\d:\d\d[.,\]]"
    r"|\w{3} {1,2}+\d{1,2} \d\d:\d\d:\d\d "
    r"|at [\w.$<>/]{3,200}+\("
    r"|caused by: |traceback \(most|file \"|\.\.\. \d+ more"
    r"|\[(?:error|warn|warning|info|debug|fatal|notice|severe)\]"
    r"|(?:error|warn|warning|info|debug|fatal) {1,9}(?:\[|->|=>)"
    r"|[a-z_$][\w$]{0,80}+(?:\.[\w$]{1,80}+){1,12}+(?:exception|error)\b"
    r"|[\[{]{1,2}+\"|<\?xml|\$ |> |c:\\|[a-z]{2,20}+@[\w-]{1,40}+[:~ ]"
    r")"
)
_SEPARATOR = re.compile(
    r"[ \t]*+-{2,}+[ \t]*+(?:original|urspr|forwarded|weitergeleitet|vidarebef)"
)
_MAX_NAME = 40
_POSTSCRIPT = re.compile(r"[ \t]*+p\.? ?s\b")


class Customs:
    """How mail looks in any of several languages."""

    def __init__(self, mails: Iterable[Mail]) -> None:
        mails = tuple(mails)
        self.wrote = tuple(pair for mail in mails for pair in mail.wrote)
        self.headers = tuple(name for mail in mails for name in mail.headers)
        self.closings = frozenset(word for mail in mails for word in mail.closings)
        self.separators = tuple(word for mail in mails for word in mail.separators)
        self.footers = tuple(word for mail in mails for word in mail.footers)


def blank_foreign(text: str, customs: Customs) -> str:
    """Return `text` with the lines blanked that are not this message's own words."""
    lines = text.split("\n")
    kept = _Marker(lines, customs).own_lines()
    if all(kept):
        return text
    return "\n".join(line if own else hidden(line) for line, own in zip(lines, kept, strict=True))


def _names(lead: str, begin: str, end: str) -> bool:
    """Whether who wrote stands last, as in "Den 3 maj skrev Anna:", after a date."""
    return bool(begin) and f" {end} " in lead and any(char.isdigit() for char in lead)


class _Marker:
    """Decides line by line; the state is whether quoted history or a signature has begun."""

    def __init__(self, lines: list[str], customs: Customs) -> None:
        self.lines = lines
        self.customs = customs

    def own_lines(self) -> list[bool]:
        own = [True] * len(self.lines)
        signature = 0
        history = False
        for at, line in enumerate(self.lines):
            bare = line.strip()
            if not bare:
                continue
            if history or bare[0] == ">" or _LOG.match(line):
                own[at] = False
            elif self.starts_history(at, bare):
                own[at] = False
                history = not self.quotes_below(at)
                signature = 0
            elif signature and not _POSTSCRIPT.match(line):
                own[at] = False
                signature -= 1
            elif bare in ("--", "—", "-- ", "__") or bare.startswith("____"):
                own[at] = False
                signature = MAX_SIGNATURE_LINES
            elif self.closes(at, bare):
                signature = MAX_SIGNATURE_LINES
            elif self.signs(at, bare):
                own[at] = False
                signature = MAX_SIGNATURE_LINES
            elif bare.startswith(self.customs.footers):
                own[at] = False
            elif _POSTSCRIPT.match(line):
                signature = 0
        return own

    def closes(self, at: int, bare: str) -> bool:
        # A closing is short and stands near the end; "thanks" alone may begin a message.
        words = bare.rstrip(",.!").strip()
        if words in self.customs.closings:
            return at > 0
        head = words.split(",")[0]
        return at > 0 and len(bare) <= 60 and head in self.customs.closings

    def signs(self, at: int, bare: str) -> bool:
        """Whether somebody signs for another one, with no closing before: "p.p. Jane Doe"."""
        if not at or len(bare) > _MAX_NAME or bare.endswith((".", ",", "!", "?")):
            return False
        first, _, name = bare.rpartition(". ")
        return bool(name) and f"{first}." in self.customs.closings

    def quotes_below(self, at: int) -> bool:
        for line in self.lines[at + 1 : at + 4]:
            if line.strip():
                return line.lstrip().startswith(">")
        return False

    def starts_history(self, at: int, bare: str) -> bool:
        if bare[0] == "-" and (_SEPARATOR.match(bare) or self.separated(bare)):
            return True
        lead = bare[:_MAX_LEAD]
        if bare.endswith(":"):
            for begin, end in self.customs.wrote:
                if lead.startswith(begin) and (bare.endswith(end) or _names(lead, begin, end)):
                    return True
        if lead.startswith(self.customs.headers):
            following = sum(
                other.strip().startswith(self.customs.headers)
                for other in self.lines[at + 1 : at + 6]
            )
            return following >= 2
        return False

    def separated(self, bare: str) -> bool:
        return any(word in bare[:_MAX_LEAD] for word in self.customs.separators)
