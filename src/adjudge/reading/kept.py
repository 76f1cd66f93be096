"""A lexicon as plain data and back, for keeping it between runs.

Its phrases are not part of that: they are many, are kept compiled, and are made when asked for.
Sequences, too, are made when they are asked for: ten tickets have a few of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, overload

from adjudge.model import lexicon as model
from adjudge.model.lexicon import Lexicon, Meaning

Meanings = tuple[Meaning, ...]
_ROW, _WORD = "\n", "\t"  # neither is in a word
_CLASSES = {name: each for name, each in vars(model).items() if isinstance(each, type)}


def to_bytes(lexicon: Lexicon) -> bytes:
    """Return all of a lexicon but its phrases."""
    parts = {
        field.name: _as_data(getattr(lexicon, field.name))
        for field in fields(Lexicon)
        if field.name not in ("phrases", "sequences")
    }
    parts["sequences"] = [
        json.dumps(_as_data(sequence), ensure_ascii=False) for sequence in lexicon.sequences
    ]
    return json.dumps(parts, ensure_ascii=False).encode()


def from_bytes(kept: bytes, phrases: Mapping[str, Meanings]) -> Lexicon:
    """Return the lexicon that `to_bytes` was given, with these phrases."""
    data = json.loads(kept)
    sequences = _Sequences(data.pop("sequences"))
    parts: dict[str, Any] = {name: _from_data(each) for name, each in data.items()}
    return Lexicon(phrases=phrases, sequences=sequences, **parts)


def _as_data(value: object) -> object:
    """Lists are tuples, and what JSON has no form for is an object with one key."""
    if isinstance(value, tuple):
        return [_as_data(each) for each in value]
    if isinstance(value, frozenset):
        return {"set": sorted(map(_as_data, value), key=repr)}
    if isinstance(value, Mapping) and all(isinstance(key, tuple) for key in value):
        # Thousands of rows of words with few distinct values.
        distinct = {each: number for number, each in enumerate(dict.fromkeys(value.values()))}
        rows = _ROW.join(map(_WORD.join, value))
        return {"rows": [rows, _as_data(tuple(distinct)), [distinct[e] for e in value.values()]]}
    if isinstance(value, Mapping):
        return {"map": [[_as_data(key), _as_data(each)] for key, each in value.items()]}
    if is_dataclass(value):
        own = [_as_data(getattr(value, field.name)) for field in fields(value)]
        return {type(value).__name__: own}
    return value


def _from_data(data: object) -> object:
    if isinstance(data, list):
        return tuple([each if type(each) is str else _from_data(each) for each in data])
    if isinstance(data, dict):
        ((kind, inside),) = data.items()
        if kind == "set":
            return frozenset(map(_from_data, inside))
        if kind == "rows":
            rows, distinct, numbers = inside[0], _from_data(inside[1]), inside[2]
            assert isinstance(distinct, tuple)
            return _Rows(rows, distinct, numbers)
        if kind == "map":
            return {_from_data(key): _from_data(each) for key, each in inside}
        return _CLASSES[kind](*map(_from_data, inside))
    return data


class _Rows(Mapping[tuple[str, ...], object]):
    """Rows of words with their values, not taken apart until they are asked for often."""

    _MANY = 100_000  # then a dictionary by words has taken as long as it has saved

    def __init__(self, rows: str, distinct: tuple[object, ...], numbers: list[int]) -> None:
        written = rows.split(_ROW) if numbers else []
        self._values = dict(zip(written, map(distinct.__getitem__, numbers), strict=True))
        self._asked = 0

    def __getitem__(self, words: tuple[str, ...]) -> object:
        return self._values[_WORD.join(words)]

    def get(self, words: tuple[str, ...], default: object = None) -> object:
        self._asked += 1
        if self._asked >= self._MANY:
            self.get = dict(self.items()).get  # type: ignore[method-assign, assignment]
        return self._values.get(_WORD.join(words), default)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return (tuple(row.split(_WORD)) for row in self._values)

    def __len__(self) -> int:
        return len(self._values)


class _Sequences(Sequence[model.Sequence]):
    """Sequences, each made when it is asked for."""

    def __init__(self, kept: list[str]) -> None:
        self._kept = kept

    @overload
    def __getitem__(self, number: int) -> model.Sequence: ...

    @overload
    def __getitem__(self, number: slice) -> tuple[model.Sequence, ...]: ...

    def __getitem__(self, number: int | slice) -> model.Sequence | tuple[model.Sequence, ...]:
        if isinstance(number, slice):
            return tuple(map(_sequence, self._kept[number]))
        return _sequence(self._kept[number])

    def __len__(self) -> int:
        return len(self._kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def _sequence(kept: str) -> model.Sequence:
    found = _from_data(json.loads(kept))
    assert isinstance(found, model.Sequence)
    return found


class Later(Mapping[str, Meanings]):
    """Phrases with their meanings, made when they are first asked for."""

    def __init__(self, make: Callable[[], Mapping[str, Meanings]]) -> None:
        self._make = make

    def __getitem__(self, phrase: str) -> Meanings:
        return self._all[phrase]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def items(self) -> ItemsView[str, Meanings]:
        return self._all.items()

    @cached_property
    def _all(self) -> Mapping[str, Meanings]:
        return self._make()
