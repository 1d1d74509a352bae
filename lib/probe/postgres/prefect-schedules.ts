import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import { ENDLESS } from './prefect-endless-schedules.ts';
import type { Need } from './prefect-schema.ts';

/**
 * The scheduler keeps at least three runs ahead of every active schedule. A schedule that has an end may rightly have
 * none left, so only those without count; one changed within five minutes may not have had its turn.
 */
const SHOWN = 10;
const HORIZON = `
  WITH scheduled AS MATERIALIZED (
    SELECT d.id, f.name || '/' || d.name AS name
    FROM deployment d
    JOIN flow f ON f.id = d.flow_id
    WHERE NOT d.paused
      AND EXISTS (SELECT FROM deployment_schedule s
                  WHERE s.deployment_id = d.id AND s.active AND ${ENDLESS}
                    AND s.updated < now() - interval '5 minutes')
  ), empty AS (
    SELECT name FROM scheduled
    WHERE NOT EXISTS (SELECT FROM flow_run r
                      WHERE r.deployment_id = scheduled.id AND r.state_type = 'SCHEDULED' AND r.auto_scheduled
                        AND r.next_scheduled_start_time > now())
  )
  SELECT (SELECT count(*) FROM deployment)::int AS deployments,
         (SELECT count(*) FROM scheduled)::int AS scheduled,
         (SELECT count(*) FROM empty)::int AS without_run,
         ARRAY(SELECT name FROM empty ORDER BY name LIMIT ${SHOWN}) AS names`;

const Horizon = v.object({
  deployments: v.number(),
  scheduled: v.number(),
  without_run: v.number(),
  names: v.array(v.string()),
});

const NEEDS: readonly Need[] = [
  { table: 'deployment', columns: ['id', 'name', 'flow_id', 'paused'] },
  { table: 'flow', columns: ['id', 'name'] },
  {
    table: 'deployment_schedule',
    columns: ['deployment_id', 'active', 'schedule', 'updated'],
    indexes: [['deployment_id']],
  },
  {
    table: 'flow_run',
    columns: ['deployment_id', 'state_type', 'auto_scheduled', 'next_scheduled_start_time'],
    indexes: [['deployment_id', 'auto_scheduled', 'next_scheduled_start_time']],
  },
];

/** Whether the scheduler keeps ahead: every active schedule should have a run to come. */
export const prefectSchedules = prefectCollector({
  name: 'prefect-schedules',
  tier: 'quarter-hour',
  signals: [
    'postgres.deployments',
    'postgres.deployments.scheduled',
    'postgres.deployments.without_future_run',
  ],
  cheap: "one index look-up a deployment, in the scheduler's own partial index",
  needs: NEEDS,
  async collect(client) {
    const horizon = v.parse(Horizon, (await client.query(HORIZON)).rows[0]);
    return {
      samples: [
        { signal: 'postgres.deployments', value: horizon.deployments },
        { signal: 'postgres.deployments.scheduled', value: horizon.scheduled },
        { signal: 'postgres.deployments.without_future_run', value: horizon.without_run },
      ],
      facts: { deployments_without_future_run: horizon.names },
    };
  },
});
