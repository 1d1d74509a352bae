import * as v from 'valibot';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/** Limits whose slots decay are rates: full is how they work. Prefect keeps a deployment's limit under this name. */
const LIMITS = `
  SELECT count(*)::int AS limits,
         coalesce(sum(active_slots), 0)::float8 AS slots,
         count(*) FILTER (WHERE active_slots >= "limit" AND slot_decay_per_second = 0)::int AS exhausted,
         ARRAY(SELECT name FROM concurrency_limit_v2
               WHERE active AND active_slots >= "limit" AND slot_decay_per_second = 0
               ORDER BY active_slots DESC, name LIMIT 10) AS names
  FROM concurrency_limit_v2
  WHERE active`;

/**
 * Full limits of deployments that count more slots than the deployment has runs to hold them: the runs are gone and
 * their slots were never given back. Asked only when a limit is full.
 */
const READ_MAX = 20_000;
const LEAKED = `
  WITH holders AS MATERIALIZED (
    SELECT deployment_id, count(*) AS runs
    FROM (SELECT deployment_id FROM flow_run
          WHERE state_type IN ('PENDING', 'RUNNING', 'CANCELLING', 'PAUSED') LIMIT ${READ_MAX}) AS active
    GROUP BY deployment_id
  )
  SELECT c.name AS limit_name, f.name || '/' || d.name AS deployment, c."limit" AS slots_limit,
         c.active_slots AS slots_taken, coalesce(h.runs, 0)::int AS runs
  FROM concurrency_limit_v2 c
  JOIN deployment d ON d.concurrency_limit_id = c.id
  JOIN flow f ON f.id = d.flow_id
  LEFT JOIN holders h ON h.deployment_id = d.id
  WHERE c.active AND c.slot_decay_per_second = 0 AND c.active_slots >= c."limit" AND c."limit" > 0
    AND c.active_slots > coalesce(h.runs, 0)
    AND (SELECT coalesce(sum(runs), 0) FROM holders) < ${READ_MAX}
  ORDER BY c.active_slots - coalesce(h.runs, 0) DESC
  LIMIT 20`;

const Limits = v.object({
  limits: v.number(),
  slots: v.number(),
  exhausted: v.number(),
  names: v.array(v.string()),
});
const Leaked = v.array(
  v.object({
    limit_name: v.string(),
    deployment: v.string(),
    slots_limit: v.number(),
    slots_taken: v.number(),
    runs: v.number(),
  }),
);

const NEEDS: readonly Need[] = [
  {
    table: 'concurrency_limit_v2',
    columns: ['id', 'name', 'active', 'limit', 'active_slots', 'slot_decay_per_second'],
  },
  { table: 'deployment', columns: ['id', 'name', 'flow_id', 'concurrency_limit_id'] },
  { table: 'flow', columns: ['id', 'name'] },
  { table: 'flow_run', columns: ['deployment_id', 'state_type'], indexes: [['state_type']] },
];

/** Concurrency limits that are full, and those that are full of slots nobody holds any more. */
export const prefectConcurrency = prefectCollector({
  name: 'prefect-concurrency',
  tier: 'minute',
  signals: [
    'postgres.concurrency_limits',
    'postgres.concurrency_limits.slots_taken',
    'postgres.concurrency_limits.exhausted',
    'postgres.concurrency_limits.leaked',
  ],
  cheap: `a table of one row a limit, and at most ${READ_MAX} runs under way when one of them is full`,
  needs: NEEDS,
  async collect(client) {
    const { limits, slots, exhausted, names } = v.parse(Limits, (await client.query(LIMITS)).rows[0]);
    const leaked = exhausted === 0 ? [] : v.parse(Leaked, await byIndex(client, LEAKED));
    return {
      samples: [
        { signal: 'postgres.concurrency_limits', value: limits },
        { signal: 'postgres.concurrency_limits.slots_taken', value: slots },
        { signal: 'postgres.concurrency_limits.exhausted', value: exhausted },
        { signal: 'postgres.concurrency_limits.leaked', value: leaked.length },
      ],
      facts: { limits_exhausted: names, limits_leaked: leaked },
    };
  },
});
