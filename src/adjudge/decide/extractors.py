"""Extractors by name: those that ship, and those that installed packages bring.

A package offers one under the entry point group `adjudge.extractors`: an object with the method
`extract` of `adjudge.evidence.Extractor`, or a class or function that makes one without arguments.
One that has a method `naming` is told what the ruleset calls the parts of the product.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import cast

from adjudge.decide.words import lexicon_extractor
from adjudge.evidence import Extractor
from adjudge.findings import AdjudgeError, InputError, did_you_mean

GROUP = "adjudge.extractors"
SHIPPED, LEXICON = "weighed", "lexicon"
"""The names of the extractor that ships, and of the lexicons by themselves."""


def find_extractor(name: str) -> Extractor | None:
    """Return the extractor of that name; None for the one that is used by default.

    Raises `InputError` where there is none, where two packages offer one under the same name, and
    where it cannot be loaded.
    """
    if name == SHIPPED:
        return None
    if name == LEXICON:
        return lexicon_extractor()
    offered = entry_points(group=GROUP)
    found = sorted(
        {(each.value, _package(each)): each for each in offered.select(name=name)}.items()
    )
    if not found:
        names = sorted({SHIPPED, LEXICON, *offered.names})
        message = f"there is no extractor `{name}`"
        raise InputError.of("unknown-extractor", message, help=did_you_mean(name, names))
    if len(found) > 1:
        packages = " and ".join(f"`{_package(each)}`" for _, each in found)
        message = f"{packages} both offer an extractor `{name}`"
        raise InputError.of("extractor-twice", message, help="uninstall one of them")
    return _made(name, found[0][1])


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "an unnamed package"


def _made(name: str, point: EntryPoint) -> Extractor:
    try:
        offered = point.load()
        made = offered() if isinstance(offered, type) or not _extracts(offered) else offered
    except AdjudgeError:
        raise
    except Exception as error:  # whatever a foreign package raises, the caller gets one message
        message = f"the extractor `{name}` of {_package(point)} cannot be loaded: {_said(error)}"
        raise InputError.of("extractor-broken", message, help=f"it is `{point.value}`") from error
    if not _extracts(made):
        message = f"the extractor `{name}` of {_package(point)} has no method `extract`"
        raise InputError.of("extractor-broken", message, help=f"it is `{point.value}`")
    return cast(Extractor, made)


def _extracts(offered: object) -> bool:
    return callable(getattr(offered, "extract", None))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
