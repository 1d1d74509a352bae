import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import { ENDLESS } from './prefect-endless-schedules.ts';
import type { Need } from './prefect-schema.ts';

/** Weekly schedules are the rarest that are looked at; where runs are many, the newest of them are. */
const DUE_WITHIN = "interval '8 days'";
const DUE_MAX = 1_000;
const DEPLOYMENTS_MAX = 100;
const MADE_MAX = 500;
/** Prefect's default; where it is lower, a run is made as soon as another fell due, and nothing is owed either. */
const RUNS_AHEAD_MIN = 3;
/** As many as Prefect makes ahead by default. */
const RUNS_AHEAD_MAX = 100;

/** A schedule that fires evenly, so that its runs are also made evenly. */
const EVEN = `(s.schedule ? 'interval' OR s.schedule ->> 'cron' ~ '^(\\*|\\*/\\d+|\\d+) \\* \\* \\* \\*$')`;

/**
 * Only deployments whose run lately fell due: for each the scheduler must have made another since. It must when fewer
 * than three are left and none is newer than the one that fell due; and for a schedule that fires evenly and at least
 * hourly, when none was made for longer than lies between two runs. That is owed since then, but no longer than
 * anything was made at all: one deployment that cannot be scheduled is no scheduler that stands still.
 */
const RUNS_OWED = `
  WITH due AS MATERIALIZED (
    SELECT deployment_id, auto_scheduled, expected_start_time
    FROM flow_run
    WHERE expected_start_time < now() AND expected_start_time > now() - ${DUE_WITHIN}
    ORDER BY expected_start_time DESC
    LIMIT ${DUE_MAX}
  ), fired AS MATERIALIZED (
    SELECT deployment_id, max(expected_start_time) AS due
    FROM due
    WHERE auto_scheduled AND deployment_id IS NOT NULL
    GROUP BY deployment_id
    ORDER BY due
    LIMIT ${DEPLOYMENTS_MAX}
  ), owing AS (
    SELECT CASE WHEN coming.runs < ${RUNS_AHEAD_MIN} AND coalesce(coming.made < fired.due, true) THEN now() - fired.due
                WHEN schedules.are_even AND coming.gap <= interval '1 hour' THEN now() - coming.made - coming.gap
           END AS owed
    FROM fired
    JOIN deployment d ON d.id = fired.deployment_id AND NOT d.paused
    CROSS JOIN LATERAL (
      SELECT count(*) = 1 AND bool_and(${EVEN}) AS are_even
      FROM deployment_schedule s
      WHERE s.deployment_id = d.id AND s.active AND ${ENDLESS} AND s.updated < fired.due
      HAVING count(*) > 0
    ) AS schedules
    CROSS JOIN LATERAL (
      SELECT count(*) AS runs, max(created) AS made, max(start - previous) AS gap
      FROM (SELECT created, next_scheduled_start_time AS start,
                   lag(next_scheduled_start_time) OVER (ORDER BY next_scheduled_start_time) AS previous
            FROM (SELECT r.created, r.next_scheduled_start_time
                  FROM flow_run r
                  WHERE r.deployment_id = d.id AND r.state_type = 'SCHEDULED' AND r.auto_scheduled
                    AND r.next_scheduled_start_time > now()
                  ORDER BY r.next_scheduled_start_time
                  LIMIT ${RUNS_AHEAD_MAX}) AS ahead) AS spaced
    ) AS coming
  ), made AS (
    SELECT max(created) AS at
    FROM (SELECT created, auto_scheduled FROM flow_run ORDER BY updated DESC LIMIT ${MADE_MAX}) AS newest
    WHERE auto_scheduled
  )
  SELECT CASE WHEN count(owed) > 0
              THEN extract(epoch FROM least(max(owed), now() - (SELECT at FROM made))) END::float8 AS seconds,
         count(*) FILTER (WHERE owed > interval '2 minutes')::int AS deployments
  FROM owing`;

/** Schedules that are new or were just changed, and have no run to come. */
const RECENT = "interval '10 minutes'";
const FIRST_RUNS_OWED = `
  SELECT extract(epoch FROM max(now() - s.updated))::float8 AS seconds, count(*)::int AS deployments
  FROM (SELECT id FROM deployment
        WHERE updated > now() - ${RECENT} AND NOT paused
        ORDER BY updated DESC LIMIT ${DEPLOYMENTS_MAX}) AS d
  JOIN deployment_schedule s ON s.deployment_id = d.id AND s.active AND ${ENDLESS} AND s.updated > now() - ${RECENT}
  WHERE NOT EXISTS (SELECT FROM flow_run r
                    WHERE r.deployment_id = d.id AND r.state_type = 'SCHEDULED' AND r.auto_scheduled
                      AND r.next_scheduled_start_time > now())`;

const Owed = v.object({ seconds: v.nullable(v.number()), deployments: v.number() });

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['created', 'updated', 'expected_start_time', 'state_type', 'deployment_id', 'auto_scheduled'],
    indexes: [
      ['expected_start_time'],
      ['updated'],
      ['deployment_id', 'auto_scheduled', 'next_scheduled_start_time'],
    ],
  },
  { table: 'deployment', columns: ['id', 'paused', 'updated'], indexes: [['id'], ['updated']] },
  {
    table: 'deployment_schedule',
    columns: ['deployment_id', 'active', 'schedule', 'updated'],
    indexes: [['deployment_id']],
  },
];

const SIGNAL = 'postgres.scheduler.overdue_seconds';

/** For how long the scheduler owes runs: 0 where it owes none. */
export const prefectScheduler = prefectCollector({
  name: 'prefect-scheduler',
  tier: 'minute',
  signals: [SIGNAL],
  cheap: `by index, ${DUE_MAX} runs that fell due and the coming runs of ${DEPLOYMENTS_MAX} deployments at most`,
  needs: NEEDS,
  async collect(client) {
    const owed = v.parse(Owed, (await client.query(RUNS_OWED)).rows[0]);
    const first = v.parse(Owed, (await client.query(FIRST_RUNS_OWED)).rows[0]);
    const sample = (service: string, { seconds }: v.InferOutput<typeof Owed>) => ({
      signal: SIGNAL,
      value: Math.max(0, seconds ?? 0),
      labels: { service },
    });
    return {
      samples: [sample('schedule_deployments', owed), sample('schedule_recent_deployments', first)],
      facts: { deployments_owed_runs: owed.deployments },
    };
  },
});
