"""Turns a ruleset file into policies: structure, names, conditions; all findings at once."""

from __future__ import annotations

import hashlib
from datetime import date

from pydantic import ValidationError

from adjudge.findings import Finding, InputError, did_you_mean
from adjudge.model.policy import Policy
from adjudge.reading.build import PolicyBuilder
from adjudge.reading.document import RulesetDoc
from adjudge.reading.nodes import Node, parse
from adjudge.reading.structure import structural_findings
from adjudge.source import Source


def read_policies(
    source: Source, options: dict[str, str] | None = None
) -> tuple[tuple[Policy, ...], tuple[Finding, ...]]:
    """Read a ruleset file: one YAML document a version, in any order.

    `options` chooses among the documented options of the ruleset. Returns the versions, oldest
    first, and the warnings. Raises `InputError` with every finding where there is an error.
    """
    roots, findings = parse(source)
    if not roots and not findings:
        findings.append(
            Finding(
                "empty-ruleset",
                "the file holds no ruleset",
                help="start with `ruleset: NAME`; `adjudge rules show zenput` shows one",
                where=source.name,
            )
        )
    policies: list[Policy] = []
    digest = hashlib.sha256(source.text.encode()).hexdigest()[:12]
    for root in roots:
        policy = _read_version(root, options or {}, findings, digest)
        if policy is not None:
            policies.append(policy)
    _check_versions(policies, roots, findings)
    unique = tuple(dict.fromkeys(findings))
    if any(finding.severity == "error" for finding in unique):
        raise InputError(sorted(unique, key=_position))
    policies.sort(key=lambda policy: policy.effective_from or date.min)
    return tuple(policies), unique


_SENTENCES = ("because", "title", "name", "gist", "description")
_LABELS = (("ruleset",), ("version",), ("title",))


def _position(finding: Finding) -> tuple[int, int]:
    return (finding.span.line, finding.span.column) if finding.span else (0, 0)


def _read_version(
    root: Node, options: dict[str, str], findings: list[Finding], digest: str
) -> Policy | None:
    if not isinstance(root.value, dict):
        message = "a ruleset is a mapping of keys to values"
        findings.append(Finding("ruleset-shape", message, root.span, "start with `ruleset: NAME`"))
        return None
    chosen = _choose(root, options, findings)
    root = _substitute(root, chosen, findings)
    broken: frozenset[str] = frozenset()
    labelled = True
    while True:
        try:
            document = RulesetDoc.model_validate(root.plain())
            policy = PolicyBuilder(document, root, findings, chosen, digest, broken).build()
            # What stands for a broken label is not held against the file's other versions.
            return policy if labelled else None
        except ValidationError as error:
            labelled &= not any(problem["loc"][:1] in _LABELS for problem in error.errors())
            problems = structural_findings(error, root, RulesetDoc)
            findings.extend(finding for _, finding in problems)
            # What is broken is taken out and the rest is read on: all problems at once.
            rest, names = _without_broken(error, root)
            if rest is None:
                return None
            root = rest
            broken |= names


def _without_broken(error: ValidationError, root: Node) -> tuple[Node | None, set[str]]:
    """Return the document without its broken parts, and the names of these.

    The document is None where a needed part is broken.
    """
    rest = root
    paths = set()
    for problem in error.errors():
        path = tuple(problem["loc"])
        if problem["type"] == "missing" and path[-1] in _SENTENCES:
            # Nothing refers to a sentence, so the part can be read on without it.
            rest.at(path[:-1]).mapping()[str(path[-1])] = Node("(missing)", root.span)
        elif path in _LABELS:
            # Nor to what the file calls itself.
            rest.mapping()[str(path[0])] = Node("unusable", root.span)
        else:
            paths.add(_broken_part(problem["type"], path))
    # From the back, so that removing one item of a list does not move the others.
    names: set[str] = set()
    for path in sorted(paths, key=lambda path: [str(step).zfill(8) for step in path], reverse=True):
        if not path or (len(path) == 1 and _is_needed(str(path[0]))):
            return None, names
        if len(path) == 2:
            names.add(str(path[1]))
            own_id = root.at(path).mapping().get("id")
            names.add(str(own_id.value) if own_id is not None else "")
        rest = rest.without(path)
    return rest, names


def _is_needed(key: str) -> bool:
    field = RulesetDoc.model_fields.get(key)
    return field is not None and field.is_required()


def _broken_part(kind: str, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    if kind == "extra_forbidden":
        return path
    if kind == "missing" and len(path) == 1:
        return ()
    if path[0] == "levels" and path[2:3] == ("also",):
        return path[:3]  # no rule refers to a spelling
    # A broken rule is one entry of a list; a broken `residual` is the key itself.
    of_many = isinstance(RulesetDoc.model_fields[str(path[0])].default, list | dict)
    return path[:2] if of_many else path[:1]


def _choose(root: Node, options: dict[str, str], findings: list[Finding]) -> dict[str, str]:
    declared = root.mapping()["options"].mapping() if "options" in root.mapping() else {}
    chosen: dict[str, str] = {}
    for name, node in declared.items():
        entries = node.mapping()
        default = entries["default"].value if "default" in entries else None
        choices = (
            [item.value for item in entries["choices"].items()] if "choices" in entries else []
        )
        wanted = options.get(name, default)
        if wanted not in choices and wanted is not None:  # none at all is told with the shape
            known = [str(choice) for choice in choices]
            message = f"`{wanted}` is no choice of the option `{name}`"
            findings.append(
                Finding("unknown-choice", message, node.span, did_you_mean(str(wanted), known))
            )
        chosen[name] = str(wanted)
    for name in sorted(options.keys() - declared.keys(), key=str):
        message = f"the ruleset has no option `{name}`"
        help = did_you_mean(name, declared) if declared else "it has no options at all"
        findings.append(Finding("unknown-option", message, root.span, help))
    return chosen


def _substitute(node: Node, chosen: dict[str, str], findings: list[Finding]) -> Node:
    if isinstance(node.value, list):
        return Node([_substitute(item, chosen, findings) for item in node.value], node.span)
    if not isinstance(node.value, dict):
        return node
    if set(node.value) == {"option"}:
        name = str(node.value["option"].value)
        if name in chosen:
            return Node(chosen[name], node.span)
        message = f"there is no option `{name}`"
        findings.append(Finding("unknown-option", message, node.span, did_you_mean(name, chosen)))
    entries = {key: _substitute(child, chosen, findings) for key, child in node.value.items()}
    return Node(entries, node.span, node.keys)


def _check_versions(policies: list[Policy], roots: list[Node], findings: list[Finding]) -> None:
    if len(policies) < 2 or len(policies) != len(roots):
        return
    first = policies[0]
    seen: dict[object, Policy] = {}
    for policy, root in zip(policies, roots, strict=True):
        where = root.mapping()
        if policy.name != first.name:
            message = f"this version is of `{policy.name}`, the first one of `{first.name}`"
            help = "a file holds the versions of one ruleset"
            findings.append(Finding("version-name", message, where["ruleset"].span, help))
        for key in (policy.effective_from or date.min, policy.version):
            if key in seen:
                message = "two versions have the same `version` or `effective_from`"
                help = "give each version a name and a date of its own"
                findings.append(Finding("version-twice", message, where["version"].span, help))
                break
            seen[key] = policy
