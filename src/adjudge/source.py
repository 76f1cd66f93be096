"""Text that was read, and places in it.

Everything that can be wrong in an input is wrong *somewhere*: every node of a ruleset and every
row of an export carries a `Span`, so that a problem can be shown with the line it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name under which its reader knows it (a path, or `<stdin>`)."""

    name: str
    text: str = field(repr=False)

    def line(self, number: int) -> str:
        """Return line `number` (counted from 1) without its line end; empty when out of range."""
        lines = self.text.splitlines()
        return lines[number - 1] if 1 <= number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source: lines and columns are counted from 1, the end is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def snippet(self, width: int = 100) -> str:
        """Return the line with a marker under the place, ready to be printed under a message."""
        text = self.source.line(self.line).replace("\t", " ")
        start = self.column - 1
        end = self.end_column - 1 if self.end_line == self.line else len(text)
        offset = max(0, start - width // 2) if len(text) > width else 0
        shown = text[offset : offset + width]
        marks = max(1, min(end, offset + width) - start)
        number = str(self.line)
        gutter = " " * len(number)
        return f"{number} | {shown}\n{gutter} | {' ' * (start - offset)}{'^' * marks}"


def printable(text: str, keep: str = "") -> str:
    """Return text with a blank for each character that does not print, but for those of `keep`.

    Ticket text is anybody's: its control characters could act on a terminal.
    """
    return "".join(char if char.isprintable() or char in keep else " " for char in text)
