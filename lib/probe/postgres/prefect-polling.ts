import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * How often a deployment really runs by schedule, whatever its schedules are written in: intervals, cron or both. It polls
 * when that is every five minutes or less over an hour and a half, and its schedule is still on. A run is over at once when
 * its flow took less than five seconds.
 */
const PAST_ROWS_MAX = 50_000;
const RUNS_MIN = 20;
const SHOWN = 10;
const POLLING = `
  WITH past AS MATERIALIZED (
    SELECT deployment_id, auto_scheduled, expected_start_time, state_type, total_run_time
    FROM flow_run
    WHERE expected_start_time > now() - interval '6 hours' AND expected_start_time < now()
    ORDER BY expected_start_time DESC
    LIMIT ${PAST_ROWS_MAX}
  ), rhythm AS (
    SELECT deployment_id,
           count(*) AS runs,
           extract(epoch FROM max(expected_start_time) - min(expected_start_time)) AS seconds,
           count(*) FILTER (WHERE state_type = 'COMPLETED') AS completed,
           count(*) FILTER (WHERE state_type = 'COMPLETED' AND total_run_time < interval '5 seconds') AS short
    FROM past
    WHERE auto_scheduled AND deployment_id IS NOT NULL
    GROUP BY deployment_id
  )
  SELECT f.name || '/' || d.name AS deployment,
         round(r.seconds / (r.runs - 1))::float8 AS every_seconds,
         (100.0 * r.short / r.completed)::float8 AS short_percent
  FROM rhythm r
  JOIN deployment d ON d.id = r.deployment_id
  JOIN flow f ON f.id = d.flow_id
  WHERE r.completed >= ${RUNS_MIN} AND r.seconds >= 5400 AND round(r.seconds / (r.runs - 1)) <= 300
    AND NOT d.paused
    AND EXISTS (SELECT FROM deployment_schedule s WHERE s.deployment_id = d.id AND s.active)
  ORDER BY short_percent DESC, every_seconds, deployment
  LIMIT ${SHOWN}`;

const Polling = v.array(
  v.object({ deployment: v.string(), every_seconds: v.number(), short_percent: v.number() }),
);

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['deployment_id', 'auto_scheduled', 'expected_start_time', 'state_type', 'total_run_time'],
    indexes: [['expected_start_time']],
  },
  { table: 'deployment', columns: ['id', 'name', 'flow_id', 'paused'], indexes: [['id']] },
  { table: 'flow', columns: ['id', 'name'], indexes: [['id']] },
  {
    table: 'deployment_schedule',
    columns: ['deployment_id', 'active'],
    indexes: [['deployment_id']],
  },
];

/** Deployments that run every few minutes by schedule, and how many of their runs are over at once. */
export const prefectPolling = prefectCollector({
  name: 'prefect-polling',
  tier: 'quarter-hour',
  signals: ['postgres.deployments.polling_short_percent'],
  cheap: `reads ${PAST_ROWS_MAX} rows of six hours at most, by their index`,
  needs: NEEDS,
  async collect(client) {
    const polling = v.parse(Polling, (await client.query(POLLING)).rows);
    return {
      samples: [
        { signal: 'postgres.deployments.polling_short_percent', value: polling[0]?.short_percent ?? 0 },
      ],
      facts: { polling_deployments: polling },
    };
  },
});
