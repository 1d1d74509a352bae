import * as v from 'valibot';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/** Counted no further than this, so that the count of a flood stays a few milliseconds. */
const COUNTED_MAX = 20_000;
const capped = (condition: string) =>
  `(SELECT count(*)::int FROM (SELECT FROM flow_run WHERE ${condition} LIMIT ${COUNTED_MAX}) AS counted)`;

/** SCHEDULED is not among them: a hundred runs ahead of every schedule are too many to count each minute. */
const UNDER_WAY = ['PENDING', 'RUNNING', 'PAUSED', 'CANCELLING']
  .map((state) => `SELECT '${state}' AS state, ${capped(`state_type = '${state}'`)} AS runs`)
  .join(' UNION ALL ');

/** A run that waits for a slot of its deployment's limit is SCHEDULED under this name. */
const AWAITING_SLOT = `SELECT ${capped("state_name = 'AwaitingConcurrencySlot'")} AS runs`;

/**
 * Runs past their start: the longest overdue, and those that came due last, which in a pile of late ones are the ones
 * that tell whether marking goes on. next_scheduled_start_time is emptied as soon as a run leaves SCHEDULED, so the
 * range holds nothing else; asking for the state as well would lead the planner away from this index, and it would read
 * the whole pile. Prefect marks a run Late 15 s after its start: one unmarked after a minute stays so.
 */
const OVERDUE_MAX = 3_000;
const OVERDUE = `
  WITH due AS NOT MATERIALIZED (
    SELECT id, state_type, state_name AS name, next_scheduled_start_time AS start
    FROM flow_run
    WHERE next_scheduled_start_time < now()
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
  FROM overdue
  WHERE state_type = 'SCHEDULED'`;

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
 * Flow runs under way, by state, and those that should have started. The same runs the prefect target counts over HTTP
 * as `prefect.flow_run.count`; these cost the API nothing.
 */
export const prefectFlowRuns = prefectCollector({
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
  cheap: 'reads index entries of runs under way or overdue, each count capped',
  needs: [FLOW_RUNS],
  async collect(client) {
    const counts = v.parse(Counts, await byIndex(client, UNDER_WAY));
    const awaiting = v.parse(Count, (await byIndex(client, AWAITING_SLOT))[0]);
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
});
