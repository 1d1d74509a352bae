const DAY_SECONDS = 86_400;

/** Where a signal ends: at a number, or where a finding becomes critical, as the installation wants it judged. */
export type Limit = number | { readonly criticalOf: string };

/**
 * A signal that runs out. `towards` says on which side of its values the limit lies. A `trend` is drawn through past
 * values; a `countdown` is in days and runs down by itself. What lies beyond `horizonSeconds` is not told.
 */
export interface Foreseeable {
  readonly signal: string;
  readonly how: 'trend' | 'countdown';
  readonly towards: 'above' | 'below';
  readonly limit: Limit;
  readonly horizonSeconds: number;
}

/** Everything whose time left is worth knowing. A past of each is kept per set of labels: the fewer, the better. */
const FORESEEABLE: readonly Foreseeable[] = [
  {
    signal: 'postgres.storage.free_bytes',
    how: 'trend',
    towards: 'below',
    limit: 0,
    horizonSeconds: 14 * DAY_SECONDS,
  },
  {
    signal: 'postgres.connections.used_percent',
    how: 'trend',
    towards: 'above',
    limit: 100,
    horizonSeconds: 2 * DAY_SECONDS,
  },
  {
    signal: 'redis.memory.used_percent',
    how: 'trend',
    towards: 'above',
    limit: 100,
    horizonSeconds: 14 * DAY_SECONDS,
  },
  {
    // A docket has no size of its own: it is full when Redis is. What it has is a backlog nobody should let it reach.
    signal: 'redis.docket.backlog',
    how: 'trend',
    towards: 'above',
    limit: { criticalOf: 'docket-backlog-growing' },
    horizonSeconds: 2 * DAY_SECONDS,
  },
  {
    signal: 'network.tls.expires_in_days',
    how: 'countdown',
    towards: 'below',
    limit: 0,
    horizonSeconds: 30 * DAY_SECONDS,
  },
];

const BY_SIGNAL = new Map(FORESEEABLE.map((f) => [f.signal, f]));

export const foreseeable = (signal: string): Foreseeable | undefined => BY_SIGNAL.get(signal);
