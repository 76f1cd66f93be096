"""Reads the languages that ship: one file each in `rules/languages`."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError

from adjudge.findings import InputError
from adjudge.model.language import FactWords, Language
from adjudge.reading.folder import rules_folder
from adjudge.reading.nodes import parse, read_text
from adjudge.reading.structure import structural_findings
from adjudge.source import Source


class _FactDoc(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str
    question: str
    values: dict[str, str] = {}
    number: dict[str, str] = {}
    words: dict[str, str] = {}
    states: dict[str, str] = {}


class _LanguageDoc(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: str
    facts: dict[str, _FactDoc]
    phrases: dict[str, object]


@cache
def shipped_languages() -> tuple[str, ...]:
    """Return the codes of the languages that ship, sorted."""
    return tuple(sorted(path.stem for path in (rules_folder() / "languages").glob("*.yaml")))


def check_language(code: str) -> None:
    """Raise `InputError` where there are no texts in a language."""
    if code not in shipped_languages():
        raise InputError.of(
            "unknown-language",
            f"there are no texts in the language `{code}`",
            help="known here: " + ", ".join(f"`{each}`" for each in shipped_languages()),
        )


@cache
def load_language(code: str) -> Language:
    """Read one of the languages that ship. Raises `InputError` where there is no such language."""
    check_language(code)
    path = rules_folder() / "languages" / f"{code}.yaml"
    roots, findings = parse(Source(str(path), read_text(path)))
    if findings:
        raise InputError(findings)
    try:
        document = _LanguageDoc.model_validate(roots[0].plain())
    except ValidationError as error:
        problems = structural_findings(error, roots[0], _LanguageDoc)
        raise InputError(finding for _, finding in problems) from None
    facts = {
        name: FactWords(
            each.label, each.question, each.values, {**each.number, **each.words}, each.states
        )
        for name, each in document.facts.items()
    }
    phrases: dict[str, str] = {}
    replies: dict[str, tuple[str, ...]] = {}
    _flatten(document.phrases, "", phrases, replies)
    return Language(document.language, facts, phrases, replies)


def _flatten(
    tree: dict[str, object],
    prefix: str,
    phrases: dict[str, str],
    replies: dict[str, tuple[str, ...]],
) -> None:
    for key, value in tree.items():
        if isinstance(value, dict):
            _flatten(value, f"{prefix}{key}.", phrases, replies)
        elif isinstance(value, list):
            replies[key] = tuple(str(paragraph).strip() for paragraph in value)
        else:
            phrases[prefix + key] = str(value)
