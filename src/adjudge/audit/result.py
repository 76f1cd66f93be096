"""Books as an audit: what was counted, put into the form that reports are made of."""

from __future__ import annotations

from adjudge.audit.books import Books
from adjudge.audit.listed import Listed
from adjudge.audit.model import Audit, Counts, Meta, Summary
from adjudge.audit.picture import Effort, Spelling
from adjudge.audit.statistics import rate
from adjudge.decide.wording import wording

_SPELLINGS = 100  # spellings of priorities that are listed


def audit_of(books: Books, tickets: Listed) -> Audit:
    """Return the audit that closed books and their listed tickets make."""
    judge, tallies = books.judge, books.tallies
    plan, policy = judge.plan, judge.ruleset.policy
    words = wording(plan.telling.language or policy.languages[0])
    overall = tallies.overfiled(plan.small)
    return Audit(
        meta=_meta(books),
        summary=_summary(books),
        matrix=tallies.cells(),
        groups=tuple(
            each.grouping(name, judge.columns.column_of(name), overall, plan.small)
            for name, each in tallies.groups.items()
            if each.by_name
        ),
        weeks=tuple(tallies.weeks.tallies(overall, plan.small)),
        failing=tallies.failing(words, plan.small),
        missing=tallies.missing(policy, words, plan.small),
        overrides=books.overrides(),
        comparison=None,
        rejected=tuple(books.refused),
        tickets=tickets,
    )


def _meta(books: Books) -> Meta:
    from adjudge import __version__

    judge, day = books.judge, books.judged_on
    plan, policy = judge.plan, judge.ruleset.policy
    return Meta(
        export=judge.export.path,
        profile=judge.export.profile.name,
        ruleset=policy.name,
        ruleset_version=policy.version,
        ruleset_title=policy.title,
        vendor=policy.vendor,
        level=plan.scope.level,
        levels=tuple(
            (each.id, each.name.in_language(plan.telling.language)) for each in policy.levels
        ),
        since=plan.since.isoformat() if plan.since else None,
        until=plan.until.isoformat() if plan.until else None,
        first_created=books.first.isoformat() if books.first else None,
        last_created=books.last.isoformat() if books.last else None,
        judged_on=day.isoformat() if day else None,
        redacted=plan.telling.redactor is not None,
        language=plan.telling.language,
        when_uncertain=judge.wishes.when_uncertain,
        options=dict(policy.chosen),
        adjudge_version=__version__,
        notes=plan.notes,
        spellings=_spellings(books),
    )


def _spellings(books: Books) -> tuple[Spelling, ...]:
    redactor = books.judge.plan.telling.redactor
    counts = sorted(books.run.by_filed.items(), key=lambda each: (-each[1], str(each[0])))
    return tuple(
        Spelling(redactor.text(written) if redactor else written, level, rank, tickets)
        for (written, level, rank), tickets in counts[:_SPELLINGS]
    )


def _summary(books: Books) -> Summary:
    run, tallies = books.run, books.tallies
    small, filed, hours = books.judge.plan.small, tallies.filed, books.judge.plan.hours_each
    return Summary(
        counts=Counts(run.rows + books.outside, run.decided, run.rejected, books.outside),
        filed=filed,
        verdicts=dict(sorted(tallies.verdicts.items())),
        outcomes={str(name): tallies.outcomes[name] for name in sorted(tallies.outcomes)},
        overfiled=tallies.overfiled(small),
        underfiled=tallies.underfiled(small),
        unproven=rate(tallies.filed_outcomes["information"], filed, small),
        exceptions=rate(tallies.filed_outcomes["exception"], filed, small),
        open_below=tallies.open_below,
        correction=tallies.correction(),
        promises=tallies.promises(),
        effort=Effort(
            tallies.false_alarms,
            hours,
            tallies.false_alarms * hours,
            f"{hours:g} engineer hours for each ticket filed too high; an assumption, "
            "set it with --hours-per-false",
        ),
    )
