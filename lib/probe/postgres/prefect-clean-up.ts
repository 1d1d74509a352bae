import * as v from 'valibot';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/** Each row looked up for another is fetched by a LATERAL of its own, so that no plan can join whole tables. */
const RUNS_MAX = 1_000;
const CANCELLED_MAX = 50;
const TASK_RUNS_MAX = 200;

const PAUSES = `
  SELECT count(*)::int AS runs, extract(epoch FROM max(now() - timeout))::float8 AS seconds
  FROM (SELECT state_id FROM flow_run WHERE state_type = 'PAUSED' LIMIT ${RUNS_MAX}) AS paused
  CROSS JOIN LATERAL (SELECT (state_details ->> 'pause_timeout')::timestamptz AS timeout
                      FROM flow_run_state WHERE id = paused.state_id LIMIT 1) AS pauses
  WHERE timeout < now()`;

/** Prefect looks at what was cancelled within a day. */
const CHILDREN = `
  WITH ended AS MATERIALIZED (
    SELECT id, state_type, end_time
    FROM flow_run
    WHERE end_time > now() - interval '1 day' AND end_time < now()
    ORDER BY end_time DESC
    LIMIT ${RUNS_MAX}
  ), cancelled AS MATERIALIZED (
    SELECT id, end_time FROM ended WHERE state_type = 'CANCELLED' ORDER BY end_time LIMIT ${CANCELLED_MAX}
  )
  SELECT count(*)::int AS runs, extract(epoch FROM max(now() - c.end_time))::float8 AS seconds
  FROM cancelled c
  WHERE EXISTS (SELECT FROM (SELECT state_type FROM task_run WHERE flow_run_id = c.id LIMIT ${TASK_RUNS_MAX}) AS task
                WHERE task.state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'))`;

/** A state at a time: of several the index would have to be read as a bitmap. */
const ACTIVE = ['PENDING', 'RUNNING', 'PAUSED']
  .map(
    (state) =>
      `(SELECT created, parent_task_run_id FROM flow_run WHERE state_type = '${state}' LIMIT ${RUNS_MAX})`,
  )
  .join(' UNION ALL ');
const SUBFLOWS = `
  SELECT count(*)::int AS runs,
         extract(epoch FROM max(now() - greatest(parent.end_time, child.created)))::float8 AS seconds
  FROM (${ACTIVE}) AS child
  CROSS JOIN LATERAL (SELECT flow_run_id FROM task_run WHERE id = child.parent_task_run_id LIMIT 1) AS task
  CROSS JOIN LATERAL (SELECT end_time, state_type FROM flow_run WHERE id = task.flow_run_id LIMIT 1) AS parent
  WHERE parent.state_type = 'CANCELLED'`;

const Overdue = v.object({ runs: v.number(), seconds: v.nullable(v.number()) });

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['id', 'created', 'state_id', 'state_type', 'end_time', 'parent_task_run_id'],
    indexes: [['id'], ['state_type'], ['end_time']],
  },
  { table: 'flow_run_state', columns: ['id', 'state_details'], indexes: [['id']] },
  {
    table: 'task_run',
    columns: ['id', 'flow_run_id', 'state_type'],
    indexes: [['id'], ['flow_run_id']],
  },
];

const STATEMENTS = {
  monitor_expired_pauses: PAUSES,
  monitor_cancelled_flow_runs: CHILDREN,
  monitor_subflow_runs: SUBFLOWS,
} as const;

/** For how long runs should have been ended by a background service and were not: 0 where there are none. */
export const prefectCleanUp = prefectCollector({
  name: 'prefect-clean-up',
  tier: 'minute',
  signals: ['postgres.clean_up.overdue_seconds', 'postgres.clean_up.overdue'],
  cheap: `by index, ${RUNS_MAX} runs of a few states and the task runs of ${CANCELLED_MAX} cancelled ones at most`,
  needs: NEEDS,
  async collect(client) {
    const samples = [];
    for (const [service, statement] of Object.entries(STATEMENTS)) {
      const { runs, seconds } = v.parse(Overdue, (await byIndex(client, statement))[0]);
      const labels = { service };
      samples.push(
        { signal: 'postgres.clean_up.overdue_seconds', value: Math.max(0, seconds ?? 0), labels },
        { signal: 'postgres.clean_up.overdue', value: runs, labels },
      );
    }
    return { samples };
  },
});
