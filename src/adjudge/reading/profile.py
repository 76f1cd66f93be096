"""Reads profiles and maps: YAML documents that say how an export becomes tickets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from adjudge.findings import Finding, InputError, did_you_mean
from adjudge.model.fact import PER_RULESET, VOCABULARY, Fact
from adjudge.model.profile import FactColumn, LeftOut, OtherValues, Profile, fold
from adjudge.reading.folder import rules_folder
from adjudge.reading.known import Known, refused_by
from adjudge.reading.named import find_document, is_path, unknown
from adjudge.reading.nodes import Node, parse, read_text
from adjudge.reading.profile_shape import FactColumnDoc, ProfileDoc
from adjudge.reading.structure import structural_findings
from adjudge.source import Source

Spelled = TypeVar("Spelled")

_BASE = Profile("")
_PLAIN_KEYS = (  # a profile that says one of these says all of it
    "recognise",
    "filed_tags",
    "filed_by_cells",
    "dates",
    "zone",
    "day_order",
    "markup",
    "left_out",
    "footer",
    "wide_rows",
    "empty",
    "facts_by_name",
)
_PROBE = datetime(2016, 2, 29, 13, 16, 5, tzinfo=UTC)
_DAY_AND_MONTH = re.compile(r"%([dm])([^%\w]?)%([dm])")
KINDS_OF_DATE = ("iso", "local", "epoch")
_BY_LOCALE = ("%c", "%x")  # their order of day and month is the machine's, not the export's


@cache
def shipped_profiles() -> tuple[Profile, ...]:
    """Read and return the profiles that ship, sorted by name."""
    return tuple(load_profile(name) for name in shipped_profile_names())


def shipped_profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that ship, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def load_profile(name_or_path: str, known: Known | None = None) -> Profile:
    """Read a profile by name (`servicenow`) or a profile or map by path (`./ours.yaml`).

    Raises `InputError` with every problem of the file. `known` is what the rulesets know that the
    export is for: a level or a value that they do not have is a problem too. What ships is not
    held against it, since it is for all.
    """
    path = _find(name_or_path)
    return read_profile(Source(str(path), read_text(path)), known)


def read_profile(source: Source, known: Known | None = None) -> Profile:
    """Read a profile or a map; a name of a file in `extends` is relative to the source's own.

    `known` is as in `load_profile`. Raises `InputError` with every problem.
    """
    return _read(source, (), known)


def profile_files(path: str) -> Iterator[str]:
    """Yield the files that a map is read from: its own, and those that it extends.

    A file that cannot be read is the last one: whoever reads it says why.
    """
    seen: set[Path] = set()
    place = Path(path)
    while place.resolve() not in seen:
        seen.add(place.resolve())
        yield str(place)
        if not place.is_file():  # a pipe is read once
            return
        try:
            roots, _ = parse(Source(str(place), read_text(place)))
        except InputError:
            return
        base = roots[0].mapping().get("extends") if roots else None
        if base is None or not isinstance(base.value, str) or not is_path(base.value):
            return
        place = place.parent / base.value


def _folder() -> Path:
    return rules_folder() / "profiles"


def _find(name: str) -> Path:
    return find_document("profile or map", name, shipped_profile_names(), _folder())


def _base_file(name: str, beside: Path) -> Path:
    """Return the file that a profile in the folder `beside` extends."""
    if is_path(name):
        return beside / name
    if name not in shipped_profile_names():
        raise unknown("profile", name, shipped_profile_names(), beside)
    return _folder() / f"{name}.yaml"


def _read(source: Source, opened: tuple[str, ...], known: Known | None) -> Profile:
    roots, findings = parse(source)
    if not roots and not findings:
        findings.append(
            Finding(
                "empty-profile",
                "the file holds no profile",
                help="start with `profile: NAME`, or with `extends: PROFILE`",
                where=source.name,
            )
        )
    for extra in roots[1:]:
        message = "a file holds one profile"
        findings.append(Finding("profile-shape", message, extra.span, "put each in its own file"))
    profile = _BASE
    ships = _folder().resolve() in Path(source.name).resolve().parents
    here = str(Path(source.name).resolve())
    if roots:
        profile = _Reader(
            source, roots[0], findings, (*opened, here), None if ships else known
        ).read()
    if findings:
        raise InputError(sorted(dict.fromkeys(findings), key=_position))
    other = f"a map that says `extends: {profile.name}`, "
    return replace(profile, changed_by=other if ships else "the map, which then says ")


def _position(finding: Finding) -> tuple[str, int, int]:
    span = finding.span
    return (span.source.name, span.line, span.column) if span else (finding.where or "", 0, 0)


class _Reader:
    """Reads one document; everything that is wrong with it becomes a finding."""

    def __init__(
        self,
        source: Source,
        root: Node,
        findings: list[Finding],
        opened: tuple[str, ...],
        known: Known | None,
    ) -> None:
        self.source = source
        self.root = root
        self.findings = findings
        self.opened = opened
        self.known = known
        self.broken: set[str | int] = set()

    def read(self) -> Profile:
        if not isinstance(self.root.value, dict):
            message = "a profile is a mapping of keys to values"
            self.findings.append(
                Finding("profile-shape", message, self.root.span, "start with `profile: NAME`")
            )
            return _BASE
        document = self._document()
        own = self._own(document)
        base = self._base(document)
        profile = _extended(base, own, document)
        if "id" not in profile.columns and not self.broken & {"columns", "extends"}:
            span = self.root.keys.get("columns", self.root.span)
            message = "no column is named for the `id` of a ticket"
            help = "add `id: COLUMN` under `columns`"
            self.findings.append(Finding("missing-key", message, span, help))
        return profile

    def _document(self) -> ProfileDoc:
        while True:
            try:
                return ProfileDoc.model_validate(self.root.plain())
            except ValidationError as error:
                # What is broken is taken out and the rest is read on: all problems at once.
                for path, finding in structural_findings(error, self.root, ProfileDoc):
                    self.findings.append(finding)
                    self.broken.add(path[0])
                    if finding.code != "unknown-key":
                        path = path[:2] if path[0] in ("columns", "facts") else path[:1]
                    self.root = self.root.without(path)

    def _base(self, document: ProfileDoc) -> Profile:
        """Return the profile that this one extends; the empty one where there is none."""
        name = document.extends
        if name is None:
            return _BASE
        try:
            path = _base_file(name, Path(self.source.name).parent)
            if str(path.resolve()) in self.opened:
                message = f"`{name}` extends itself"
                raise InputError.of("extends-loop", message, help="remove one of the `extends`")
            return _read(Source(str(path), read_text(path)), self.opened, self.known)
        except InputError as error:
            self.broken.add("extends")
            span = self.root.at(("extends",)).span
            for each in error.findings:
                # A problem inside the other file has a place there, and keeps it.
                place = each.span or span
                self.findings.append(Finding(each.code, each.message, place, each.help))
            return _BASE

    def _own(self, document: ProfileDoc) -> Profile:
        """Return what the document itself says, checked."""
        named = document.columns.model_dump(exclude_none=True)
        return Profile(
            name=document.profile or Path(self.source.name).stem,
            title=document.title,
            recognise=tuple(tuple(names) for names in document.recognise),
            columns={part: tuple(names) for part, names in named.items()},
            facts={
                fact: self._fact(fact, each, document.other_values)
                for fact, each in document.facts.items()
                if each is not None
            },
            filed_values=self._filed_values(document.filed_values),
            filed_ranks=self._folded(document.filed_ranks, ("filed_ranks",)),
            filed_tags=document.filed_tags,
            filed_by_cells=tuple(document.filed_by_cells),
            absent=_absent(document),
            dates=self._dates(document.dates),
            zone=self._zone(document.zone),
            day_order=document.day_order,
            markup=document.markup,
            left_out=tuple(
                LeftOut(each.column, each.because, frozenset(map(fold, each.values)))
                for each in document.left_out
            ),
            footer=document.footer,
            wide_rows=document.wide_rows,
            empty=frozenset({"", *map(fold, document.empty)}),
            facts_by_name=document.facts_by_name,
            native_json=document.native_json,
        )

    def _report(
        self, code: str, message: str, path: tuple[str | int, ...], help: str | None = None
    ) -> None:
        self.findings.append(Finding(code, message, self.root.at(path).span, help))

    def _filed_values(self, values: Mapping[str, str]) -> dict[str, str]:
        known = self.known
        for cell, level in values.items():
            if known is not None and not known.has_level(level):
                message = f"`{level}` is no level of {known.rulesets}"
                help = did_you_mean(level, known.levels)
                self._report("unknown-level", message, ("filed_values", cell), help)
        return self._folded(values, ("filed_values",))

    def _fact(self, fact: str, each: FactColumnDoc, other_values: OtherValues) -> FactColumn:
        key = "values" if each.tags is None else "tags"
        path = ("facts", fact, key)
        said = each.values if each.tags is None else each.tags
        if each.values is not None and each.tags is not None:
            message = f"`{fact}` has both `values` and `tags`"
            advice = "use `values` for a cell that holds one, `tags` for a cell that holds several"
            self._report("values-and-tags", message, path, advice)
        values = None if said is None else self._folded(said, path)
        for cell, value in (said or {}).items():
            for called, error in refused_by(self._facts_called(fact), value):
                message = f"`{value}` is no value of `{fact}`: {error}"
                help = did_you_mean(str(value), called.values)
                self._report("value-outside-domain", message, (*path, cell), help)
        tags = each.tags is not None
        return FactColumn(tuple(each.column), values, each.other_values or other_values, tags)

    def _facts_called(self, fact: str) -> list[Fact]:
        """Return what a name may mean: as the rulesets have it, or else as all have it."""
        if self.known is not None and (own := self.known.facts_called(fact)):
            return own
        return [VOCABULARY[fact]] if fact in VOCABULARY and fact not in PER_RULESET else []

    def _folded(self, values: Mapping[str, Spelled], path: tuple[str, ...]) -> dict[str, Spelled]:
        folded: dict[str, Spelled] = {}
        for cell, value in values.items():
            if fold(cell) in folded:
                message = f"`{cell}` is given twice, as case and spaces make no difference"
                self._report("duplicate-key", message, (*path, cell), "remove one of the two")
            folded[fold(cell)] = value
        return folded

    def _dates(self, formats: list[str]) -> tuple[str, ...]:
        order: dict[str, str] = {}
        for index, each in enumerate(formats):
            path: tuple[str | int, ...] = ("dates", index)
            if each in KINDS_OF_DATE:
                continue
            if not _is_date_format(each):
                help = "write `iso`, `local`, `epoch`, or a format such as `%d/%m/%Y %H:%M`"
                self._report("bad-date-format", f"`{each}` is no format of a date", path, help)
            elif found := _DAY_AND_MONTH.search(each):
                first, separator, _ = found.groups()
                if order.setdefault(separator, first) != first:
                    message = f"`{each}` and a format before it put day and month in other orders"
                    help = "an export has one order: keep the one that it has"
                    self._report("ambiguous-dates", message, path, help)
        return tuple(formats)

    def _zone(self, name: str | None) -> str | None:
        try:
            return name if name is None else ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            help = "an IANA name such as Europe/Stockholm, or UTC"
            self._report("unknown-zone", f"there is no time zone `{name}`", ("zone",), help)
            return None


def _is_date_format(text: str) -> bool:
    """Tell whether a date survives being written and read in this format."""
    if any(directive in text for directive in _BY_LOCALE):
        return False
    try:
        read = datetime.strptime(_PROBE.strftime(text), text)
    except (ValueError, re.error):
        return False
    return read.date() == _PROBE.date()


def _absent(document: ProfileDoc) -> frozenset[str]:
    """Return the parts of a ticket that the document says there is no column for."""
    named = document.columns
    return frozenset(part for part in named.model_fields_set if getattr(named, part) is None)


def _column_names(profile: Profile) -> Iterator[tuple[str, ...]]:
    yield from profile.columns.values()
    yield from (each.columns for each in profile.facts.values())


def _extended(base: Profile, own: Profile, document: ProfileDoc) -> Profile:
    """Return `base` with what the document says in its place."""
    said = document.model_fields_set
    no_column = own.absent
    no_fact = document.facts.keys() - own.facts.keys()
    columns = {**base.columns, **own.columns}
    inherited = dict(base.facts)
    if "other_values" in said:
        for fact, each in inherited.items():
            inherited[fact] = replace(each, other_values=document.other_values)
    facts = {**inherited, **own.facts}
    ranks = {**base.filed_ranks, **own.filed_ranks}
    # What a cell is said to mean in the profile itself outranks how its base ranks it.
    ranks = {cell: ranks[cell] for cell in ranks if cell not in own.filed_values}
    # A map that says where the filed level is, or that there is none, has no need of guesses.
    if "filed" in document.columns.model_fields_set:
        said = said | {"filed_by_cells"}
    inherits = [name for name in _PLAIN_KEYS if name not in said]
    extended = Profile(
        name=own.name,
        title=own.title or base.title,
        columns={part: names for part, names in columns.items() if part not in no_column},
        facts={fact: each for fact, each in facts.items() if fact not in no_fact},
        filed_values={**base.filed_values, **own.filed_values},
        filed_ranks=ranks,
        absent=(base.absent - own.columns.keys()) | own.absent,
        # A map that changes a profile changes how JSON is read too, so this is not inherited.
        native_json=own.native_json,
        named=frozenset(fold(name) for names in _column_names(own) for name in names),
        own_facts=frozenset(own.facts),
        **{name: getattr(own, name) for name in _PLAIN_KEYS},
    )
    return replace(extended, **{name: getattr(base, name) for name in inherits})
