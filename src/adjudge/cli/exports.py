"""Opens exports for the commands that read them."""

from __future__ import annotations

from collections.abc import Mapping

from adjudge.findings import InputError
from adjudge.model.fact import Fact
from adjudge.model.profile import Profile
from adjudge.reading.profile import load_profile, shipped_profiles
from adjudge.tickets.export import Export, open_export


def opened(
    path: str, profile: str | None, map_file: str | None, facts: Mapping[str, Fact]
) -> Export:
    """Open an export with the profile that is named, mapped by a file, or recognised.

    Raises `InputError` where the export, the profile or the map cannot be used.
    """
    if profile is not None and map_file is not None:
        raise InputError.of(
            "bad-call",
            "`--profile` and `--map` are both given",
            help=f"write `extends: {profile}` into the map, and pass only the map",
        )
    chosen: Profile | None = None
    if map_file is not None:
        chosen = load_profile(map_file)
    elif profile is not None:
        chosen = load_profile(profile)
    return open_export(path, chosen, shipped_profiles(), facts)
