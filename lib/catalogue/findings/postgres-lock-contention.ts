import * as v from 'valibot';
import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** The fact the locks collector leaves: the session at the root of the longest blocking chain. */
const RootBlocker = v.object({
  pid: v.number(),
  application_name: v.nullish(v.string(), null),
  state: v.nullable(v.string()),
  transaction_seconds: v.nullable(v.number()),
  waiting: v.number(),
  depth: v.optional(v.number(), 1),
});
type RootBlocker = v.InferOutput<typeof RootBlocker>;

/** A transaction prepared for a two-phase commit holds its locks without any session. */
const isPrepared = ({ pid }: RootBlocker): boolean => pid === 0;

function said(root: RootBlocker): string {
  const { pid, application_name, state, transaction_seconds, waiting, depth } = root;
  const who = isPrepared(root)
    ? 'a prepared transaction'
    : [
        `pid ${pid}`,
        application_name,
        state ?? 'state unknown',
        transaction_seconds !== null && `in a transaction for ${transaction_seconds.toFixed(0)} s`,
      ]
        .filter(Boolean)
        .join(', ');
  return `${who}: ${waiting} wait behind it, ${depth} deep`;
}

function remedyFor(root: RootBlocker): readonly Remedy[] {
  if (isPrepared(root)) {
    return [
      {
        text: 'See which prepared transaction was forgotten.',
        command: 'SELECT gid, prepared, owner, database FROM pg_prepared_xacts ORDER BY prepared;',
      },
      { text: 'If its coordinator is gone, undo it.', command: "ROLLBACK PREPARED '<gid>';" },
    ];
  }
  const { pid } = root;
  return [
    {
      text: `See what pid ${pid} is doing.`,
      command: `SELECT pid, application_name, client_addr, state, xact_start, query FROM pg_stat_activity WHERE pid = ${pid};`,
    },
    {
      text: 'If it can be spared, end its transaction.',
      command: `SELECT pg_terminate_backend(${pid});`,
    },
  ];
}

/** What PostgreSQL writes of it itself, where its log is a target of the same name. */
function loggedWaits({ target, elsewhere }: Look): readonly Evidence[] {
  const name = target.id.split('/')[1];
  const log = elsewhere('postgres-log').find((other) => other.target.id === `postgres-log/${name}`);
  const logged = (signal: string) => log?.all(signal)[0]?.value ?? null;
  const waits = logged('postgres-log.lock_waits');
  const longest = logged('postgres-log.longest_lock_wait_ms');
  if (waits === null || waits === 0 || longest === null) return [];
  return [
    {
      text: `its log tells of ${waits} sessions that waited for a lock in a minute, the longest for ${(longest / 1000).toFixed(1)} s`,
      signal: 'postgres-log.lock_waits',
      value: waits,
    },
  ];
}

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
        ...(root.success ? [{ text: said(root.output) }] : []),
        ...loggedWaits(look),
      ],
      ...(root.success && { remedy: remedyFor(root.output) }),
    };
  },
};
