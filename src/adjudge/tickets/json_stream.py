"""The entries of JSON documents that are too large to be held in memory, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from adjudge.findings import InputError
from adjudge.tickets.rows import Record, free_name

Read = Callable[[int], str]
Event = tuple[str, Any]

_OPENING = ("start_map", "start_array")
_CLOSING = ("end_map", "end_array")


class _Bytes:
    """Text as the stream of bytes that the parser wants."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def read(self, size: int = -1) -> bytes:
        return self._read(size).encode("utf-8", "surrogatepass")


def entries_of(read: Read, lists: tuple[str, ...], path: str) -> Iterator[object]:
    """Yield the entries of each document, which is a list, or an object with a list under a name.

    Of several lists in an object, the first that has one of the names `lists` counts. Raises
    `InputError` where a document holds no list or is damaged, which may be after many entries.
    """
    import ijson

    events: Iterator[Event] = iter(ijson.basic_parse(_Bytes(read), multiple_values=True))
    try:
        for has_list in _arrays(events, lists):
            if not has_list:
                raise _no_list(path)
            for event in events:
                if event[0] == "end_array":
                    break
                yield _value(event, events)
    except ijson.JSONError as error:
        reason = str(error).strip().splitlines()[0].lower()
        help = "is it cut short? export it again"
        message = f"`{path}` is not JSON: {reason}"
        raise InputError.of("not-json", message, help=help, where=path) from None


def _no_list(path: str) -> InputError:
    return InputError.of(
        "not-tickets",
        f"`{path}` is JSON, but holds no list of tickets",
        help='a list of objects is read, `{"tickets": […]}`, or JSON lines',
        where=path,
    )


def _arrays(events: Iterator[Event], lists: tuple[str, ...]) -> Iterator[bool]:
    """Stop with true where a list of entries begins, with false behind a document without one."""
    found = False
    for kind, name in events:
        if kind == "start_array":
            yield True
        elif kind == "map_key":
            event = next(events)
            if not found and event[0] == "start_array" and name in lists:
                found = True
                yield True
            else:
                _value(event, events)
        elif kind == "start_map":
            found = False
        elif not found:
            yield False


def _value(event: Event, events: Iterator[Event]) -> object:
    """Return the value that begins with an event."""
    kind, value = event
    if kind not in _OPENING:
        return float(value) if isinstance(value, Decimal) else value
    top: list[object] = []
    stack: list[tuple[list[object] | Record, str]] = [(top, "")]
    _open(kind, stack)
    while len(stack) > 1:
        kind, value = next(events)
        if kind in _CLOSING:
            stack.pop()
        elif kind == "map_key":
            stack[-1] = (stack[-1][0], value)
        elif kind in _OPENING:
            _open(kind, stack)
        else:
            _put(stack[-1], float(value) if isinstance(value, Decimal) else value)
    return top[0]


def _open(kind: str, stack: list[tuple[list[object] | Record, str]]) -> None:
    holder: list[object] | Record = {} if kind == "start_map" else []
    _put(stack[-1], holder)
    stack.append((holder, ""))


def _put(place: tuple[list[object] | Record, str], value: object) -> None:
    holder, key = place
    if isinstance(holder, list):
        holder.append(value)
    else:
        # Of two equal keys none is dropped, as in documents that are held.
        holder[free_name(key, holder)] = value
