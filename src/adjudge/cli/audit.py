"""`adjudge audit`: which tickets were filed under a wrong level, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

import click

from adjudge.audit.bulk import check_not_masked
from adjudge.audit.finding import Telling
from adjudge.audit.model import Audit
from adjudge.audit.plan import HOURS_EACH, Plan
from adjudge.audit.run import Auditor, compared, requesters
from adjudge.audit.scope import scope_of
from adjudge.audit.statistics import SMALL
from adjudge.audit.told import Override
from adjudge.batch.classify import Wishes
from adjudge.batch.summary import cut_line, dropped_line, foreign_line
from adjudge.batch.write import reject_line
from adjudge.batch.write_file import STDOUT, whole_file
from adjudge.cli.audit_output import (
    OUTPUTS,
    bulk_targets,
    output_kind,
    print_terminal,
    say_brief,
    say_rejected,
    say_rejected_before,
    write_bulk,
    write_output,
    write_sample,
)
from adjudge.cli.command import Command
from adjudge.cli.console import progress, say, warn
from adjudge.cli.exports import opened_for, say_how_read, warn_of_no_rows
from adjudge.cli.files import EXPORT, check_files, check_is_table
from adjudge.cli.main import DOES_NOT_HOLD
from adjudge.cli.options import (
    AnyWhole,
    Number,
    Percent,
    Whole,
    date_of,
    decision_options,
    input_options,
    jobs_option,
    pairs_of,
    ruleset_options,
)
from adjudge.cli.refused import check_decided, check_within
from adjudge.decide import Ruleset, load
from adjudge.findings import InputError
from adjudge.tickets.export import Export, Reject

_DAY: Any = {"callback": date_of, "metavar": "DATE"}
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FILE",
        help=f"Write the report here ({' '.join(OUTPUTS)}); may be given several times. Default: a "
        "view for the terminal. `-` writes JSON to standard output.",
    ),
    click.option("--level", metavar="LEVEL", help="The level to audit. Default: the most urgent."),
    click.option("--all-levels", is_flag=True, help="Audit every level at once."),
    click.option("--since", **_DAY, help="Only tickets created on this day or later."),
    click.option("--until", **_DAY, help="Only tickets created on this day or earlier."),
    click.option(
        "--overrides",
        metavar="FILE",
        help="Your own decisions on tickets (.yaml .csv): ticket, level, who, why, until.",
    ),
    click.option(
        "--judged-on",
        **_DAY,
        help="The day on which those decisions must still hold. Default: the last day of creation "
        "in the export.",
    ),
    click.option("--replies", metavar="FILE", help="Your own templates of replies (.yaml)."),
    click.option(
        "--compare",
        metavar="EXPORT",
        help="An earlier export: what changed since. Read with the same profile and dates ignored.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        callback=pairs_of,
        metavar="PART=NAME",
        help="The column that holds a part: product, channel, present, corrected_at, "
        "first_response_at, first_response_minutes, first_response_hours.",
    ),
    click.option(
        "--group-by", multiple=True, metavar="COLUMN", help="Group by this column of yours too."
    ),
    click.option(
        "--small",
        type=Whole(1),
        default=SMALL,
        show_default=True,
        help="Groups of fewer tickets are shown and not compared.",
    ),
    click.option(
        "--hours-per-false",
        type=Number(0),
        default=HOURS_EACH,
        show_default=True,
        help="Assumed engineer hours that a ticket filed too high takes.",
    ),
    click.option(
        "--redact",
        is_flag=True,
        help="Mask e-mail addresses, phone numbers and names of requesters in every output.",
    ),
    click.option(
        "--note",
        "notes",
        multiple=True,
        metavar="TEXT",
        help="A line for the head of every report, such as where the data is from.",
    ),
    click.option("--everything", is_flag=True, help="List the confirmed tickets too."),
    click.option("--sample", type=Whole(1), help="Draw so many tickets for review."),
    click.option("--seed", type=AnyWhole(), help="Draws another sample. Default: 0."),
    click.option("--review", metavar="FILE", help="Write the sample here (.csv)."),
    click.option(
        "--bulk",
        "bulk",
        multiple=True,
        callback=pairs_of,
        metavar="SYSTEM=FILE",
        help="Write a CSV for a bulk update of zendesk, jira or servicenow. Nothing is sent.",
    ),
    click.option(
        "--bulk-word",
        "bulk_words",
        multiple=True,
        callback=pairs_of,
        metavar="LEVEL=WORD",
        help="The priority that a level is called there.",
    ),
    click.option(
        "--bulk-agreed",
        is_flag=True,
        help="Put changes that need the customer's word into it too: you have asked.",
    ),
    click.option(
        "--rejects",
        "rejects_file",
        metavar="FILE",
        help="Write rows that cannot be used here, as JSON lines.",
    ),
    click.option(
        "--fail-over",
        type=Percent(0, 100),
        metavar="PERCENT",
        help="Exit with 1 where the misfile rate is above this.",
    ),
)


def _audit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class _Call:
    """What was asked for, checked before anything is read."""

    ruleset: Ruleset
    wishes: Wishes
    plan: Plan
    profile: str | None
    map_file: str | None
    jobs: int

    def open(self, path: str) -> Export:
        """Open an export as the call says."""
        return opened_for(self.ruleset, path, self.profile, self.map_file)


@click.command(cls=Command)
@click.argument("export")
@ruleset_options
@input_options
@_audit_options
@decision_options
@jobs_option
@click.pass_context
def audit(ctx: click.Context, /, export: str, **asked: Any) -> None:
    """Find the tickets of EXPORT that were filed under a wrong level: the picture, the reasons, and
    what to do about each.
    """
    kinds = [(path, output_kind(path)) for path in asked["outputs"]]
    targets = bulk_targets(asked["bulk"])
    if asked["redact"]:  # found out before anything is written
        for system, _ in targets:
            check_not_masked(system)
    _check(asked)
    for path in (asked["review"], *asked["bulk"].values()):
        check_is_table(path)
    _check_files(export, asked)
    call = _call(export, asked)
    words = _words(call.ruleset, asked["bulk_words"])
    lines: list[str] = []
    auditor, found = _run(call, export, asked["rejects_file"], lines if asked["compare"] else None)
    gate = asked["fail_over"] is not None
    check_within(export, found.summary.counts.audited, auditor.outside_days, gate=gate)
    earlier: Audit | None = None
    before: list[str] = []
    if asked["compare"]:
        earlier = _before(call, asked["compare"], before)
        found = compared(found, earlier)
    for path, kind in kinds:
        write_output(found, path, kind)
    if asked["sample"]:
        write_sample(auditor.sampled(), found.meta, asked["review"], asked["sample"])
    for system, path in targets:
        write_bulk(found, system, path, words, agreed=asked["bulk_agreed"])
    if kinds:
        say_brief(found)
    else:
        print_terminal(found)
    say_rejected(found, asked["rejects_file"])
    if earlier is not None:
        say_rejected_before(earlier, asked["compare"], asked["rejects_file"], (lines, before))
    if _over(found, asked["fail_over"]):
        ctx.exit(DOES_NOT_HOLD)


def _check(asked: dict[str, Any]) -> None:
    pairs = (
        (
            asked["level"] and asked["all_levels"],
            "`--level` and `--all-levels` are both given",
            None,
        ),
        (asked["sample"] and not asked["review"], "`--sample` needs a file", "add `--review FILE`"),
        (asked["review"] and not asked["sample"], "`--review` needs a number", "add `--sample N`"),
        (
            asked["seed"] is not None and not asked["sample"],
            "`--seed` needs a sample to draw",
            "add `--sample N` and `--review FILE`",
        ),
        (
            asked["bulk_words"] and not asked["bulk"],
            "`--bulk-word` needs a table of changes",
            "add `--bulk SYSTEM=FILE`",
        ),
        (
            asked["bulk_agreed"] and not asked["bulk"],
            "`--bulk-agreed` needs a table of changes",
            "add `--bulk SYSTEM=FILE`",
        ),
        (
            asked["judged_on"] and not asked["overrides"],
            "`--judged-on` needs decisions to hold against that day",
            "add `--overrides FILE`",
        ),
        (
            asked["since"] and asked["until"] and asked["since"] > asked["until"],
            "`--since` is after `--until`",
            "swap the two",
        ),
    )
    for wrong, message, help in pairs:
        if wrong:
            raise InputError.of("bad-call", message, help=help)


def _check_files(export: str, asked: dict[str, Any]) -> None:
    options = ("ruleset", "compare", "overrides", "replies")
    check_files(
        (
            (EXPORT, export),
            *((f"--{name}", asked[name]) for name in options),
            ("--map", asked["map_file"]),
        ),
        (
            *(("a report", path) for path in asked["outputs"] or (STDOUT,)),
            ("the rejects", asked["rejects_file"]),
            ("the sample", asked["review"]),
            *((f"the changes for {name}", path) for name, path in asked["bulk"].items()),
        ),
    )


def _call(export: str, asked: dict[str, Any]) -> _Call:
    from adjudge.audit.overrides import read_overrides
    from adjudge.audit.replies import read_replies

    ruleset = load(asked["ruleset"], options=asked["options"], extractor=asked["extractor"])
    warn(ruleset.warnings)
    compiled = ruleset.compiled
    overrides: tuple[Override, ...] = ()
    if asked["overrides"]:
        overrides = read_overrides(asked["overrides"], compiled.filed_level, compiled.level_ids)
    replies = read_replies(asked["replies"]) if asked["replies"] else None
    if replies is not None:
        warn(replies.unused_by(ruleset.name, asked["replies"]))
    language: str | None = asked["language"]
    plan = Plan(
        scope=scope_of(ruleset, asked["level"], asked["all_levels"]),
        since=asked["since"],
        until=asked["until"],
        overrides=overrides,
        judged_on=asked["judged_on"],
        columns=asked["columns"],
        group_by=asked["group_by"],
        hours_each=asked["hours_per_false"],
        small=asked["small"],
        everything=asked["everything"],
        sample=asked["sample"] or 0,
        seed=asked["seed"] or 0,
        notes=asked["notes"],
        telling=Telling(language, None, replies),
    )
    wishes = Wishes(asked["when_uncertain"], asked["as_of"], language, asked["text"])
    call = _Call(ruleset, wishes, plan, asked["profile"], asked["map_file"], asked["jobs"])
    return _redacting(call, export, asked["compare"]) if asked["redact"] else call


def _redacting(call: _Call, *exports: str | None) -> _Call:
    """Return the call with a redactor that knows every requester of the exports.

    The names are collected before anything is told, so that a name is masked in tickets that come
    before its owner's own. Standard input is read once, so there a name is known from its first
    ticket on.
    """
    from dataclasses import replace

    from adjudge.audit.redact import Redactor

    redactor = Redactor()
    for path in exports:
        if path == "-":
            say(
                "standard input is read once: a requester's name is masked from its first ticket on"
            )
        elif path is not None:
            for name in requesters(call.open(path)):
                redactor.learn(name)
    telling = replace(call.plan.telling, redactor=redactor)
    return replace(call, plan=replace(call.plan, telling=telling))


def _run(
    call: _Call,
    path: str,
    rejects_file: str | None,
    lines: list[str] | None,
    named: str | None = None,
) -> tuple[Auditor, Audit]:
    """Audit an export; its rejects become `lines`, too, which are `named` like it."""
    source = call.open(path)
    auditor = Auditor(source, call.ruleset, call.wishes, call.plan)
    say_how_read(path, source, also=auditor.columns_beside)
    with ExitStack() as stack:
        advance = stack.enter_context(progress("auditing", source.size_bytes))
        streams: list[IO[str]] = []

        def rejected(reject: Reject) -> None:
            line = reject_line(reject, named)
            if lines is not None:
                lines.append(line)
            # The file is made with the first reject: no rejects, no file.
            if not streams and rejects_file is not None:
                streams.append(stack.enter_context(whole_file(rejects_file)))
            for stream in streams:
                stream.write(line + "\n")

        found = auditor.run(advance, rejected, call.jobs)
    if auditor.dropped:
        say(dropped_line(auditor.dropped))
    if auditor.cut:
        say(cut_line(auditor.cut))
    if auditor.foreign:
        say(foreign_line(auditor.foreign))
    warn((*source.remarks(), *auditor.remarks()))
    counts = found.summary.counts
    warn_of_no_rows(path, counts.rows)
    if counts.audited or not counts.outside:  # else the dates are what is to be told of
        # The audit's own list of rejects is the one that is masked where that is asked for.
        reasons = [each.reasons for each in found.rejected]
        check_decided(path, source, call.ruleset, auditor.counts, reasons)
    return auditor, found


def _before(call: _Call, path: str, lines: list[str]) -> Audit:
    """Audit the earlier export; its rejects become `lines` of a file of rejects, with its name."""
    from dataclasses import replace

    # The dates choose among the tickets of now; what was before is all of the other export.
    plan = replace(call.plan, since=None, until=None, sample=0, everything=False)
    return _run(replace(call, plan=plan), path, None, lines, path)[1]


def _words(ruleset: Ruleset, given: dict[str, str]) -> dict[str, str]:
    from adjudge.findings import did_you_mean

    words = {}
    for spelled, word in given.items():
        level = ruleset.compiled.filed_level(spelled)
        if level is None:
            help = did_you_mean(spelled, ruleset.compiled.level_ids)
            message = f"`{spelled}` is no level of `{ruleset.name}`"
            raise InputError.of("unknown-level", message, help=help)
        words[level] = word
    return words


def _over(found: Audit, limit: float | None) -> bool:
    share = found.summary.overfiled.share
    if limit is None or share is None or share * 100 <= limit:
        return False
    say(f"the misfile rate of {share * 100:.1f} % is over {limit:g} %")
    return True
