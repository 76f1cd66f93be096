"""Finds rulesets, profiles and texts: by name among those that ship, or by path."""

from __future__ import annotations

from pathlib import Path

from adjudge.findings import Finding
from adjudge.model.policy import Policy
from adjudge.reading.folder import rules_folder
from adjudge.reading.named import find_document
from adjudge.reading.nodes import read_text
from adjudge.reading.policy import read_policies
from adjudge.source import Source


def shipped_rulesets() -> tuple[str, ...]:
    """Return the names of the rulesets that ship, sorted."""
    return tuple(sorted(path.stem for path in rules_folder().glob("*.yaml")))


def find_ruleset(name: str) -> Path:
    """Return the file of a ruleset given by name (`puppet`) or path (`./acme.yaml`)."""
    return find_document("ruleset", name, shipped_rulesets(), rules_folder())


def load_policies(
    name: str, options: dict[str, str] | None = None
) -> tuple[tuple[Policy, ...], tuple[Finding, ...]]:
    """Read a ruleset by name or path; return its versions, oldest first, and the warnings.

    Raises `InputError` with every problem of the file.
    """
    path = find_ruleset(name)
    return read_policies(Source(str(path), read_text(path)), options)
