import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import { demand, type Need } from './prefect-schema.ts';

/** Counted no further than this: an index entry each, so the count of a flood stays a few milliseconds. */
const COUNTED_MAX = 50_000;
const OVERDUE_MAX = 5_000;

const UNFINISHED = `
  SELECT s.type::text AS state,
         (SELECT count(*)::int
          FROM (SELECT FROM flow_run WHERE state_type = s.type LIMIT ${COUNTED_MAX}) AS counted) AS runs
  FROM unnest('{SCHEDULED,PENDING,RUNNING,PAUSED,CANCELLING}'::state_type[]) AS s (type)`;

/** A run that waits for a slot of its deployment's limit is SCHEDULED under this name. */
const AWAITING_SLOT = `
  SELECT count(*)::int AS runs
  FROM (SELECT FROM flow_run WHERE state_name = 'AwaitingConcurrencySlot' LIMIT ${COUNTED_MAX}) AS counted`;

/**
 * Runs past their start: the longest overdue, and those that came due last, which in a pile of late ones are the ones
 * that tell whether marking goes on. next_scheduled_start_time is emptied as soon as a run leaves SCHEDULED, so the
 * range holds nothing else. Prefect marks a run Late 15 s after its start: one unmarked after a minute stays so.
 */
const OVERDUE = `
  WITH due AS NOT MATERIALIZED (
    SELECT id, state_name AS name, next_scheduled_start_time AS start
    FROM flow_run
    WHERE state_type = 'SCHEDULED' AND next_scheduled_start_time < now()
  ), overdue AS (
    (SELECT * FROM due ORDER BY start LIMIT ${OVERDUE_MAX})
    UNION
    (SELECT * FROM due ORDER BY start DESC LIMIT ${OVERDUE_MAX})
  )
  SELECT count(*) FILTER (WHERE name = 'Late')::int AS late,
         coalesce(extract(epoch FROM now() - min(start) FILTER (WHERE name = 'Late')), 0)::float8 AS late_seconds,
         count(*) FILTER (WHERE name = 'Scheduled' AND start < now() - interval '60 seconds')::int AS unmarked,
         coalesce(extract(epoch FROM now() - min(start) FILTER (WHERE name = 'Scheduled')), 0)::float8
           AS unmarked_seconds
  FROM overdue`;

const Counts = v.array(v.object({ state: v.string(), runs: v.number() }));
const Count = v.object({ runs: v.number() });
const Overdue = v.object({
  late: v.number(),
  late_seconds: v.number(),
  unmarked: v.number(),
  unmarked_seconds: v.number(),
});

const FLOW_RUNS: Need = {
  table: 'flow_run',
  columns: ['state_type', 'state_name', 'next_scheduled_start_time'],
  indexes: [['state_type'], ['state_name'], ['next_scheduled_start_time']],
};

/**
 * Flow runs that are not over, by state, and those that should have started. The same runs the prefect target counts
 * over HTTP as `prefect.flow_run.count`; where both are watched these cost the API nothing.
 */
export const prefectFlowRuns: Collector<pg.Client> = {
  name: 'prefect-flow-runs',
  tier: 'minute',
  signals: [
    'postgres.flow_runs',
    'postgres.flow_runs.awaiting_slot',
    'postgres.flow_runs.late',
    'postgres.flow_runs.late_oldest_seconds',
    'postgres.flow_runs.late_unmarked',
    'postgres.flow_runs.late_unmarked_oldest_seconds',
  ],
  cheap: 'reads index entries of runs that are not over, each count capped',
  async collect(client) {
    await demand(client, FLOW_RUNS);
    const counts = v.parse(Counts, (await client.query(UNFINISHED)).rows);
    const awaiting = v.parse(Count, (await client.query(AWAITING_SLOT)).rows[0]);
    const overdue = v.parse(Overdue, (await client.query(OVERDUE)).rows[0]);
    return {
      samples: [
        ...counts.map(({ state, runs }) => ({
          signal: 'postgres.flow_runs',
          value: runs,
          labels: { state },
        })),
        { signal: 'postgres.flow_runs.awaiting_slot', value: awaiting.runs },
        { signal: 'postgres.flow_runs.late', value: overdue.late },
        { signal: 'postgres.flow_runs.late_oldest_seconds', value: overdue.late_seconds },
        { signal: 'postgres.flow_runs.late_unmarked', value: overdue.unmarked },
        { signal: 'postgres.flow_runs.late_unmarked_oldest_seconds', value: overdue.unmarked_seconds },
      ],
    };
  },
};
