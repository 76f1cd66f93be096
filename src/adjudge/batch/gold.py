"""Gold: what careful readers found in tickets, one JSON object a line.

`{"id": …, "facts": {…}}`, and where wanted `ruleset` (by which the ticket is decided), `level` and
`verdict` (else they follow from the gold facts).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adjudge.findings import Finding, InputError, did_you_mean, no_such_file

_KEYS = ("id", "facts", "ruleset", "level", "verdict", "kinds")
_FORM = 'write {"id": "T-1", "facts": {"environment": "staging"}} on a line of its own'


@dataclass(frozen=True, slots=True)
class Gold:
    """What is true of one ticket; `facts` as JSON has them."""

    id: str
    facts: Mapping[str, object]
    ruleset: str | None = None
    level: str | None = None
    verdict: str | None = None
    kinds: tuple[str, ...] = ()


def read_gold(path: str) -> dict[str, Gold]:
    """Read a gold file; raises `InputError` with every line that cannot be used."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise no_such_file(path) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        message = f"`{path}` cannot be read: {reason.lower()}"
        raise InputError.of("file-unreadable", message, where=path) from None
    found: dict[str, Gold] = {}
    findings: list[Finding] = []
    _check_form(path, text)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            gold = _gold(line, f"{path}:{number}", findings)
            if gold is not None and gold.id in found:
                message = f"ticket `{gold.id}` is given twice"
                findings.append(Finding("gold-twice", message, where=f"{path}:{number}"))
            elif gold is not None:
                found[gold.id] = gold
    if findings:
        raise InputError(findings)
    return found


def _check_form(path: str, text: str) -> None:
    """Raise `InputError` where no line is an object of JSON: it is another kind of file."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and not any(map(_is_object, lines)):
        message = f"`{path}` is not JSON lines, in which gold is written: no line is a JSON object"
        raise InputError.of("not-json", message, help=_FORM, where=path)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def _gold(line: str, where: str, findings: list[Finding]) -> Gold | None:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        findings.append(Finding("not-json", f"not JSON: {error.msg.lower()}", where=where))
        return None
    if (
        not isinstance(entry, dict)
        or not isinstance(entry.get("facts"), dict)
        or not entry.get("id")
    ):
        findings.append(Finding("gold-shape", "no `id` or no `facts`", help=_FORM, where=where))
        return None
    for key in entry.keys() - set(_KEYS):
        help = did_you_mean(key, _KEYS)
        findings.append(Finding("unknown-key", f"no key `{key}`", help=help, where=where))
    return Gold(
        str(entry["id"]),
        entry["facts"],
        entry.get("ruleset"),
        entry.get("level"),
        entry.get("verdict"),
        tuple(entry.get("kinds") or ()),
    )
