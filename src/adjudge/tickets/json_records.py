"""Rows of JSON: one record a line, or one document with a list of records."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TextIO

from adjudge.findings import InputError
from adjudge.tickets.json_stream import entries_of
from adjudge.tickets.rows import BYTE_ORDER_MARK, RawRow, Record, Rows, free_name

ENVELOPES = (
    "tickets",
    "issues",
    "incidents",
    "cases",
    "conversations",
    "records",
    "results",
    "result",
    "items",
)
"""The names under which the systems' answers hold their lists, the first that is there counts."""

_PAGING = frozenset(
    (
        *("after_cursor", "count", "done", "end_of_stream", "end_time", "has_more", "next"),
        *("next_page", "pages", "paging", "total_count", "totalSize"),
    )
)
"""What stands beside the list in an answer that is one page of several."""

MAX_DOCUMENT = 16_000_000
"""Characters of a JSON document that is held in memory; a longer one is read bit by bit."""

_DEEPEST = 100  # levels of values in values: what reads and writes them goes down each
_TOO_DEEP = "values are nested too deep"
_HELP = "is it cut short? export it again; is it a table? let its name end in .csv"
_DOCUMENT = re.compile(r"\[\s*(?:[{\]]|\Z)|\{\Z|\{.*\[\Z")  # how no line of JSON lines begins
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_json_lines(text: TextIO, path: str) -> Rows:
    """Read JSON lines; a line that is no JSON object is a row with a problem.

    A line that is a page of a system's answer gives the rows of its list. A document under the
    wrong ending, or from a pipe, is read as what it is.
    """
    begun = [text.readline()]
    while begun[-1] and not _bare(begun[-1]):
        begun.append(text.readline())
    if _DOCUMENT.match(_bare(begun[-1])):
        return _document("".join(begun), text, path)
    return Rows(_lines(chain(begun, text)))


def read_json_document(text: TextIO, path: str) -> Rows:
    """Read a list of records, or an object with one under a name such as `tickets`.

    A file of JSON lines under the wrong ending is read as what it is. Raises `InputError` for a
    document that is neither. A large document is not held in memory: what is wrong with it is
    said when it is met.
    """
    return _document("", text, path)


def _document(begun: str, text: TextIO, path: str) -> Rows:
    content = begun + text.read(MAX_DOCUMENT + 1)
    if len(content) > MAX_DOCUMENT:
        whole = _Whole(content, text)
        if _is_lines(content):
            return Rows(_lines(whole))
        return Rows(_entries(entries_of(whole.read, ENVELOPES, path)))
    try:
        document = _decode(content.lstrip(BYTE_ORDER_MARK))
    except json.JSONDecodeError as error:
        several = error.msg == "Extra data" and content.lstrip()[:1] == "{"
        if several or _is_lines(content):
            return Rows(_lines(io.StringIO(content, newline="")))
        raise InputError.of(
            "not-json",
            f"`{path}` is not JSON: {_reason(error)}",
            help=_HELP,
            where=f"{path}:{error.lineno}",
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError.of(
            "not-json", f"`{path}` is not JSON: {_reason(error)}", help=_HELP, where=path
        ) from None
    return Rows(_entries(_tickets(document, path)))


class _Whole:
    """A text of which the beginning has been read."""

    def __init__(self, begun: str, rest: TextIO) -> None:
        self._begun = begun.lstrip(BYTE_ORDER_MARK)
        self._rest = rest

    def read(self, size: int) -> str:
        taken, self._begun = self._begun[:size], self._begun[size:]
        return taken or self._rest.read(size)

    def __iter__(self) -> Iterator[str]:
        *lines, last = self._begun.split("\n")
        yield from lines
        yield last + self._rest.readline()
        yield from self._rest


def _is_lines(content: str) -> bool:
    """Tell whether the first line is a JSON object of its own, or was to be one, as the next is."""
    lines = filter(None, map(_bare, io.StringIO(content)))
    first, second, third = (next(lines, "") for _ in range(3))
    if _is_object(first):
        return True
    # A document may have one record a line, but what parts and ends them stands beside them.
    return first[:1] == "{" and _is_object(second) and third[:1] not in (",", "]")


def _is_object(line: str) -> bool:
    try:
        return isinstance(_decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _tickets(document: object, path: str) -> list[object]:
    if isinstance(document, dict):
        lists = [document[key] for key in ENVELOPES if isinstance(document.get(key), list)]
        document = lists[0] if lists else None
    if isinstance(document, list):
        return document
    raise InputError.of(
        "not-tickets",
        f"`{path}` is JSON, but holds no list of tickets",
        help='a list of objects is read, `{"tickets": […]}`, or JSON lines',
        where=path,
    )


def _lines(text: Iterable[str]) -> Iterator[RawRow]:
    row = 0
    for number, line in enumerate(text, 1):
        bare = _bare(line)
        if not bare:
            continue
        raw = _line(max(number, row + 1), bare)
        page = _page(raw.record) if raw.readable else None
        for each in [raw] if page is None else _entries(page, row + 1):
            row = each.row
            yield each


def _bare(line: str) -> str:
    return line.strip().strip(f"{BYTE_ORDER_MARK}\0")


def _page(record: Record) -> list[object] | None:
    """Return the list of a system's answer, None for a record that is none.

    Whoever fetches an export page by page often appends each answer to one file.
    """
    for key in ENVELOPES:
        entries = record.get(key)
        if isinstance(entries, list) and (len(record) == 1 or not _PAGING.isdisjoint(record)):
            return entries
    return None


def _line(number: int, line: str) -> RawRow:
    try:
        value = _decode(line)
    except (ValueError, RecursionError) as error:
        return _odd(number, line, f"the line is not JSON: {_reason(error)}")
    if not isinstance(value, dict):
        return _odd(number, line, "the line is JSON, but no object")
    if line.count("{") + line.count("[") > _DEEPEST and _is_deep(value):
        return _odd(number, line, _TOO_DEEP)
    return RawRow(number, value)


def _odd(number: int, line: str, reason: str) -> RawRow:
    return RawRow(number, {"text": line}, (reason,), readable=False)


def _entries(entries: Iterable[object], first: int = 1) -> Iterator[RawRow]:
    for number, entry in enumerate(entries, first):
        if isinstance(entry, dict | list) and _is_deep(entry):
            cells = entry.items() if isinstance(entry, dict) else ()
            flat = {key: cell for key, cell in cells if not isinstance(cell, dict | list)}
            yield RawRow(number, flat, (_TOO_DEEP,), readable=False)
        elif isinstance(entry, dict):
            yield RawRow(number, entry)
        else:
            yield RawRow(number, {"value": entry}, ("the entry is no object",), readable=False)


def _is_deep(value: dict[str, object] | list[object]) -> bool:
    """Say whether there are more levels of values in values than can be worked with."""
    level = [value]
    for _ in range(_DEEPEST):
        cells = chain.from_iterable(
            each.values() if isinstance(each, dict) else each for each in level
        )
        level = [each for each in cells if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at character {error.colno}"
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    return str(error).split(";")[0].lower()


def _decode(text: str) -> object:
    value = _DECODER.decode(text)
    return _whole(value) if _ESCAPED_HALF.search(text) else value


def _object(pairs: list[tuple[str, object]]) -> Record:
    record = dict(pairs)
    if len(record) == len(pairs):
        return record
    # Two equal keys: the decoder would keep the last one and say nothing.
    record = {}
    for key, value in pairs:
        record[free_name(key, record)] = value
    return record


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON value")


def _whole(value: object) -> object:
    """Return a value without halves of surrogate pairs, which no output could be encoded with.

    Systems that cut a text to a length leave them where an emoji stood at the end.
    """
    if isinstance(value, str):
        return _HALF_PAIR.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_HALF_PAIR.sub("\ufffd", key): _whole(item) for key, item in value.items()}
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
