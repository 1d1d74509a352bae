import * as v from 'valibot';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** The fact the locks collector leaves: the session at the root of the longest blocking chain. */
const RootBlocker = v.object({
  pid: v.number(),
  state: v.nullable(v.string()),
  transaction_seconds: v.nullable(v.number()),
  waiting: v.number(),
});

export const postgresLockContention: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-lock-contention',
  kinds: ['postgres'],
  component: 'database',
  title: 'Sessions wait for locks',
  needs: ['postgres.blocked.sessions', 'postgres.blocked.longest_wait_seconds'],
  thresholds: { warning: { enter: 5, leave: 2 }, critical: { enter: 30, leave: 10 } },
  meaning:
    'At least one session has waited for a lock longer than the threshold, in seconds; others queue behind it.',
  impact:
    'Flow-run state changes and background services wait in the same queue; held connections fill the pool until the API stalls.',
  remedy: [
    {
      text: 'See who blocks whom.',
      command:
        'SELECT pid, pg_blocking_pids(pid), state, wait_event_type, query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;',
    },
    { text: 'End the transaction at the root of the chain.', command: 'SELECT pg_terminate_backend(<pid>);' },
  ],
  causes: ['postgres-idle-in-transaction', 'postgres-long-transaction'],
  source: ['Prefect, Monitoring the stack: PG Locks'],
  judge: (look) => {
    const longest = look.value('postgres.blocked.longest_wait_seconds');
    const severity = look.level(longest);
    if (severity === null) return null;
    const root = v.safeParse(RootBlocker, look.facts.root_blocker);
    const sessions = look.value('postgres.blocked.sessions');
    return {
      severity,
      evidence: [
        {
          text: `${sessions} sessions wait for a lock, the longest for ${longest.toFixed(1)} s`,
          signal: 'postgres.blocked.longest_wait_seconds',
          value: longest,
          threshold: look.threshold(severity),
        },
        ...(root.success
          ? [
              {
                text: `pid ${root.output.pid} (${root.output.state ?? 'state unknown'}) blocks ${root.output.waiting} of them`,
              },
            ]
          : []),
      ],
      ...(root.success && {
        remedy: [
          {
            text: `See what pid ${root.output.pid} is doing.`,
            command: `SELECT pid, application_name, client_addr, state, xact_start, query FROM pg_stat_activity WHERE pid = ${root.output.pid};`,
          },
          {
            text: 'If it can be spared, end its transaction.',
            command: `SELECT pg_terminate_backend(${root.output.pid});`,
          },
        ],
      }),
    };
  },
};
