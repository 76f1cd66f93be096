"""What is wrong with a document's shape, as findings with places, for any kind of document."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from adjudge.findings import Finding, did_you_mean
from adjudge.reading.nodes import Node

Path = tuple[str | int, ...]


def structural_findings(
    error: ValidationError, root: Node, document: type[BaseModel]
) -> list[tuple[Path, Finding]]:
    """Return the problems of a document that is not of the shape `document`, each with its path."""
    found = []
    for problem in error.errors(include_url=False):
        # A key of the wrong form is reported under a step of its own, which no node has.
        path = tuple(step for step in problem["loc"] if step != "[key]")
        node = root.at(path)
        parent = root.at(path[:-1])
        key = str(path[-1]) if path else ""
        span = parent.keys.get(key, node.span)
        match problem["type"]:
            case "extra_forbidden":
                help = did_you_mean(key, keys_at(path, document))
                finding = Finding("unknown-key", f"there is no key `{key}` here", span, help)
            case "missing":
                message = f"the key `{key}` is missing"
                finding = Finding("missing-key", message, parent.span, f"add `{key}:`")
            case "string_type":
                help = "put it in quotes" if isinstance(node.value, int | float) else None
                finding = Finding("wrong-type", f"`{_name(path)}` must be a text", node.span, help)
            case _:
                message = f"{problem['msg'][:1].lower()}{problem['msg'][1:]}"
                message = f"`{_name(path)}`: {message}" if path else message
                place = span if "[key]" in problem["loc"] else node.span
                finding = Finding("wrong-value", message, place)
        found.append((path, finding))
    return found


def _name(path: Path) -> str:
    """Return the key that a path leads to; an item of a list goes by the name of the list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def keys_at(path: Path, document: type[BaseModel]) -> list[str]:
    """Return the keys that the shape `document` allows next to the unknown one at `path`."""
    schema = document.model_json_schema()
    place: dict[str, object] = schema
    for step in path[:-1]:
        if isinstance(step, int):
            found = place.get("items", {})
        else:
            properties = place.get("properties")
            found = properties.get(step) if isinstance(properties, dict) else None
            found = found or _entry(place)
        place = _resolved(found, schema)
    properties = place.get("properties")
    return list(properties) if isinstance(properties, dict) else []


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
