"""What an audit looks at: one level or all, and what became of each ticket as seen from there."""

from __future__ import annotations

from dataclasses import dataclass

from adjudge.audit.told import Outcome, Override
from adjudge.decide import Decision, Ruleset
from adjudge.findings import InputError, did_you_mean

_OF_VERDICT: dict[str, Outcome] = {
    "confirmed": "meets",
    "overfiled": "not_one",
    "underfiled": "missed",
    "unproven": "information",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The audited level (None: all of them) among the ruleset's, most urgent first."""

    level: str | None
    levels: tuple[str, ...]

    def filed_here(self, decision: Decision) -> bool:
        """Say whether a ticket was filed at the level."""
        return decision.filed is not None and self.level in (None, decision.filed)

    def outcome(self, decision: Decision) -> Outcome | None:
        """Return what became of a ticket; None where it is not in question."""
        if self.filed_here(decision):
            return _OF_VERDICT[decision.verdict]
        if decision.filed is None:
            here = self.level is None or decision.possible == (self.level,)
            return "unfiled" if here else None
        # Filed elsewhere: in question where all that is possible is at least as urgent as the
        # level, the least urgent of it is the level, and it was filed below.
        is_missed = decision.verdict == "underfiled" and decision.possible[-1] == self.level
        return "missed" if is_missed and self._below(decision.filed) else None

    def open_below(self, decision: Decision) -> bool:
        """Say whether a ticket filed lower, or not at all, could be in the level but need not."""
        if self.level is None or len(decision.possible) == 1 or self.level not in decision.possible:
            return False
        return decision.filed is None or (
            self._below(decision.filed) and decision.possible[-1] != self.level
        )

    def apart(self, decision: Decision) -> int:
        """Return how many levels lie between the filed level and the right one.

        Without a filed level, how many lie below the right one; 0 where nothing is proven.
        """
        ranks = self.levels.index
        if decision.filed is None:
            return len(self.levels) - 1 - ranks(decision.level)
        if decision.verdict == "overfiled":
            return ranks(decision.possible[0]) - ranks(decision.filed)
        if decision.verdict == "underfiled":
            return ranks(decision.filed) - ranks(decision.possible[-1])
        return 0

    def _below(self, filed: str) -> bool:
        return self.level is not None and self.levels.index(filed) > self.levels.index(self.level)

    def with_override(self, decision: Decision, override: Override) -> Outcome | None:
        """Return what becomes of a ticket on which the site has decided for itself."""
        plain = self.outcome(decision)
        if decision.filed is None:
            here = self.level in (None, override.level)
            return "unfiled" if here else plain and "exception"
        if override.level == decision.filed:
            # What the policy says anyhow needs no exception.
            return plain if plain in (None, "meets") else "exception"
        if not self.filed_here(decision) and override.level != self.level:
            return None if plain is None else "exception"
        lower = self.levels.index(override.level) > self.levels.index(decision.filed)
        if not lower:
            return "missed"
        # Filed above the audited level and put into it: that is for the audit of the other level.
        return "not_one" if self.filed_here(decision) else None


def scope_of(ruleset: Ruleset, level: str | None, all_levels: bool) -> Scope:
    """Return the scope for a level in any spelling; without one, the ruleset's top level.

    Raises `InputError` for a level that the ruleset does not have.
    """
    compiled = ruleset.compiled
    if all_levels:
        return Scope(None, compiled.level_ids)
    if level is None:
        return Scope(compiled.level_ids[0], compiled.level_ids)
    found = compiled.filed_level(level)
    if found is None:
        message = f"`{level}` is no level of `{ruleset.name}`"
        help = did_you_mean(level, compiled.level_ids)
        raise InputError.of("unknown-level", message, help=help)
    return Scope(found, compiled.level_ids)
