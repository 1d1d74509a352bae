import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/** Older than this nothing is missed: what was lost in a restart must not stand as overdue for ever. */
const WITHIN = "interval '1 hour'";
const ROWS_MAX = 2_000;

/**
 * Every change of a flow run's state is told as an event, but for the runs the scheduler makes. The first change after
 * the newest event was inserted is the oldest whose event is missing.
 */
const UNSTORED = `
  WITH stored AS MATERIALIZED (
    SELECT max(updated) AS newest FROM events
  ), changed AS MATERIALIZED (
    SELECT name, updated
    FROM flow_run_state
    WHERE updated > now() - ${WITHIN} AND updated > coalesce((SELECT newest FROM stored), '-infinity')
    ORDER BY updated
    LIMIT ${ROWS_MAX}
  )
  SELECT extract(epoch FROM now() - (SELECT min(updated) FROM changed WHERE name <> 'Scheduled'))::float8 AS seconds,
         extract(epoch FROM now() - (SELECT newest FROM stored))::float8 AS newest_seconds`;

/**
 * The recorder writes a task run's state before the persister writes its event: an event that the API received well
 * after the newest state is one it missed. Only tasks that a client orchestrates are recorded this way. The first events
 * after that state and the newest are looked at; between them lies nothing that is older than the first.
 */
const GRACE = "interval '10 seconds'";
const UNRECORDED = `
  WITH recorded AS MATERIALIZED (
    SELECT max(updated) AS newest FROM task_run_state
  ), later AS NOT MATERIALIZED (
    SELECT event, received, updated, resource
    FROM events
    WHERE updated > now() - ${WITHIN} AND updated > coalesce((SELECT newest FROM recorded), '-infinity')
  ), looked_at AS (
    (SELECT event, received, resource FROM later ORDER BY updated LIMIT ${ROWS_MAX})
    UNION ALL
    (SELECT event, received, resource FROM later ORDER BY updated DESC LIMIT ${ROWS_MAX})
  )
  SELECT extract(epoch FROM now() - (
           SELECT min(received) FROM looked_at
           WHERE event LIKE 'prefect.task-run.%' AND resource ->> 'prefect.orchestration' = 'client'
             AND received > coalesce((SELECT newest FROM recorded) + ${GRACE}, '-infinity')))::float8 AS seconds,
         extract(epoch FROM now() - (SELECT newest FROM recorded))::float8 AS newest_seconds`;

const Row = v.object({ seconds: v.nullable(v.number()), newest_seconds: v.nullable(v.number()) });

const NO_ROWS: Unknown = { reason: 'no-traffic', detail: 'the table holds no rows' };

const NEEDS: readonly Need[] = [
  {
    table: 'events',
    columns: ['event', 'received', 'updated', 'resource'],
    indexes: [['updated']],
  },
  { table: 'flow_run_state', columns: ['name', 'updated'], indexes: [['updated']] },
  { table: 'task_run_state', columns: ['updated'], indexes: [['updated']] },
];

const STATEMENTS = { EventPersister: UNSTORED, TaskRunRecorder: UNRECORDED } as const;

/** For how long something that happened is missing in the table it should have been written to: 0 where nothing is. */
export const prefectRecording = prefectCollector({
  name: 'prefect-recording',
  tier: 'minute',
  signals: ['postgres.recording.overdue_seconds', 'postgres.recording.newest_age_seconds'],
  cheap: `ends of indexes, and ${ROWS_MAX} rows next to them at most`,
  needs: NEEDS,
  async collect(client) {
    const samples = [];
    for (const [service, statement] of Object.entries(STATEMENTS)) {
      const { seconds, newest_seconds } = v.parse(Row, (await client.query(statement)).rows[0]);
      const labels = { service };
      samples.push(
        { signal: 'postgres.recording.overdue_seconds', value: Math.max(0, seconds ?? 0), labels },
        {
          signal: 'postgres.recording.newest_age_seconds',
          value: newest_seconds === null ? NO_ROWS : Math.max(0, newest_seconds),
          labels,
        },
      );
    }
    return { samples };
  },
});
