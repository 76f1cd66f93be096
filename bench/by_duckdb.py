"""The zenput ruleset as a CASE written by hand, run by DuckDB: read, decide, write.

Less than what adjudge does: unknown is taken for no, nothing is proven, no due times, no questions.

    python bench/by_duckdb.py tickets.csv out.csv      (or tickets.parquet out.parquet)
"""

from __future__ import annotations

import sys

import duckdb

QUERY = """
COPY (
  WITH tickets AS (
    SELECT *, upper(trim(filed)) AS spelled,
      request_type IN ('incident', 'defect') AS fails,
      coalesce(workaround, '') IN ('none', 'unacceptable') AS stuck
    FROM {source}
  ), decided AS (
    SELECT *,
      CASE WHEN spelled IN ('L1', '1', 'SEV 1', 'LEVEL 1', 'P1') THEN 'L1'
           WHEN spelled IN ('L2', '2', 'SEV 2', 'LEVEL 2', 'P2') THEN 'L2'
           WHEN spelled IN ('L3', '3', 'SEV 3', 'LEVEL 3', 'P3') THEN 'L3' END AS filed_level,
      CASE
        WHEN users_affected = 'single' THEN 'single-user'
        WHEN fails AND affected_function IN ('whole_service', 'critical_function')
          AND functional_impact IN ('unavailable', 'severely_degraded') AND stuck
          THEN 'core-component-failure'
        WHEN fails AND data_impact = 'major'
          AND coalesce(business_impact, 'significant') IN ('critical', 'significant')
          THEN 'major-data-impact'
        WHEN fails AND functional_impact IN
            ('unavailable', 'severely_degraded', 'degraded', 'intermittent')
          AND affected_function IN ('whole_service', 'critical_function', 'important_function')
          THEN 'partial-loss'
        WHEN fails AND functional_impact = 'slow'
          AND CAST(users_affected_percent AS DOUBLE) < 5 THEN 'small-slowdown'
        WHEN fails AND functional_impact = 'slow' THEN 'large-slowdown'
        WHEN fails AND data_impact = 'major' THEN 'data-impact-small-business'
        WHEN request_type IN ('training', 'device', 'account_access') THEN 'minimal-service-impact'
        WHEN request_type = 'configuration' THEN 'administrator-configuration'
        ELSE 'anything-else' END AS rule
    FROM tickets
  ), levelled AS (
    SELECT *, CASE
      WHEN rule IN ('core-component-failure', 'major-data-impact') THEN 'L1'
      WHEN rule IN ('partial-loss', 'small-slowdown', 'large-slowdown',
                    'data-impact-small-business') THEN 'L2'
      ELSE 'L3' END AS level
    FROM decided
  )
  SELECT * EXCLUDE (spelled, fails, stuck),
    CASE WHEN filed_level IS NULL THEN 'unfiled' WHEN filed_level = level THEN 'confirmed'
         WHEN filed_level < level THEN 'overfiled' ELSE 'underfiled' END AS verdict,
    CASE WHEN support_plan = 'contract' THEN 'true' WHEN support_plan IS NULL THEN ''
         ELSE 'false' END AS entitled,
    CASE level WHEN 'L1' THEN 'PT2H' WHEN 'L2' THEN 'PT4H' ELSE 'P3D' END AS response_within,
    'The ticket was filed as ' || coalesce(filed_level, 'nothing') || ', and by the rules it is '
      || level || '. ' || CASE rule
      WHEN 'core-component-failure' THEN 'A core component, or the service as a whole, hardly '
        || 'works or does not work at all, and there is no acceptable workaround.'
      WHEN 'major-data-impact' THEN 'Data is lost, corrupted or wrong on a wide scale, and the '
        || 'impact on the business is not small.'
      WHEN 'partial-loss' THEN 'One or more components that matter lose part of their function, '
        || 'or lose it for a time, whether or not there is a workaround.'
      WHEN 'anything-else' THEN 'The availability and performance of the service are hardly '
        || 'touched, or not at all.'
      ELSE 'The rule ' || rule || ' of the service level agreements holds for it.' END AS why
  FROM levelled
) TO $target ({target})
"""

CSV = ("read_csv($source, all_varchar = true, header = true)", "HEADER, DELIMITER ','")
PARQUET = ("read_parquet($source)", "FORMAT parquet, COMPRESSION zstd")
forms = PARQUET if sys.argv[1].endswith(".parquet") else CSV
query = QUERY.format(source=forms[0], target=forms[1])
duckdb.execute(query, {"source": sys.argv[1], "target": sys.argv[2]})
