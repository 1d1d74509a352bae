import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/** Both windows are as long as the newest rows reach back, where these are more than the limit. */
const WINDOW = "interval '5 minutes'";
const ROWS_MAX = 3_000;

/**
 * States are written once and never changed. Some a service writes are told from a person's by nothing but the message
 * Prefect gives them.
 */
const STATES_WRITTEN = `
  WITH newest AS MATERIALIZED (
    SELECT s.updated, s.type::text AS type, s.name, s.message
    FROM flow_run_state s
    WHERE s.updated > now() - ${WINDOW}
    ORDER BY s.updated DESC
    LIMIT ${ROWS_MAX}
  ), written AS (
    SELECT updated,
           CASE WHEN name = 'Late' THEN 'monitor_late_runs'
                WHEN type = 'FAILED' AND message = 'The flow was paused and never resumed.' THEN 'monitor_expired_pauses'
                WHEN type = 'CANCELLED' AND message LIKE 'Flow run cancellation timed out%' THEN 'ensure_cancelling_timeout_checks'
                WHEN message = 'The parent flow run was cancelled.' THEN 'monitor_subflow_runs' END AS service
    FROM newest
  )
  SELECT service, count(w.updated)::int AS done,
         extract(epoch FROM now() - max(w.updated))::float8 AS age_seconds
  FROM unnest('{monitor_late_runs,monitor_expired_pauses,ensure_cancelling_timeout_checks,monitor_subflow_runs}'::text[])
       AS service
  LEFT JOIN written w USING (service)
  GROUP BY service`;

/** There is no index on when a run was created, but one on when it was last changed, which is never earlier. */
const RUNS_SCHEDULED = `
  SELECT 'schedule_deployments' AS service, count(*)::int AS done,
         extract(epoch FROM now() - max(created))::float8 AS age_seconds
  FROM (SELECT created, auto_scheduled
        FROM flow_run
        WHERE updated > now() - ${WINDOW}
        ORDER BY updated DESC
        LIMIT ${ROWS_MAX}) AS newest
  WHERE auto_scheduled AND created > now() - ${WINDOW}`;

/** Nobody but Foreman writes OFFLINE, and a worker that is OFFLINE is not written again. */
const WORKERS_MARKED = `
  SELECT 'monitor_worker_health' AS service, count(*)::int AS done,
         extract(epoch FROM now() - max(updated))::float8 AS age_seconds
  FROM worker
  WHERE status = 'OFFLINE' AND updated > now() - ${WINDOW}`;

const Rows = v.array(
  v.object({ service: v.string(), done: v.number(), age_seconds: v.nullable(v.number()) }),
);

const NOTHING_DONE: Unknown = { reason: 'no-traffic', detail: 'nothing was done in the last 5 minutes' };

const NEEDS: readonly Need[] = [
  { table: 'flow_run_state', columns: ['updated', 'type', 'name', 'message'], indexes: [['updated']] },
  { table: 'flow_run', columns: ['created', 'updated', 'auto_scheduled'], indexes: [['updated']] },
  { table: 'worker', columns: ['status', 'updated'] },
];

/** What the background services lately did, by what it left in the tables. */
export const prefectServiceWork = prefectCollector({
  name: 'prefect-service-work',
  tier: 'minute',
  signals: ['postgres.service.done', 'postgres.service.done_age_seconds'],
  cheap: `reads the newest ${ROWS_MAX} changes of two tables at most, by their indexes, and a row a worker`,
  needs: NEEDS,
  async collect(client) {
    const rows = [];
    for (const statement of [STATES_WRITTEN, RUNS_SCHEDULED, WORKERS_MARKED])
      rows.push(...v.parse(Rows, (await client.query(statement)).rows));
    return {
      samples: rows.flatMap(({ service, done, age_seconds }) => [
        { signal: 'postgres.service.done', value: done, labels: { service } },
        {
          signal: 'postgres.service.done_age_seconds',
          value: age_seconds === null ? NOTHING_DONE : Math.max(0, age_seconds),
          labels: { service },
        },
      ]),
    };
  },
});
