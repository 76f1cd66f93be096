"""Opens exports for the commands that read them, and says how they are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adjudge.cli.console import say, warn
from adjudge.decide import Ruleset
from adjudge.findings import Finding, InputError
from adjudge.model.fact import Fact
from adjudge.model.profile import Profile
from adjudge.reading.known import Known
from adjudge.reading.profile import load_profile, shipped_profiles
from adjudge.tickets.claims import STDIN
from adjudge.tickets.export import Export, open_export
from adjudge.tickets.filed_column import Levels
from adjudge.tickets.likely import shown_columns


def opened(
    path: str,
    profile: str | None,
    map_file: str | None,
    facts: Mapping[str, Fact],
    levels: Levels | None = None,
    known: Known | None = None,
) -> Export:
    """Open an export with the profile that is named, mapped by a file, or recognised.

    `levels` are those of the ruleset, where filed levels are wanted; see `open_export`. `known` is
    what a map may speak of; see `load_profile`. Raises `InputError` where the export, the profile
    or the map cannot be used.
    """
    if profile is not None and map_file is not None:
        raise InputError.of(
            "bad-call",
            "`--profile` and `--map` are both given",
            help=f"write `extends: {profile}` into the map, and pass only the map",
        )
    chosen: Profile | None = None
    if map_file is not None:
        chosen = load_profile(map_file, known)
    elif profile is not None:
        chosen = load_profile(profile, known)
    return open_export(path, chosen, shipped_profiles(), facts, levels=levels)


def opened_for(
    ruleset: Ruleset,
    path: str,
    profile: str | None,
    map_file: str | None,
    beside: Sequence[Ruleset] = (),
) -> Export:
    """Open an export to be decided by a ruleset, and by others `beside` it; see `opened`."""
    known = known_to([ruleset, *beside])
    return opened(path, profile, map_file, ruleset.policy.facts, ruleset.spelled_levels, known)


def known_to(rulesets: Sequence[Ruleset]) -> Known:
    """Return what at least one of some rulesets knows, in any version."""
    names = dict.fromkeys(each.name for each in rulesets)
    versions = [version for each in rulesets for version in each.compiled_versions]
    return Known(
        " or ".join(f"`{name}`" for name in names),
        tuple(dict.fromkeys(level for each in versions for level in each.level_ids)),
        frozenset().union(*(each.filed_names for each in versions)),
        tuple(each.policy.facts for each in versions),
    )


def say_how_read(path: str, *exports: Export, also: Collection[str] = ()) -> None:
    """Say how an export, opened once for each ruleset, is read, and which columns are not.

    `also` are columns that are read beside the tickets.
    """
    warn(tuple(dict.fromkeys(finding for each in exports for finding in each.warnings)))
    by_cells = dict.fromkeys(each.filed_by_cells for each in exports if each.filed_by_cells)
    filed = "".join(f", and `{column}` as the filed level" for column in by_cells)
    name = "standard input" if path == STDIN else path
    say(f"{name}: read with the profile `{exports[0].profile.name}`{filed}")
    unread = [
        column
        for column in exports[0].not_read
        if column not in also and all(column in each.not_read for each in exports)
    ]
    if unread:
        say(f"columns not read: {shown_columns(unread, 8)}")


def warn_of_no_rows(path: str, rows: int) -> None:
    """Warn of an export that has no rows."""
    if not rows:
        message = f"`{path}` has no rows: there is nothing to decide"
        help = "if it should have some, export it again"
        warn((Finding("no-rows", message, help=help, severity="warning", where=path),))
