import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { evidenceOfSession, parseSession, seeSession, terminateSession } from './postgres-session.ts';

export const postgresLongTransaction: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-long-transaction',
  kinds: ['postgres'],
  component: 'database',
  title: 'A transaction has been open for long',
  needs: ['postgres.transaction.oldest_seconds'],
  thresholds: { warning: { enter: 300, leave: 120 }, critical: { enter: 3600, leave: 1800 } },
  meaning:
    "A client's transaction is older than the threshold, in seconds. Prefect's own last milliseconds, at most its statement timeout of 10 s; a dump or a manual clean-up may take longer.",
  impact:
    'Vacuum cannot remove any row version younger than it: tables and indexes swell, every query reads more, and what it locked stays locked.',
  remedy: [
    {
      text: 'See whose it is.',
      command:
        'SELECT pid, usename, application_name, client_addr, state, xact_start FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start LIMIT 5;',
    },
    {
      text: 'If it can be spared, cancel its statement, or end it.',
      command: 'SELECT pg_cancel_backend(<pid>); SELECT pg_terminate_backend(<pid>);',
    },
  ],
  causes: ['postgres-idle-in-transaction'],
  source: ['Prefect, Monitoring the stack: PostgreSQL', 'PostgreSQL, Routine vacuuming'],
  judge: (look) => {
    const seconds = look.value('postgres.transaction.oldest_seconds');
    const severity = look.level(seconds);
    if (severity === null) return null;
    const session = parseSession(look.facts.oldest_transaction);
    return {
      severity,
      evidence: [
        {
          text: `the oldest transaction has been open for ${seconds.toFixed(0)} s`,
          signal: 'postgres.transaction.oldest_seconds',
          value: seconds,
          threshold: look.threshold(severity),
        },
        ...evidenceOfSession(session),
      ],
      ...(session !== null && {
        remedy: [
          seeSession(session),
          {
            text: 'If it can be spared, cancel the statement it runs.',
            command: `SELECT pg_cancel_backend(${session.pid});`,
          },
          terminateSession(session, 'If that does not end it, end the session.'),
        ],
      }),
    };
  },
};
