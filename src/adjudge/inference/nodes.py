"""What the engine concluded about parts of cases, kept as the nodes of its network.

Within a stage the rules of a program do not see each other: what one fires depends on the few
outcomes that it reads. So a case whose parts were all met before is put together from them, and
only one with something new goes to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from adjudge.findings import InternalError
from adjudge.inference.program import UNKNOWN

_KEPT = 65_536  # nodes of a group; with more, they are forgotten and asked again


@dataclass(frozen=True, slots=True)
class Node:
    """What follows for some names from what they read; `fired` is the inference, in its order."""

    outcomes: dict[str, str]
    fired: tuple[str, ...]


class Stage:
    """A stage of a program: names whose outcomes it finds, each from outcomes found before.

    `reads` has, for each name, what its rules read; names that read the same share their nodes.
    """

    def __init__(self, names: Iterable[str], reads: Mapping[str, tuple[str, ...]]) -> None:
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in names:
            groups.setdefault(reads.get(name, ()), []).append(name)
        self._groups = [(_getter(read), tuple(group)) for read, group in groups.items()]
        self._nodes: list[dict[Any, Node]] = [{} for _ in self._groups]
        self._met = [
            (read, nodes) for (read, _), nodes in zip(self._groups, self._nodes, strict=True)
        ]

    def recalled(self, known: Mapping[str, str]) -> list[Node] | None:
        """Return the nodes that outcomes lead to; None where one of them is new."""
        try:
            return [nodes[read(known)] for read, nodes in self._met]
        except KeyError:
            return None

    def learnt(self, known: Mapping[str, str], fired: Iterable[str]) -> list[Node]:
        """Return the nodes that outcomes lead to, by what the engine fired when it was told them.

        Raises `InternalError` where it found a name both true and false.
        """
        said: dict[str, list[str]] = {}
        for each in fired:
            said.setdefault(each.partition("=")[0], []).append(each)
        found = []
        for (read, names), nodes in zip(self._groups, self._nodes, strict=True):
            if len(nodes) >= _KEPT:
                nodes.clear()
            outcomes = {name: _outcome(said.get(name, ())) for name in names}
            node = Node(outcomes, tuple(each for name in names for each in said.get(name, ())))
            nodes[read(known)] = node
            found.append(node)
        return found


def _outcome(said: Iterable[str]) -> str:
    """Read an outcome off what fired: `name=true`, `name=false`, or neither."""
    # Several rules may say the same: `name=true`, `name=true/1`.
    outcomes = {each.partition("=")[2].partition("/")[0] for each in said}
    if len(outcomes) > 1:
        raise InternalError(f"the inference engine found both: {', '.join(sorted(said))}")
    return outcomes.pop() if outcomes else UNKNOWN


def _getter(names: tuple[str, ...]) -> Callable[[Mapping[str, str]], object]:
    return itemgetter(*names) if names else lambda known: ()


def names_read(definition: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return, for each name whose outcome a program finds, the keys that its rules read."""
    reads: dict[str, dict[str, None]] = {}
    for key, rule in definition.items():
        if "=" in key:
            found = reads.setdefault(key.partition("=")[0], {})
            found.update(dict.fromkeys(_keys(rule["all"])))
    return {name: tuple(key for key in keys if key != "stage") for name, keys in reads.items()}


def _keys(expression: Any) -> Iterator[str]:
    """Yield the keys of facts that an expression of the engine reads."""
    if isinstance(expression, list):
        for part in expression:
            yield from _keys(part)
    elif isinstance(expression, Mapping):
        for key, value in expression.items():
            if key == "m" or key.startswith("$"):
                yield from _keys(value)
            else:
                yield key
