"""Rulesets as callers see them: load one, decide with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeAlias

from adjudge.decide.case import case_of
from adjudge.decide.compiled import CompiledPolicy
from adjudge.decide.decision import Decision, Packed
from adjudge.decide.extractors import find_extractor
from adjudge.decide.facts import add_derived, add_windows, stated_facts
from adjudge.decide.filed import read_filed
from adjudge.decide.results import Circumstances, WhenUncertain
from adjudge.decide.words import WordsUsed, add_words, read_words
from adjudge.evidence import Extractor, TextFacts
from adjudge.findings import Finding, InputError, check_call, did_you_mean
from adjudge.model.policy import Policy
from adjudge.reading.language import check_language
from adjudge.reading.library import load_policies
from adjudge.tickets.filed_column import Levels
from adjudge.tickets.ticket import Ticket

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    Frame: TypeAlias = pl.DataFrame | pl.LazyFrame | pa.Table

_NO_WORDS = WordsUsed()
MODES = ("proven", "cautious", "filed")


def load(
    name: str | Path,
    *,
    version: str | None = None,
    options: Mapping[str, str] | None = None,
    extractor: Extractor | str | None = None,
) -> Ruleset:
    """Load a ruleset by name (`puppet`) or path (`./acme.yaml`).

    `version` keeps only that version, whatever a ticket's date. `options` chooses among the
    ruleset's documented options. `extractor` reads the words of its tickets: an object, or the
    name of an installed one; None is the one that ships. Raises `InputError` with every problem of
    the file, and for an extractor that cannot be had.
    """
    check_call(isinstance(name, str | PurePath), "name", name, "a name or a path")
    check_call(version is None or isinstance(version, str), "version", version, "a text")
    mapped = options is None or isinstance(options, Mapping)
    check_call(mapped, "options", options, "choices by the options' names")
    for option, choice in (options or {}).items():
        check_call(isinstance(choice, str), f"options, {option}", choice, "a text")
    _check_extractor(extractor)
    policies, warnings = load_policies(str(name), dict(options or {}))
    if version is not None:
        chosen = tuple(policy for policy in policies if policy.version == version)
        if not chosen:
            known = [policy.version for policy in policies]
            message = f"`{policies[0].name}` has no version `{version}`"
            raise InputError.of("unknown-version", message, help=did_you_mean(version, known))
        policies = tuple(replace(policy, effective_from=None) for policy in chosen)
    return Ruleset(policies, warnings, extractor)


class Ruleset:
    """A vendor's policy in all its versions. Safe to use from several threads.

    `warnings` are the findings of its file that do not keep it from deciding. `extractor` is what
    was chosen to read words, as it was given.
    """

    def __init__(
        self,
        policies: Iterable[Policy],
        warnings: Iterable[Finding] = (),
        extractor: Extractor | str | None = None,
    ) -> None:
        chosen = find_extractor(extractor) if isinstance(extractor, str) else extractor
        policies = tuple(policies) if isinstance(policies, Iterable) else ()
        of_policies = bool(policies) and all(isinstance(each, Policy) for each in policies)
        check_call(of_policies, "policies", policies, "policies; `adjudge.load(NAME)` has them")
        self._versions = tuple(CompiledPolicy(policy, chosen) for policy in policies)
        self.warnings = tuple(warnings)
        self.extractor = extractor

    def __reduce__(self) -> tuple[type[Ruleset], tuple[object, ...]]:
        """Travel to another process as policies, to be compiled there.

        An extractor that was chosen by name is found by it again; one that was given travels.
        """
        return type(self), (self.versions, self.warnings, self.extractor)

    def __repr__(self) -> str:
        versions = ", ".join(each.policy.version for each in self._versions)
        return f"<Ruleset {self.name} ({versions})>"

    @property
    def name(self) -> str:
        """The name of the ruleset."""
        return self.policy.name

    @property
    def policy(self) -> Policy:
        """The newest version."""
        return self._versions[-1].policy

    @property
    def versions(self) -> tuple[Policy, ...]:
        """Every version, oldest first."""
        return tuple(each.policy for each in self._versions)

    @property
    def compiled(self) -> CompiledPolicy:
        """The newest version, compiled: its table and its inference."""
        return self._versions[-1]

    @property
    def spelled_levels(self) -> Levels:
        """How the levels of the newest version may be spelled."""
        return Levels(self.name, frozenset(self.compiled.filed_names))

    @property
    def compiled_versions(self) -> tuple[CompiledPolicy, ...]:
        """Every version, compiled, oldest first."""
        return self._versions

    def compiled_at(self, moment: date | None) -> CompiledPolicy:
        """Return the version in force on a date; without a date, the newest.

        Raises `InputError` where none was in force yet.
        """
        if moment is None or (len(self._versions) == 1 and not self.policy.effective_from):
            return self._versions[-1]
        for each in reversed(self._versions):
            begins = each.policy.effective_from
            if begins is None or begins <= moment:
                return each
        first = self._versions[0].policy.effective_from
        raise InputError.of(
            "no-version-in-force",
            f"no version of `{self.name}` was in force on {moment} (the first begins {first})",
            help="choose another date with `--as-of DATE` (`as_of=` in the library)",
        )

    def in_force(self, ticket: Ticket, as_of: date | None = None) -> CompiledPolicy:
        """Return the version that decides a ticket: of its day, or of `as_of`.

        Raises `InputError` where none was in force yet.
        """
        check_day(as_of)
        created = ticket.created_at
        if created is not None:
            if created.tzinfo is None:
                message = f"the time {created.isoformat()} of `created_at` has no zone"
                help = "without it, nobody knows when it was: use `tzinfo`"
                raise InputError.of("bad-call", message, help=help)
            as_of = as_of or created.date()
        return self.compiled_at(as_of)

    def read(
        self,
        ticket: Ticket,
        extractor: Extractor | str | None = None,
        *,
        as_of: date | None = None,
    ) -> TextFacts:
        """Return the facts that a ticket's words state, each with its quote, deciding nothing.

        They are read by `extractor` (an object or a name), else by the one with which the ruleset
        was loaded. The one that ships knows the parts of the product as the version in force names
        them. Raises `InputError` where none was in force, and where the extractor fails.
        """
        check_call(isinstance(ticket, Ticket), "ticket", ticket, "a `Ticket`")
        _check_extractor(extractor)
        compiled = self.in_force(ticket, as_of)
        return read_words(ticket, _extractor(extractor, compiled))

    def decide(
        self,
        ticket: Ticket | Mapping[str, object],
        filed: str | None = None,
        *,
        text: bool = True,
        extractor: Extractor | str | None = None,
        when_uncertain: WhenUncertain = "proven",
        as_of: date | None = None,
        language: str | None = None,
    ) -> Decision:
        """Decide a ticket, or bare facts (fact name -> value as JSON has it).

        `filed` is the level as the customer filed it (for a `Ticket` its own `filed` stands where
        this is None). Facts that the ticket's words state are read by `extractor` (an object or a
        name; where it is None, as the ruleset was loaded), unless `text` is False; stated facts
        outrank them. `as_of` decides by the version in force on that date instead of the ticket's.
        `language` chooses the language of the texts among those that ship.

        Raises `InputError` with every problem: an unknown fact or level, a value outside its
        domain, facts that contradict each other.
        """
        check_wishes(when_uncertain, language)
        _check_extractor(extractor)
        if not isinstance(ticket, Ticket):
            mapped = isinstance(ticket, Mapping)
            check_call(mapped, "ticket", ticket, "a `Ticket`, or facts by their names")
            ticket = Ticket("", facts=ticket)
        check_call(filed is None or isinstance(filed, str), "filed", filed, "a text")
        compiled = self.in_force(ticket, as_of)
        findings: list[Finding] = []
        known = stated_facts(compiled.policy, ticket.facts, ticket.fields, findings)
        as_filed = read_filed(compiled, ticket, filed, findings)
        if findings:
            raise InputError(findings)
        words = _NO_WORDS
        if text and (ticket.subject or ticket.description):
            read = read_words(ticket, _extractor(extractor, compiled))
            words = add_words(compiled.policy, known, read, compiled.consistent)
        add_windows(compiled.policy, known, ticket.created_at)
        add_derived(compiled.policy, known)
        case, presumed = case_of(compiled, known, words.conflicts)
        circumstances = Circumstances(
            known,
            presumed,
            as_filed.level,
            as_filed.by_default,
            ticket.id or None,
            ticket.created_at,
            when_uncertain,
            language or self.policy.spoken(ticket.language),
            words,
            as_filed.written,
        )
        return Decision(compiled, compiled.answer(case), circumstances)

    def unpacked(self, packed: Packed) -> Decision:
        """Return a decision that was packed, perhaps in another process, by this ruleset."""
        compiled = next(each for each in self._versions if each.policy.version == packed.version)
        return Decision(compiled, compiled.answer(packed.case), packed.circumstances)

    def decide_frame(
        self,
        frame: Frame,
        *,
        when_uncertain: WhenUncertain = "proven",
        as_of: date | None = None,
        language: str | None = None,
    ) -> pl.DataFrame:
        """Decide a Polars frame of tickets; return a frame of decisions, a row for each row.

        A lazy frame is collected; any other table that speaks Arrow is taken, too. See
        `adjudge.batch.frames` for the columns. Raises `InputError` for what is no frame, and where
        a column `id` is missing or a fact has two columns.
        """
        # The method belongs to what callers know; deciding by columns is built on deciding.
        frames = import_module("adjudge.batch.frames")
        decided: pl.DataFrame = frames.decide_frame(
            frame, self, when_uncertain=when_uncertain, as_of=as_of, language=language
        )
        return decided


def _extractor(chosen: Extractor | str | None, compiled: CompiledPolicy) -> Extractor:
    """Return what a call asks for, else what the ruleset was loaded with."""
    if isinstance(chosen, str):
        return compiled.extractor_named(chosen)
    return compiled.extractor if chosen is None else compiled.extractor_told(chosen)


def _check_extractor(given: object) -> None:
    reads = given is None or isinstance(given, str) or hasattr(given, "extract")
    check_call(reads, "extractor", given, "a name, or an object with the method `extract`")


def check_day(as_of: date | None) -> None:
    """Raise `InputError` for a day to decide by that is no date, or has a time."""
    day = isinstance(as_of, date) and not isinstance(as_of, datetime)
    check_call(as_of is None or day, "as_of", as_of, "a date without a time")


def check_wishes(when_uncertain: str, language: str | None) -> None:
    """Raise `InputError` for a way to report uncertain levels, or a language, that is none."""
    check_call(isinstance(when_uncertain, str), "when_uncertain", when_uncertain, "a text")
    check_call(language is None or isinstance(language, str), "language", language, "a text")
    if when_uncertain not in MODES:
        message = f"`{when_uncertain}` is no way to report an uncertain level"
        raise InputError.of("bad-call", message, help=did_you_mean(when_uncertain, MODES))
    if language is not None:
        check_language(language)
