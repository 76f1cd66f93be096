"""Decides a query of DuckDB, batch by batch, and queries the decisions.

    pip install . duckdb
    python examples/decide_in_duckdb.py fixtures/demo/puppet.csv puppet

The table has a column `id`, and columns named like facts. Its texts (subject, description) are not
read: what is decided is what the columns say.
"""

from __future__ import annotations

import sys

import pyarrow as pa

import adjudge

try:
    import duckdb
except ImportError:
    print("this example needs DuckDB: run `pip install duckdb`", file=sys.stderr)
    sys.exit(2)


def decide(connection: duckdb.DuckDBPyConnection, query: str, ruleset: str) -> pa.Table:
    """Return the decisions on the tickets of a query, as an Arrow table."""
    batches = connection.sql(query).to_arrow_reader(50_000)
    decided = adjudge.decide_batches(batches, adjudge.load(ruleset))
    return pa.Table.from_batches(decided)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("call it with a table and a ruleset: TICKETS.csv RULESET", file=sys.stderr)
        sys.exit(2)
    connection = duckdb.connect()
    tickets = f"SELECT * FROM read_csv('{sys.argv[1]}', all_varchar = true)"
    decisions = decide(connection, tickets, sys.argv[2])
    print(
        connection.sql("SELECT verdict, count(*) AS tickets FROM decisions GROUP BY 1 ORDER BY 1")
    )
