import * as v from 'valibot';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * Clients send a heartbeat every 180 s: after ten minutes three are missing. A run that never sent one proves nothing,
 * for its client may be too old or told not to. The runs longest in their state are the likeliest to be dead.
 */
const SILENT_SECONDS = 600;
const WATCHED_MAX = 200;
const READ_MAX = 10_000;
const SHOWN = 5;
const HEARTBEATS = `
  SELECT count(seconds)::int AS watched,
         count(*) FILTER (WHERE seconds > ${SILENT_SECONDS})::int AS silent,
         (array_agg(id::text ORDER BY seconds DESC) FILTER (WHERE seconds > ${SILENT_SECONDS}))[1:${SHOWN}] AS longest
  FROM (
    SELECT r.id, (SELECT extract(epoch FROM now() - max(e.occurred)) FROM events e
                  WHERE e.event = 'prefect.flow-run.heartbeat'
                    AND e.resource_id = 'prefect.flow-run.' || r.id) AS seconds
    FROM (SELECT id
          FROM (SELECT id, state_timestamp FROM flow_run WHERE state_type = 'RUNNING' LIMIT ${READ_MAX}) AS running
          WHERE state_timestamp < now() - interval '${SILENT_SECONDS} seconds'
          ORDER BY state_timestamp
          LIMIT ${WATCHED_MAX}) AS r
  ) AS beats`;

const Heartbeats = v.object({
  watched: v.number(),
  silent: v.number(),
  longest: v.nullable(v.array(v.string())),
});

/** Both tables in one database: where events have their own, this cannot be told. */
const NEEDS: readonly Need[] = [
  { table: 'flow_run', columns: ['id', 'state_type', 'state_timestamp'], indexes: [['state_type']] },
  {
    table: 'events',
    columns: ['event', 'resource_id', 'occurred'],
    indexes: [['event', 'resource_id', 'occurred']],
  },
];

/** Runs that are RUNNING on paper and no longer say so: the process that ran them is gone. */
export const prefectHeartbeats = prefectCollector({
  name: 'prefect-heartbeats',
  tier: 'quarter-hour',
  signals: ['postgres.flow_runs.running_with_heartbeat', 'postgres.flow_runs.running_silent'],
  cheap: `looks up one index entry for each of ${WATCHED_MAX} runs at most`,
  needs: NEEDS,
  async collect(client) {
    const { watched, silent, longest } = v.parse(Heartbeats, (await byIndex(client, HEARTBEATS))[0]);
    return {
      samples: [
        { signal: 'postgres.flow_runs.running_with_heartbeat', value: watched },
        { signal: 'postgres.flow_runs.running_silent', value: silent },
      ],
      facts: { running_silent: longest ?? [] },
    };
  },
});
