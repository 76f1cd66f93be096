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
from adjudge.batch.frames import RESULTS

try:
    import duckdb
except ImportError:
    print("this example needs DuckDB: run `pip install duckdb`", file=sys.stderr)
    sys.exit(2)


def decide(connection: duckdb.DuckDBPyConnection, query: str, ruleset: str) -> pa.Table:
    """Return the decisions on the tickets of a query, as an Arrow table."""
    batches = connection.sql(query).to_arrow_reader(50_000)
    decided = adjudge.decide_batches(batches, adjudge.load(ruleset))
    schema = pa.schema([(name, pa.string()) for name in RESULTS])  # there may be no batch
    return pa.Table.from_batches(decided, schema)


def main(path: str, ruleset: str) -> None:
    """Print how often there is each verdict in a table."""
    connection = duckdb.connect()
    quoted = path.replace("'", "''")
    tickets = f"SELECT * FROM read_csv('{quoted}', all_varchar = true)"
    decisions = decide(connection, tickets, ruleset)  # noqa: F841 (DuckDB finds it by its name)
    print(
        connection.sql("SELECT verdict, count(*) AS tickets FROM decisions GROUP BY 1 ORDER BY 1")
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("call it with a table and a ruleset: TICKETS.csv RULESET", file=sys.stderr)
        sys.exit(2)
    try:
        main(*sys.argv[1:])
    except (adjudge.InputError, duckdb.Error) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
