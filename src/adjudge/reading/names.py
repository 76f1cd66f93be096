"""Names, places and problems: what every part of reading a ruleset document needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from adjudge.findings import Finding, did_you_mean
from adjudge.model.policy import Passage, Text
from adjudge.reading.document import RulesetDoc
from adjudge.reading.nodes import Node

Path = tuple[str | int, ...]


class Names:
    """A ruleset document with its places; names that do not resolve become findings."""

    def __init__(
        self,
        document: RulesetDoc,
        root: Node,
        findings: list[Finding],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.doc = document
        self.root = root
        self.findings = findings
        self.broken = broken
        """Names of parts that are left out because they are broken, which was told already."""
        self._told: set[str] = set()
        self.level_ids = [level.id for level in document.levels]
        self.rule_ids: set[str] = set()
        self.passages = {
            passage.id: self.passage(index) for index, passage in enumerate(document.passages)
        }

    def at(self, *path: str | int) -> Node:
        """Return the node at a path, or the nearest one on the way to it."""
        return self.root.at(path)

    def report(
        self,
        code: str,
        message: str,
        path: Path,
        help: str | None = None,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Add a finding at a path."""
        self.findings.append(Finding(code, message, self.at(*path).span, help, severity))

    def check_name(self, code: str, what: str, name: str, known: Iterable[str], path: Path) -> bool:
        """Say whether a name is known; where it is not, report it with a near one."""
        names = list(known)
        if name in names:
            return True
        if name in self.broken:
            return False
        self.report(code, f"there is no {what} `{name}`", path, did_you_mean(name, names))
        return False

    def text(self, by_language: dict[str, str], path: Path) -> Text:
        """Return a sentence; without languages it is in the ruleset's first one.

        Warns of a sentence in a language that the ruleset does not have, which nobody would ever
        read, and of one that is not there in the first: once nothing is wrong that languages may
        hang on.
        """
        first, *others = self.doc.languages
        texts = {language or first: text for language, text in by_language.items()}
        if any(finding.severity == "error" for finding in self.findings):
            return Text(texts)
        unknown = [each for each in texts if each != first and each not in others]
        for language in unknown:
            if language not in self._told:
                self._told.add(language)
                message = f"`{language}` is none of the ruleset's languages"
                help = did_you_mean(language, self.doc.languages)
                self.report("text-language", message, (*path, language), help, "warning")
        if first not in texts and not unknown:
            message = f"the text is not there in `{first}`, the ruleset's first language"
            self.report("text-language", message, path, f"add `{first}:`", "warning")
        return Text(texts)

    def optional_text(self, by_language: dict[str, str] | None, path: Path) -> Text | None:
        """Return a sentence, or None where there is none."""
        return self.text(by_language, path) if by_language is not None else None

    def cited(self, source: list[str], path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return citations for people, and the ids of the passages among them."""
        if not self.passages:
            return tuple(source), ()
        cited = []
        for name in source:
            if self.check_name(
                "unknown-passage", "passage", name, self.passages, (*path, "source")
            ):
                cited.append(self.passages[name].cite())
        return tuple(dict.fromkeys(cited)), tuple(source)

    def passage(self, index: int) -> Passage:
        """Return the passage at an index; its document must be declared."""
        each = self.doc.passages[index]
        if each.document not in self.doc.documents:
            message = f"there is no document `{each.document}`"
            help = did_you_mean(each.document, self.doc.documents)
            self.report("unknown-document", message, ("passages", index, "document"), help)
        title = self.doc.documents.get(each.document, each.document)
        return Passage(each.id, title, each.section, each.gist, tuple(each.lines), each.informative)

    def level(self, level: str, path: Path) -> str:
        """Return the name of a level, reporting an unknown one."""
        self.check_name("unknown-level", "level", level, self.level_ids, path)
        return level

    def rule_id(self, rule_id: str, path: Path) -> str:
        """Return the id of a rule, reporting one that is taken."""
        if rule_id in self.rule_ids:
            message = f"two rules have the id `{rule_id}`"
            self.report(
                "rule-twice", message, path, "ids name rules in the trail: make them unique"
            )
        self.rule_ids.add(rule_id)
        return rule_id
