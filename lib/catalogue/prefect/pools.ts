import * as v from 'valibot';
import type { Facts } from '../../model/report.ts';
import type { PrefectSettings } from './settings.ts';

/** The fact of the collector of clients: who holds the sessions of a database, the busiest first. */
const Clients = v.array(
  v.object({
    application: v.string(),
    user: v.nullable(v.string()),
    client: v.string(),
    here: v.number(),
    busy_here: v.number(),
  }),
);
const OURS = 'prefect-vitals';

/** Beside its pool a server process opens one session to delete old rows and one to be notified. */
const BESIDE_THE_POOL = 2;

/** The pool of a Prefect process, or of several that share a name and an address, as the database sees it. */
export interface Pool {
  readonly application: string;
  readonly user: string | null;
  readonly client: string;
  /** Processes there must be at the least, to hold so many sessions. */
  readonly processes: number;
  /** Connections they may open, their overflow included. */
  readonly limit: number;
  readonly open: number;
  /** In a statement or a transaction: checked out of the pool beyond doubt. */
  readonly busy: number;
  readonly usedPercent: number;
}

type PoolSettings = PrefectSettings['pool'];

/** What a process may open; null where the server does not say, or set no limit to its overflow. */
function perProcess({ size, max_overflow }: PoolSettings): number | null {
  if (size === null || max_overflow === null || size <= 0 || max_overflow < 0) return null;
  return size + max_overflow;
}

/** Prefect logs in as the role that holds most sessions of its database. */
function roleOf(clients: v.InferOutput<typeof Clients>): string | null {
  const sessions = new Map<string | null, number>();
  for (const { user, here } of clients) sessions.set(user, (sessions.get(user) ?? 0) + here);
  const [most] = [...sessions].toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}

/**
 * How far the pools of Prefect's processes are used, the fullest first, by the sessions a database shows: those busy,
 * or so many open that part of the pool must be. A pool keeps what it once opened, up to its size, so sessions that
 * are open say little; what goes beyond that size is open only while it is used. Null when sessions or settings are
 * not known.
 */
export function poolsIn(facts: Facts, settings: PoolSettings): readonly Pool[] | null {
  const result = v.safeParse(Clients, facts.clients);
  const each = perProcess(settings);
  if (!result.success || each === null || settings.size === null) return null;
  const size = settings.size;
  const clients = result.output.filter((c) => c.here > 0 && c.application !== OURS);
  const role = roleOf(clients);
  return clients
    .filter((c) => c.user === role)
    .map(({ application, user, client, here, busy_here }) => {
      const processes = Math.ceil(here / (each + BESIDE_THE_POOL));
      const limit = processes * each;
      const overflowing = here - processes * (size + BESIDE_THE_POOL);
      const used = Math.min(limit, Math.max(busy_here, overflowing));
      const usedPercent = (100 * used) / limit;
      return { application, user, client, processes, limit, open: here, busy: busy_here, usedPercent };
    })
    .toSorted((a, b) => b.usedPercent - a.usedPercent);
}
