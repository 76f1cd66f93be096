"""YAML with positions. The only module that imports `yaml`.

`safe_load` forgets where a value stood, keeps the last of two equal keys, and reads `no` as
False; `compose` keeps all three facts. Scalars follow the YAML 1.2 core schema (true, false, null,
numbers), and a plain word that only YAML 1.1 takes for a boolean is a finding, not a guess.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from adjudge.findings import Finding, InputError, no_such_file
from adjudge.source import Source, Span

MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 100_000
MAX_DEPTH = 60

_NO_TEXTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # PDF, Office's new files, its old ones
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OLD_BOOLEANS = frozenset({"yes", "no", "on", "off", "y", "n"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class Node:
    """A YAML node as plain data, with its place.

    `value` is a scalar (`str | int | float | bool | None`), a `list[Node]`, or a
    `dict[str, Node]`; `keys` has the places of a mapping's keys.
    """

    value: object
    span: Span
    keys: dict[str, Span] = field(default_factory=dict)

    def mapping(self) -> dict[str, Node]:
        """Return the entries of a mapping, or none."""
        return self.value if isinstance(self.value, dict) else {}

    def items(self) -> list[Node]:
        """Return the items of a list; a single value is a list of one."""
        return self.value if isinstance(self.value, list) else [self]

    def plain(self) -> object:
        """Return the data without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def without(self, path: tuple[str | int, ...]) -> Node:
        """Return a copy without the entry at `path`; itself where there is no such entry."""
        step = path[0]
        if isinstance(self.value, dict) and step in self.value:
            entries = dict(self.value)
            key = str(step)
            if len(path) == 1:
                del entries[key]
            else:
                entries[key] = entries[key].without(path[1:])
            return Node(entries, self.span, self.keys)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            items = list(self.value)
            if len(path) == 1:
                del items[step]
            else:
                items[step] = items[step].without(path[1:])
            return Node(items, self.span)
        return self

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the node at a path of keys and indexes, or the nearest one on the way to it."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                node = node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return node


def read_text(path: Path, *, table: bool = False) -> str:
    """Read a UTF-8 text file of at most `MAX_BYTES`; raise `InputError` for anything else.

    A `table` may be in UTF-16 or Windows-1252, too, as spreadsheets write them.
    """
    where = str(path)
    try:
        if path.is_dir():
            help = "name the YAML file in it that is meant"
            raise InputError.of("not-a-file", f"`{path}` is a directory", help=help, where=where)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError.of(
                "file-too-large",
                f"`{path}` has {size:,} bytes, and a file of rules has at most {MAX_BYTES:,}",
                help="is it an export? pass that as the EXPORT argument",
                where=where,
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise no_such_file(where) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError.of(
            "file-unreadable", f"`{path}` cannot be read: {reason.lower()}", where=where
        ) from None
    try:
        if table and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16", "replace")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith(_NO_TEXTS):
            help = "copy what it says into a plain text file"
            message = f"`{path}` is a document, and no plain text"
            raise InputError.of("not-text", message, help=help, where=where) from None
        if table:
            return data.decode("cp1252", "replace")
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError.of(
            "not-utf-8",
            f"byte 0x{data[error.start]:02x} on line {line} is not UTF-8",
            help="save the file as UTF-8",
            where=f"{path}:{line}",
        ) from None


def parse(source: Source) -> tuple[list[Node], list[Finding]]:
    """Parse the documents of a YAML stream; syntax problems come back as findings."""
    findings: list[Finding] = []
    try:
        too_deep = _too_deep(source)
        if too_deep is not None:
            return [], [too_deep]
        roots = list(yaml.compose_all(source.text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        return [], [_syntax_finding(source, error)]
    except yaml.reader.ReaderError as error:
        line = source.text.count("\n", 0, error.position) + 1
        span = Span(source, line, 1, line, 2)
        message = f"character {error.character!r} is not allowed in YAML"
        return [], [Finding("yaml-syntax", message, span, "remove it")]
    converter = _Converter(source, findings)
    nodes = [converter.convert(root, 0) for root in roots if root is not None]
    return nodes, findings


def _too_deep(source: Source) -> Finding | None:
    # The composer recurses in C; without this check a page of brackets ends the process.
    depth = 0
    for event in yaml.parse(source.text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return Finding(
                    "yaml-too-deep",
                    f"values are nested more than {MAX_DEPTH} levels deep",
                    _span(source, event.start_mark, event.start_mark),
                    "name a part under `definitions` and refer to it",
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _syntax_finding(source: Source, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    span = _span(source, mark, mark) if mark is not None else None
    problem = (error.problem or "not YAML").lower()
    context = f" {error.context.lower()}" if error.context else ""
    return Finding(
        "yaml-syntax", f"not valid YAML: {problem}{context}", span, _syntax_help(problem)
    )


def _syntax_help(problem: str) -> str:
    if "cannot start any token" in problem:
        return "quote the value, and indent with spaces instead of tabs"
    if "mapping values are not allowed" in problem:
        return (
            "quote a text that contains a colon and a space; put a space behind the colon of each "
            "key, above too; what has a value has nothing indented below it"
        )
    return "check quotes, indentation and brackets on this line and the one before"


def _span(source: Source, start: Any, end: Any) -> Span:
    # Marks of the C parser and of the Python one share attributes and no type.
    return Span(source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class _Converter:
    """Turns composed nodes into `Node`s, expanding aliases up to a bound."""

    def __init__(self, source: Source, findings: list[Finding]) -> None:
        self.source = source
        self.findings = findings
        self.count = 0
        self.open: set[int] = set()

    def convert(self, node: yaml.Node, depth: int) -> Node:
        span = _span(self.source, node.start_mark, node.end_mark)
        self.count += 1
        if self.count > MAX_NODES or id(node) in self.open or depth > MAX_DEPTH:
            if self.count <= MAX_NODES + 1:
                self.count = MAX_NODES + 2
                self._report(
                    "yaml-too-many-nodes",
                    f"aliases expand to more than {MAX_NODES:,} values, or into themselves",
                    span,
                    "write the repeated part once, under `definitions`",
                )
            return Node(None, span)
        if isinstance(node, yaml.ScalarNode):
            return Node(self._scalar(node, span), span)
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return Node([self.convert(item, depth + 1) for item in node.value], span)
            return self._mapping(node.value, span, depth)
        finally:
            self.open.discard(id(node))

    def _mapping(self, pairs: Any, span: Span, depth: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        for key_node, value_node in pairs:
            key_span = _span(self.source, key_node.start_mark, key_node.end_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self._report("yaml-key", "a key must be a plain word", key_span, None)
                continue
            self._check_old_boolean(key_node, key_span)
            key = str(key_node.value)
            if key in entries:
                first = keys[key].line
                self._report(
                    "duplicate-key",
                    f"`{key}` is given twice in the same mapping (first on line {first})",
                    key_span,
                    "remove one of the two, or join them",
                )
                continue
            keys[key] = key_span
            entries[key] = self.convert(value_node, depth + 1)
        return Node(entries, span, keys)

    def _scalar(self, node: yaml.ScalarNode, span: Span) -> object:
        text = str(node.value)
        if node.style:  # quoted or a block: a text, whatever it looks like
            return text
        if self._check_old_boolean(node, span):
            return text
        if text in _NULLS:
            return None
        if text in ("true", "True", "TRUE"):
            return True
        if text in ("false", "False", "FALSE"):
            return False
        if _INTEGER.match(text) and len(text) <= 18:
            return int(text)
        if _FLOAT.match(text):
            return float(text)
        return text

    def _check_old_boolean(self, node: yaml.ScalarNode, span: Span) -> bool:
        if not node.style and str(node.value).lower() in _OLD_BOOLEANS:
            word = str(node.value)
            truth = "true" if word.lower() in ("yes", "on", "y") else "false"
            self._report(
                "ambiguous-boolean",
                f"a bare `{word}` is read as {truth} by some YAML readers and as a word by others",
                span,
                f'write {truth} for the boolean, or "{word}" in quotes for the word',
            )
            return True
        return False

    def _report(self, code: str, message: str, span: Span, help: str | None) -> None:
        self.findings.append(Finding(code, message, span, help))
