import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import {
  evidenceOfSession,
  idleTimeoutFor,
  parseSession,
  seeSession,
  terminateSession,
} from './postgres-session.ts';

/**
 * A finding of its own beside the long transaction: a transaction that works may have a reason to take minutes, one
 * that does nothing has none, so this one speaks much earlier, and its remedy is a timeout rather than patience.
 */
export const postgresIdleInTransaction: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-idle-in-transaction',
  kinds: ['postgres'],
  component: 'database',
  title: 'A client holds a transaction open and does nothing',
  needs: ['postgres.transaction.oldest_idle_seconds'],
  thresholds: { warning: { enter: 60, leave: 10 }, critical: { enter: 600, leave: 60 } },
  meaning:
    'A session began a transaction and has sent nothing since, for longer than the threshold, in seconds: its program hangs, was paused, or forgot to commit.',
  impact:
    'It keeps every lock it took, so that flow-run state changes wait behind it, and it keeps vacuum from removing dead rows everywhere in the database.',
  remedy: [
    {
      text: 'See who it is.',
      command:
        "SELECT pid, usename, application_name, client_addr, state_change FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' ORDER BY state_change;",
    },
    {
      text: 'Have the server end such transactions of the role by itself.',
      command: "ALTER ROLE <role> SET idle_in_transaction_session_timeout = '60s';",
    },
  ],
  causes: [],
  source: ['Prefect, Monitoring the stack: PG Locks', 'PostgreSQL, idle_in_transaction_session_timeout'],
  judge: (look) => {
    const seconds = look.value('postgres.transaction.oldest_idle_seconds');
    const severity = look.level(seconds);
    if (severity === null) return null;
    const session = parseSession(look.facts.longest_idle_in_transaction);
    return {
      severity,
      evidence: [
        {
          text: `a transaction has been idle for ${seconds.toFixed(0)} s`,
          signal: 'postgres.transaction.oldest_idle_seconds',
          value: seconds,
          threshold: look.threshold(severity),
        },
        ...evidenceOfSession(session),
      ],
      ...(session !== null && {
        remedy: [
          seeSession(session),
          terminateSession(session, 'End it: its program gets an error and its changes are undone.'),
          ...idleTimeoutFor(session),
        ],
      }),
    };
  },
};
