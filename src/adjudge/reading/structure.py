"""What is wrong with a document's shape, as findings with places, for any kind of document."""

from __future__ import annotations

import re
from functools import cache

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adjudge.findings import Finding, did_you_mean
from adjudge.reading.document import FORMS
from adjudge.reading.nodes import Node
from adjudge.source import Span

Path = tuple[str | int, ...]

# A key of the wrong form is reported under a step of its own, which no node has, and so is what
# may have several forms.
_FORM = re.compile(r"(\[key\]|(list|dict)\[(str|str,str)\])\Z")


def structural_findings(
    error: ValidationError, root: Node, document: type[BaseModel]
) -> list[tuple[Path, Finding]]:
    """Return the problems of a document that is not of the shape `document`, each with its path."""
    found = []
    for problem in error.errors(include_url=False):
        if _is_of_another_form(problem):
            continue
        path = tuple(step for step in problem["loc"] if not _FORM.match(str(step)))
        found.append((path, _finding(problem, path, root, document)))
    return found


def _is_of_another_form(problem: ErrorDetails) -> bool:
    """Say whether a form is missed that the value was not meant to have: it has another one."""
    if not problem["loc"] or not _FORM.match(str(problem["loc"][-1])):
        return False
    if problem["type"] == "dict_type":
        return True
    return problem["type"] == "list_type" and isinstance(problem["input"], dict)


def _finding(problem: ErrorDetails, path: Path, root: Node, document: type[BaseModel]) -> Finding:
    node = root.at(path)
    parent = root.at(path[:-1])
    key = str(path[-1]) if path else ""
    name = _name(path)
    given = problem["input"]
    kind = problem["type"]
    limits = problem.get("ctx", {})
    if kind == "extra_forbidden":
        help = did_you_mean(key, keys_at(path, document))
        return Finding("unknown-key", f"there is no key `{key}` here", _key_span(parent, key), help)
    if kind == "missing":
        message = f"the key `{key}` is missing"
        return Finding("missing-key", message, parent.span, f"add `{key}:`")
    # A sentence is read as one for each language, so that is what it is said not to be.
    sentence = kind == "dict_type" and _may_be_text(_place_of(path, document))
    if kind == "string_type" or sentence:
        return Finding("wrong-type", f"`{name}` {_no_text(given)}", node.span, _text_help(given))
    span, help = node.span, None
    if kind == "string_pattern_mismatch":
        if "[key]" in problem["loc"]:
            span = _key_span(parent, key)
            message = f"`{key}` cannot be a name under `{_name(path[:-1])}`"
        else:
            message = f"`{name}` cannot be `{_shown(given)}`"
        help = FORMS.get(str(limits.get("pattern")))
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        entry = "an entry of " if path and isinstance(path[-1], int) else ""
        message = f"{entry}`{name}` must be keys with values, {_instead(given)}"
        keys = keys_at((*path, key), document)
        help = f"for example `{keys[0]}: …`; the keys are {_listed(keys)}" if keys else None
    elif kind == "list_type":
        message = f"`{name}` must be a list"
        help = "begin each entry with `- `" if isinstance(given, dict) else f"write `[{given}]`"
        help = help if given is not None else None
    elif kind == "literal_error":
        message = f"`{_shown(given)}` is no value of `{name}`"
        if "[key]" in problem["loc"]:
            span, message = _key_span(parent, key), f"there is no key `{key}` here"
        help = did_you_mean(given, re.findall(r"'([^']*)'", str(limits["expected"])))
    elif kind in ("too_long", "too_short"):
        length = int(limits["actual_length"])
        count = "1 entry" if length == 1 else f"{length} entries"
        bound = limits.get("max_length", limits.get("min_length"))
        least = f"at most {bound} can be" if kind == "too_long" else f"at least {bound} has to be"
        message = f"`{name}` has {count}, and {least}"
    elif kind in ("float_type", "float_parsing", "int_type", "int_parsing"):
        message = f"`{name}` must be a number, {_instead(given)}"
    elif kind in ("bool_type", "bool_parsing"):
        message = f"`{name}` must be true or false, {_instead(given)}"
    else:
        message = f"{problem['msg'][:1].lower()}{problem['msg'][1:]}"
        message = f"`{name}`: {message}" if path else message
        span = _key_span(parent, key) if "[key]" in problem["loc"] else span
    return Finding("wrong-value", message, span, help)


def _key_span(parent: Node, key: str) -> Span:
    return parent.keys.get(key, parent.at((key,)).span)


def _no_text(given: object) -> str:
    if _is_by_language(given):
        return "must be one text, and not one for each language"
    number = isinstance(given, int | float)
    return "must be a text" if number else f"must be a text, {_instead(given)}"


def _text_help(given: object) -> str | None:
    if _is_by_language(given):
        return "only sentences are given by language: names of levels, reasons, readings, questions"
    return "put it in quotes" if isinstance(given, int | float) else None


def _is_by_language(given: object) -> bool:
    return isinstance(given, dict) and bool(given) and all(len(str(key)) == 2 for key in given)


def _instead(given: object) -> str:
    """Return what stands in the place of what should stand there."""
    if given is None:
        return "and is empty"
    if isinstance(given, dict):
        return "and not keys with values"
    return "and not a list" if isinstance(given, list) else f"and not `{_shown(given)}`"


def _shown(given: object) -> str:
    text = str(given).lower() if isinstance(given, bool) else str(given)
    return text if len(text) <= 60 else text[:57] + "..."


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _name(path: Path) -> str:
    """Return the key that a path leads to; an item of a list goes by the name of the list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def keys_at(path: Path, document: type[BaseModel]) -> list[str]:
    """Return the keys that the shape `document` allows next to the unknown one at `path`."""
    properties = _place_of(path[:-1], document).get("properties")
    return list(properties) if isinstance(properties, dict) else []


def _may_be_text(place: object) -> bool:
    if not isinstance(place, dict):
        return False
    return place.get("type") == "string" or any(map(_may_be_text, place.get("anyOf", ())))


@cache
def _schema(document: type[BaseModel]) -> dict[str, object]:
    # A file may have thousands of problems, and each is told what would be right.
    return document.model_json_schema()


def _place_of(path: Path, document: type[BaseModel]) -> dict[str, object]:
    """Return the shape of what stands at `path`."""
    schema = _schema(document)
    place: dict[str, object] = schema
    for step in path:
        if isinstance(step, int):
            found = place.get("items", {})
        else:
            properties = place.get("properties")
            found = properties.get(step) if isinstance(properties, dict) else None
            found = found or _entry(place)
        place = _resolved(found, schema)
    return place


def _entry(place: dict[str, object]) -> object:
    """Return the shape of the entries of a mapping whose keys are free, or of a certain form."""
    patterns = place.get("patternProperties")
    if isinstance(patterns, dict):
        return next(iter(patterns.values()))
    return place.get("additionalProperties")


def _resolved(place: object, schema: dict[str, object]) -> dict[str, object]:
    if not isinstance(place, dict):
        return {}
    alternatives = place.get("anyOf")
    if isinstance(alternatives, list):
        resolved = (_resolved(each, schema) for each in alternatives)
        return next((each for each in resolved if "properties" in each), place)
    reference = place.get("$ref")
    definitions = schema.get("$defs")
    if isinstance(reference, str) and isinstance(definitions, dict):
        found = definitions[reference.rsplit("/", 1)[-1]]
        return found if isinstance(found, dict) else {}
    return place
