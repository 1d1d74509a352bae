import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const postgresConnectionsHigh: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-connections-high',
  kinds: ['postgres'],
  component: 'database',
  title: 'PostgreSQL is running out of connections',
  needs: ['postgres.connections.used_percent', 'postgres.connections.total', 'postgres.connections.limit'],
  thresholds: { warning: { enter: 80, leave: 70 }, critical: { enter: 90, leave: 80 } },
  meaning: 'Client sessions come near the number an ordinary role may open.',
  impact:
    'At the limit every new session is refused: API requests fail, and so do workers and background services that reconnect.',
  remedy: [
    {
      text: 'See who holds them.',
      command:
        'SELECT application_name, client_addr, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC;',
    },
    {
      text: 'Lower what Prefect may open per process (pool size plus overflow), or run fewer processes.',
      command: 'prefect config set PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=5',
    },
    {
      text: 'Raise max_connections, or put a pooler such as RDS Proxy in between.',
      command: 'SHOW max_connections;',
    },
  ],
  causes: ['postgres-lock-contention'],
  source: ['Prefect, Monitoring the stack: Active Connections'],
  judge: (look) => {
    const used = look.value('postgres.connections.used_percent');
    const severity = look.level(used);
    if (severity === null) return null;
    const total = look.value('postgres.connections.total');
    const limit = look.value('postgres.connections.limit');
    return {
      severity,
      evidence: [
        {
          text: `${total} of ${limit} connections in use (${used.toFixed(1)} %)`,
          signal: 'postgres.connections.used_percent',
          value: used,
          threshold: look.threshold(severity),
        },
      ],
    };
  },
};
