"""Deciding: facts in, a justified decision out. Every caller uses this and nothing below."""

from adjudge.decide.decision import Decision
from adjudge.decide.ruleset import Ruleset, load

__all__ = ["Decision", "Ruleset", "load"]
