"""Where the files are that ship: rulesets, languages, lexicons, profiles."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def rules_folder() -> Path:
    """Return the folder of the files that ship.

    An installed package carries them inside itself; a checkout (and an editable install) has them
    at the top level of the repository.
    """
    package = Path(__file__).resolve().parents[1]
    inside = package / "rules"
    return inside if inside.is_dir() else package.parents[1] / "rules"


@cache
def lexicon_languages() -> tuple[str, ...]:
    """Return the languages that have a lexicon, without reading one; its file has its name."""
    return tuple(sorted(path.stem for path in (rules_folder() / "lexicon").glob("*.yaml")))
