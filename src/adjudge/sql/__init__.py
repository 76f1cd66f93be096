"""A ruleset as one SQL statement over a table of facts, from its decision table."""

from adjudge.sql.statement import DIALECTS, statement

__all__ = ["DIALECTS", "statement"]
