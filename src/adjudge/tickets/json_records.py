"""Rows of JSON: one record a line, or one document with a list of records."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TextIO

from adjudge.findings import InputError
from adjudge.tickets.json_sequence import Damaged, values_of
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
_DOCUMENT = re.compile(r"\[\s*(?:\[?\s*\{|\]|\Z)|\{\Z|\{.*\[\Z")  # how no line of JSON lines begins
_BLANK = f" \t\r\n{BYTE_ORDER_MARK}\0"
_STRAY = 1_000  # more characters than stand between two values
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_json_lines(text: TextIO, path: str) -> Rows:
    """Read JSON lines; a line that is no JSON object is a row with a problem.

    A line that is a page of a system's answer gives the rows of its list. A document under the
    wrong ending, or from a pipe, is read as what it is, and so are objects over several lines.
    """
    begun = [text.readline()]
    while begun[-1] and not _bare(begun[-1]):
        begun.append(text.readline())
    first = _bare(begun[-1])
    if _DOCUMENT.match(first) or (first[:1] == "{" and not _is_object(first)):
        return _document("".join(begun), text, path, lines=True)
    return Rows(_lines(chain(begun, text)))


def read_json_document(text: TextIO, path: str) -> Rows:
    """Read a list of records, or an object with one under a name such as `tickets`.

    A file of JSON lines under the wrong ending is read as what it is, and several documents one
    after the other are too. Raises `InputError` for what is none of these. A large document is not
    held in memory: what is wrong with it is said when it is met.
    """
    return _document("", text, path, lines=False)


def _document(begun: str, text: TextIO, path: str, *, lines: bool) -> Rows:
    """Read what is no JSON lines by its name, or by its first line."""
    content = begun + text.read(MAX_DOCUMENT + 1)
    whole = _Whole(content, text)
    wrong: InputError | None = None
    if len(content) <= MAX_DOCUMENT:
        try:
            document = _decode(content.lstrip(BYTE_ORDER_MARK))
        except (ValueError, RecursionError) as error:
            wrong = _not_json(path, content, error)
        else:
            alone = lines and _list_in(document) is None
            return Rows(_entries([document] if alone else _unpaged(_tickets(document, path))))
    if _is_lines(content):
        return Rows(_lines(whole))
    if _is_several(content):
        values = values_of(whole.read, _decode_at, _reason, MAX_DOCUMENT)
        return Rows(_entries(_unpaged(values)))
    if wrong is None:  # it is too long to be held
        return Rows(_entries(_unpaged(entries_of(whole.read, ENVELOPES, path))))
    if lines and not _DOCUMENT.match(content.lstrip(_BLANK).split("\n", 1)[0].rstrip()):
        return Rows(_lines(whole))
    raise wrong


def _not_json(path: str, content: str, error: Exception) -> InputError:
    if not content.strip(_BLANK):
        help = "export it again; a list of no tickets is written `[]`"
        return InputError.of("empty-file", f"`{path}` is empty", help=help, where=path)
    where = f"{path}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else path
    message = f"`{path}` is not JSON: {_reason(error)}"
    return InputError.of("not-json", message, help=_HELP, where=where)


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


def _is_several(content: str) -> bool:
    """Tell whether a text begins with a JSON object or list that is whole, and another follows."""
    begun = content.lstrip(_BLANK)
    if begun[:1] not in ("{", "["):
        return False
    try:
        _, end = _decode_at(begun, 0)
    except (ValueError, RecursionError):
        return False
    return begun[end : end + _STRAY].lstrip(f"{_BLANK},")[:1] in ("{", "[")


def _is_object(line: str) -> bool:
    try:
        return isinstance(_decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _list_in(document: object) -> list[object] | None:
    """Return the list that a document is, or has under one of the names of envelopes."""
    if isinstance(document, dict):
        return next((v for key in ENVELOPES if isinstance(v := document.get(key), list)), None)
    return document if isinstance(document, list) else None


def _tickets(document: object, path: str) -> list[object]:
    entries = _list_in(document)
    if entries is not None:
        return entries
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


def _unpaged(entries: Iterable[object]) -> Iterator[object]:
    """Yield entries, and of those that are pages of an answer the entries of the page."""
    for entry in entries:
        page = _page(entry) if isinstance(entry, dict) else None
        if isinstance(entry, list) and all(isinstance(each, dict) for each in entry):
            page = entry
        yield from [entry] if page is None else page


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
        if isinstance(entry, Damaged):
            yield _odd(number, entry.text, entry.reason)
        elif isinstance(entry, dict | list) and _is_deep(entry):
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


def _decode_at(text: str, start: int) -> tuple[object, int]:
    """Return the value that begins at a place of a text, and where it ends."""
    value, end = _DECODER.raw_decode(text, start)
    return (_whole(value) if _ESCAPED_HALF.search(text, start, end) else value), end


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
