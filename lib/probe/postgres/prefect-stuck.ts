import * as v from 'valibot';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/** How long a run may be in such a state: Prefect itself ends a cancellation after 300 s, looking every 20 s. */
const PENDING_SECONDS = 600;
const CANCELLING_SECONDS = 320;
const READ_MAX = 5_000;

const STUCK_RUNS = `
  SELECT id, state_type, state_timestamp, work_queue_id, deployment_id
  FROM (SELECT * FROM flow_run WHERE state_type = 'PENDING' LIMIT ${READ_MAX}) AS pending
  WHERE state_timestamp < now() - interval '${PENDING_SECONDS} seconds'
  UNION ALL
  SELECT id, state_type, state_timestamp, work_queue_id, deployment_id
  FROM (SELECT * FROM flow_run WHERE state_type = 'CANCELLING' LIMIT ${READ_MAX}) AS cancelling
  WHERE state_timestamp < now() - interval '${CANCELLING_SECONDS} seconds'`;

const STUCK = `
  SELECT s.type::text AS state,
         count(r.id)::int AS runs,
         coalesce(extract(epoch FROM now() - min(r.state_timestamp)), 0)::float8 AS oldest_seconds
  FROM unnest('{PENDING,CANCELLING}'::state_type[]) AS s (type)
  LEFT JOIN (${STUCK_RUNS}) AS r ON r.state_type = s.type
  GROUP BY s.type`;

/** Asked only when something is stuck. */
const SHOWN = 5;
const WHERE_STUCK = `
  WITH stuck AS MATERIALIZED (${STUCK_RUNS}),
  named AS (
    SELECT r.state_type, r.id, r.state_timestamp, p.name AS pool, f.name || '/' || d.name AS deployment
    FROM stuck r
    LEFT JOIN work_queue q ON q.id = r.work_queue_id
    LEFT JOIN work_pool p ON p.id = q.work_pool_id
    LEFT JOIN deployment d ON d.id = r.deployment_id
    LEFT JOIN flow f ON f.id = d.flow_id
  )
  SELECT s.type::text AS state,
         ARRAY(SELECT json_build_object('name', pool, 'runs', count(*)) FROM named
               WHERE state_type = s.type AND pool IS NOT NULL
               GROUP BY pool ORDER BY count(*) DESC, pool LIMIT ${SHOWN}) AS pools,
         ARRAY(SELECT json_build_object('name', deployment, 'runs', count(*)) FROM named
               WHERE state_type = s.type AND deployment IS NOT NULL
               GROUP BY deployment ORDER BY count(*) DESC, deployment LIMIT ${SHOWN}) AS deployments,
         ARRAY(SELECT id::text FROM named WHERE state_type = s.type
               ORDER BY state_timestamp LIMIT ${SHOWN}) AS oldest
  FROM unnest('{PENDING,CANCELLING}'::state_type[]) AS s (type)`;

const Stuck = v.array(
  v.object({ state: v.picklist(['PENDING', 'CANCELLING']), runs: v.number(), oldest_seconds: v.number() }),
);
const Share = v.object({ name: v.string(), runs: v.number() });
const Places = v.array(
  v.object({
    state: v.picklist(['PENDING', 'CANCELLING']),
    pools: v.array(Share),
    deployments: v.array(Share),
    oldest: v.array(v.string()),
  }),
);

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['id', 'state_type', 'state_timestamp', 'work_queue_id', 'deployment_id'],
    indexes: [['state_type']],
  },
  { table: 'work_queue', columns: ['id', 'work_pool_id'] },
  { table: 'work_pool', columns: ['id', 'name'] },
  { table: 'deployment', columns: ['id', 'name', 'flow_id'] },
  { table: 'flow', columns: ['id', 'name'] },
];

const NAMES = { PENDING: 'stuck_pending', CANCELLING: 'stuck_cancelling' } as const;

/** Runs that were to leave a passing state long ago: PENDING before they start, CANCELLING before they end. */
export const prefectStuck = prefectCollector({
  name: 'prefect-stuck',
  tier: 'minute',
  signals: Object.values(NAMES).flatMap((name) => [
    `postgres.flow_runs.${name}`,
    `postgres.flow_runs.${name}_oldest_seconds`,
  ]),
  cheap: `reads runs in two passing states by index, ${READ_MAX} of each at most`,
  needs: NEEDS,
  async collect(client) {
    const stuck = v.parse(Stuck, await byIndex(client, STUCK));
    const isAny = stuck.some((s) => s.runs > 0);
    const places = isAny ? v.parse(Places, await byIndex(client, WHERE_STUCK)) : [];
    return {
      samples: stuck.flatMap(({ state, runs, oldest_seconds }) => [
        { signal: `postgres.flow_runs.${NAMES[state]}`, value: runs },
        { signal: `postgres.flow_runs.${NAMES[state]}_oldest_seconds`, value: oldest_seconds },
      ]),
      facts: Object.fromEntries(
        places.filter((p) => p.oldest.length > 0).map(({ state, ...place }) => [NAMES[state], { ...place }]),
      ),
    };
  },
});
