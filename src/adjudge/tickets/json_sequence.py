"""JSON values one after the other in a text, whatever parts them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adjudge.tickets.json_stream import Read

_STEP = 1_000_000  # characters that are read at once
_BEGUN = re.compile("[^\\s,\x1e\0\ufeff]")
_NEXT = re.compile(r"^[{\[]", re.MULTILINE)  # where a value begins that stands below a damaged one


@dataclass(frozen=True, slots=True)
class Damaged:
    """A stretch of the text that is no JSON, and why."""

    text: str
    reason: str


def values_of(
    read: Read,
    decode: Callable[[str, int], tuple[object, int]],
    reason: Callable[[Exception], str],
    longest: int,
) -> Iterator[object]:
    """Yield the values of a text, each as soon as it is whole; what is none is `Damaged`.

    `decode` returns the value at a place and where it ends, or raises `ValueError`. A value that
    is not whole after `longest` characters is given up. After one that is damaged, reading goes on
    at the next line that begins with a bracket.
    """
    held, at, more = "", 0, True
    while True:
        begun = _BEGUN.search(held, at)
        at = len(held) if begun is None else begun.start()
        wrong: Exception | None = None
        try:
            value, end = decode(held, at) if at < len(held) else (None, at)
        except (ValueError, RecursionError) as error:
            value, end, wrong = None, len(held), error
        if end == len(held) and more and len(held) - at < longest:
            # It may go on in what was not read yet.
            further = read(max(_STEP, len(held) - at))
            held, at, more = held[at:] + further, 0, further != ""
            continue
        if at == len(held):
            return
        if wrong is not None:
            following = _NEXT.search(held, at + 1)
            end = len(held) if following is None else following.start()
            yield Damaged(
                held[at:end].rstrip(), f"the text is not JSON: {_told(wrong, at, reason)}"
            )
        else:
            yield value
        at = end


def _told(wrong: Exception, at: int, reason: Callable[[Exception], str]) -> str:
    if not isinstance(wrong, json.JSONDecodeError):
        return reason(wrong)
    line = wrong.doc.count("\n", at, wrong.pos) + 1
    return f"{wrong.msg.lower()} in line {line} of it"
