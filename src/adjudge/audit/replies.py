"""A site's own templates of replies: a file that says, per ruleset and language, what is written.

replies:
  any:                      # or the name of a ruleset, which comes before `any`
    en:
      downgrade:
        - "Hello,"
        - "Thank you for {ticket}, filed as {filed}: {filed_definition}."
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adjudge.findings import Finding, InputError, did_you_mean, nearest_name
from adjudge.model.language import REPLY_PLACES, places
from adjudge.reading.language import shipped_languages
from adjudge.reading.nodes import Node, parse, read_text
from adjudge.source import Source

ANY = "any"
REPLY_ACTIONS = ("downgrade", "upgrade", "ask", "keep", "set")
Templates = Mapping[tuple[str, str, str], tuple[str, ...]]


class ReplyTemplates:
    """Templates by ruleset (or `any`), language and action."""

    def __init__(self, templates: Templates) -> None:
        self._templates = dict(templates)

    def unused_by(self, ruleset: str, path: str) -> tuple[Finding, ...]:
        """Return a warning where there are templates, and none of them is for a ruleset."""
        names = dict.fromkeys(name for name, _, _ in self._templates)
        if not names or ruleset in names or ANY in names:
            return ()
        message = f"no template of `{path}` is for `{ruleset}`, or for `{ANY}`"
        near = nearest_name(ruleset, names)
        help = f"did you mean `{ruleset}`, where it has `{near}`?"
        if near is None:
            help = "it has some for " + ", ".join(f"`{name}`" for name in names)
        return (Finding("no-replies", message, help=help, severity="warning", where=path),)

    def of(self, ruleset: str, language: str, action: str) -> tuple[str, ...] | None:
        """Return the paragraphs for an action, None where the site has none of its own."""
        for name in (ruleset, ANY):
            found = self._templates.get((name, language, action))
            if found is not None:
                return found
        return None


def read_replies(path: str) -> ReplyTemplates:
    """Read a site's templates; raise `InputError` with every problem of the file."""
    roots, findings = parse(Source(path, read_text(Path(path))))
    templates: dict[tuple[str, str, str], tuple[str, ...]] = {}
    if not findings:
        replies = roots[0].mapping().get("replies") if roots else None
        if replies is None:
            help = "it begins with `replies:`, and under it a ruleset, a language, an action"
            raise InputError.of("no-replies", f"`{path}` has no replies", help=help, where=path)
        for ruleset, languages in replies.mapping().items():
            for language, actions in languages.mapping().items():
                _known(
                    "unknown-language",
                    "language",
                    language,
                    shipped_languages(),
                    languages,
                    findings,
                )
                for action, node in actions.mapping().items():
                    _known("unknown-action", "action", action, REPLY_ACTIONS, actions, findings)
                    templates[ruleset, language, action] = _paragraphs(node, findings)
    if findings:
        raise InputError(findings)
    return ReplyTemplates(templates)


def _known(
    code: str,
    what: str,
    name: str,
    known: tuple[str, ...],
    parent: Node,
    findings: list[Finding],
) -> None:
    if name not in known:
        span = parent.keys.get(name, parent.span)
        message = f"there is no {what} `{name}`"
        findings.append(Finding(code, message, span, did_you_mean(name, known)))


def _paragraphs(node: Node, findings: list[Finding]) -> tuple[str, ...]:
    paragraphs = []
    for item in node.items():
        if not isinstance(item.value, str):
            help = "put it in quotes"
            findings.append(Finding("wrong-type", "a paragraph must be a text", item.span, help))
            continue
        for place in places(item.value):
            if place not in REPLY_PLACES:
                message = f"there is no `{{{place}}}` to put into a reply"
                near = did_you_mean(place, REPLY_PLACES)
                findings.append(Finding("unknown-place", message, item.span, near))
        paragraphs.append(item.value.strip())
    return tuple(paragraphs)
