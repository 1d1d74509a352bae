import * as v from 'valibot';
import type { Evidence } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { foreseenBy } from './foreseen.ts';

/** The fact the clients collector leaves: who holds the connections, the busiest first. */
const Clients = v.array(
  v.object({
    application: v.string(),
    user: v.nullable(v.string()),
    client: v.string(),
    sessions: v.number(),
    idle_in_transaction: v.number(),
  }),
);
const CLIENTS_SHOWN = 3;

interface Usage {
  readonly text: string;
  readonly signal: string;
  readonly percent: number;
}

const known = (look: Look, signal: string): number | null => look.all(signal)[0]?.value ?? null;

/** The server's connections; that none is left may be all there is to know, when the probe itself was turned away. */
function ofServer(look: Look): Usage {
  const signal = 'postgres.connections.used_percent';
  const percent = look.value(signal);
  const total = known(look, 'postgres.connections.total');
  const limit = known(look, 'postgres.connections.limit');
  const text =
    total === null || limit === null
      ? 'every connection an ordinary role may open is taken: the probe was turned away'
      : `${total} of ${limit} connections in use (${percent.toFixed(1)} %)`;
  return { text, signal, percent };
}

/** Roles and databases with a limit of their own reach it before the server reaches its. */
function ofLimits(look: Look): readonly Usage[] {
  const signal = 'postgres.clients.limit_used_percent';
  return look.all(signal).flatMap(({ value, labels }) => {
    if (value === null) return [];
    const holder = labels?.holder ?? 'a role';
    return [{ text: `${holder} uses ${value.toFixed(1)} % of its own limit`, signal, percent: value }];
  });
}

function holders(look: Look): readonly Evidence[] {
  const clients = v.safeParse(Clients, look.facts.clients);
  if (!clients.success) return [];
  return clients.output.slice(0, CLIENTS_SHOWN).map((c) => {
    const idle =
      c.idle_in_transaction === 0 ? '' : `, ${c.idle_in_transaction} of them idle in a transaction`;
    return { text: `${c.sessions} by ${c.application} as ${c.user ?? 'nobody'} from ${c.client}${idle}` };
  });
}

export const postgresConnectionsHigh: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-connections-high',
  kinds: ['postgres'],
  component: 'database',
  title: 'PostgreSQL is running out of connections',
  needs: ['postgres.connections.used_percent'],
  thresholds: { warning: { enter: 80, leave: 70 }, critical: { enter: 90, leave: 80 } },
  meaning:
    'Client sessions come near the number an ordinary role may open, on the server or under a limit of the role or database.',
  impact:
    'At the limit every new session is refused: API requests fail, and so do workers and background services that reconnect.',
  remedy: [
    {
      text: 'See who holds them; when none is left a superuser still gets in.',
      command:
        'SELECT application_name, usename, client_addr, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC;',
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
  causes: ['postgres-lock-contention', 'postgres-idle-in-transaction'],
  source: ['Prefect, Monitoring the stack: Active Connections'],
  judge: (look) => {
    const [worst] = [ofServer(look), ...ofLimits(look)].toSorted((a, b) => b.percent - a.percent);
    const severity = worst === undefined ? null : look.level(worst.percent);
    if (worst === undefined || severity === null) return null;
    const { text, signal, percent } = worst;
    return {
      severity,
      evidence: [
        { text, signal, value: percent, threshold: look.threshold(severity) },
        ...foreseenBy(
          look.forecast('postgres.connections.used_percent'),
          'no connection of the server is left',
        ),
        ...holders(look),
      ],
    };
  },
};
