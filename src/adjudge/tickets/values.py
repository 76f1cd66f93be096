"""The text of a cell as the value of a fact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

from adjudge.findings import nearest_name
from adjudge.model.fact import Fact, Value
from adjudge.model.profile import FactColumn, fold
from adjudge.tickets.rows import cut

_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})
_NUMBER = re.compile(r"([-+]?[0-9]+(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?)\s*%?\Z")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}\Z")
_KEPT = 10_000
_NEW = ValueError()  # stands for a cell that was not met yet


def cell_text(cell: object) -> str:
    """Return a cell of any format as the text that a table would show."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str():
            return cell
        case list():
            return "; ".join(map(cell_text, cell))
        case dict():
            return json.dumps(cell, ensure_ascii=False, default=cell_text)
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))  # a workbook has no whole numbers: 1.0 is written 1
        case datetime():
            return cell.isoformat(" ")
        case bytes():
            return cell.decode("utf-8", "replace")
        case _:
            return str(cell)


def named_tags(cell: object, names: Mapping[str, object]) -> list[str]:
    """Return which of the folded `names` stand in a cell that holds several words, each once.

    The words are the members of a list, or are separated by blanks, commas or semicolons; a name
    may have blanks in it.
    """
    if isinstance(cell, list):
        found = {fold(cell_text(each)) for each in cell}
        return [name for name in names if name in found]
    text = fold(cell_text(cell))
    return [name for name in names if name in text and _stands_in(name, text)]


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![^\s,;]){re.escape(name)}(?![^\s,;])", text) is not None


def read_value(fact: Fact, text: str) -> Value | None:
    """Return the value of `fact` that a cell's text means; None where it says `unknown`.

    Raises `ValueError` with a message that says what would be right.
    """
    text = text.strip()
    if fold(text) == "unknown" and "unknown" not in fact.values:
        return None
    match fact.kind:
        case "one_of":
            return fact.normalise(_member(fact, text))
        case "yes_no":
            return _truth(text)
        case "number":
            return fact.normalise(_number(text))
        case "words":
            return fact.normalise(_words(text))


def _member(fact: Fact, text: str) -> str:
    if text in fact.values:
        return text
    wanted = _joined(text)
    return next((value for value in fact.values if _joined(value) == wanted), text)


def _joined(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.casefold())


def _truth(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError("expected true or false")


def _number(text: str) -> float:
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError("expected a number")
    digits = match.group(1)
    if _THOUSANDS.match(digits):
        dotted, joined = digits.replace(",", "."), digits.replace(",", "")
        raise ValueError(f"this may be {dotted} or {joined}; write the one that is meant")
    return float(digits.replace(",", "."))


def _words(text: str) -> list[str]:
    if fold(text) == "none":
        return []
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    words = [word.strip().strip("\"'") for word in re.split("[;,]", inner)]
    words = [word for word in words if word]
    if not words and inner is text:
        raise ValueError("expected words with `;` or `,` between them, or `none`")
    return words


class FactCells:
    """Reads the cells of one column as one fact, each distinct spelling once."""

    def __init__(self, fact: Fact, source: FactColumn, profile: str, empty: frozenset[str]) -> None:
        self._fact = fact
        self._source = source
        self._profile = profile
        self._empty = empty
        self._known: dict[str, Value | ValueError | None] = {}

    def read(self, cell: object) -> Value | None:
        """Return the value of the fact, None where the cell leaves it unknown.

        Raises `ValueError` with a message that says what would be right.
        """
        if self._source.tags:
            return self._tagged(cell, self._source.values or {})
        if self._source.values is None and isinstance(cell, list):
            return self._fact.normalise(cell)
        text = cell_text(cell)
        found = self._known.get(text, _NEW)
        if found is _NEW:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[text] = self._judge(text)
        if isinstance(found, ValueError):
            raise ValueError(*found.args)
        return found

    def _tagged(self, cell: object, values: Mapping[str, object]) -> Value | None:
        names = [name for name in named_tags(cell, values) if values[name] is not None]
        meant = [self._fact.normalise(values[name]) for name in names]
        if any(each != meant[0] for each in meant):
            shown = ", ".join(f"`{name}`" for name in names)
            raise ValueError(f"the tags {shown} contradict each other")
        return meant[0] if meant else None

    def _judge(self, text: str) -> Value | ValueError | None:
        try:
            if fold(text) in self._empty:
                return None
            if self._source.values is None:
                return read_value(self._fact, text)
            return self._mapped(self._source.values, text)
        except ValueError as error:
            return error

    def _mapped(self, values: Mapping[str, object], text: str) -> Value | None:
        if fold(text) in values:
            meant = values[fold(text)]
            try:
                return None if meant is None else self._fact.normalise(meant)
            except ValueError as error:
                fault = f"the profile `{self._profile}` takes it for `{meant}`: {error}"
                raise ValueError(fault) from None
        if self._source.other_values == "unknown":
            return None
        near = nearest_name(fold(text), values)
        hint = f"; did you mean `{near}`?" if near is not None else ""
        raise ValueError(f"the profile `{self._profile}` does not say what it means{hint}")


def refusal(column: str, cell: object, error: ValueError) -> str:
    """Return the reason for which a row is rejected: the column, its cell, what would be right."""
    return f"`{column}` is `{cut(cell_text(cell))}`: {error}"
