import * as v from 'valibot';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * What Prefect itself calls the states of runs that are not over, and of those that took too long. A user's code may
 * call them anything else: such names are not read, for there may be as many as runs.
 */
const NAMES = [
  ...['Late', 'AwaitingRetry', 'AwaitingConcurrencySlot', 'Resuming'],
  ...['Pending', 'Submitting', 'InfrastructurePending', 'NotReady'],
  ...['Running', 'Retrying', 'Paused', 'Suspended', 'Cancelling', 'TimedOut'],
];

/** Counted no further than this, each: some two milliseconds of one index. */
const COUNTED_MAX = 20_000;
const COUNTED = NAMES.map(
  (name) => `
  SELECT '${name}' AS name, (SELECT count(*)::int
                             FROM (SELECT FROM flow_run WHERE state_name = '${name}' LIMIT ${COUNTED_MAX}) AS counted) AS runs`,
).join(' UNION ALL ');

const Counts = v.array(v.object({ name: v.string(), runs: v.number() }));

const FLOW_RUNS: Need = { table: 'flow_run', columns: ['state_name'], indexes: [['state_name']] };

/** Flow runs by the name of their state, which tells why a run of a type is where it is. */
export const prefectFlowRunsByName = prefectCollector({
  name: 'prefect-flow-runs-by-name',
  tier: 'quarter-hour',
  signals: ['postgres.flow_runs.by_name'],
  cheap: `reads entries of one index, ${COUNTED_MAX} of each name at most`,
  needs: [FLOW_RUNS],
  async collect(client) {
    const counts = v.parse(Counts, await byIndex(client, COUNTED));
    return {
      samples: counts.map(({ name, runs }) => ({
        signal: 'postgres.flow_runs.by_name',
        value: runs,
        labels: { name },
      })),
    };
  },
});
