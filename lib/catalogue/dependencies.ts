import type { TargetKind } from '../model/report.ts';

/** Where a finding stands: its target, and the part of Prefect's world it is about. */
export interface Place {
  readonly target: string;
  readonly kind: TargetKind;
  readonly roles: readonly string[];
  readonly component: string;
}

/** What a database, a Redis or a cluster in trouble looks like, the deepest first. */
const POSTGRES_IN_TROUBLE = [
  'postgres-down',
  'disk-nearly-full',
  'postgres-lock-contention',
  'postgres-idle-in-transaction',
  'postgres-long-transaction',
  'postgres-cpu-high',
  'postgres-memory-low',
  'postgres-connections-high',
  'db-pool-exhausted',
] as const;
const REDIS_IN_TROUBLE = [
  'redis-down',
  'redis-refusing-writes',
  'redis-restarted-empty',
  'redis-flushed',
  'redis-rejecting-connections',
] as const;
const KUBERNETES_IN_TROUBLE = ['node-not-ready', 'pod-oom-killed', 'pod-crash-looping'] as const;

/** What everything of a component stands on, whatever its findings name themselves: the likeliest cause first. */
const STANDS_ON: Readonly<Record<string, readonly string[]>> = {
  server: [...POSTGRES_IN_TROUBLE, ...KUBERNETES_IN_TROUBLE],
  docket: [...REDIS_IN_TROUBLE, ...POSTGRES_IN_TROUBLE, ...KUBERNETES_IN_TROUBLE],
  services: [...REDIS_IN_TROUBLE, ...POSTGRES_IN_TROUBLE, ...KUBERNETES_IN_TROUBLE],
};

export const standsOn = (component: string): readonly string[] => STANDS_ON[component] ?? [];

/** What each role of a database and of a Redis carries: components, or whole kinds of targets. */
const CARRIES: Readonly<Record<string, (effect: Place) => boolean>> = {
  orion: () => true,
  events: ({ component }) => component === 'services' || component === 'events-table',
  nebula: ({ component }) => component === 'server',
  work: ({ component }) => component !== 'redis',
  streams: ({ component }) => component !== 'redis' && component !== 'docket',
  cache: ({ component }) => component === 'server' || component === 'database',
};
/** Findings about these are about one server and nothing beside it. */
const OF_ONE_SERVER = ['database', 'redis', 'events-table'];

/**
 * Whether trouble at one place may show at another: not on a second server of the same kind, and across kinds only
 * where the roles of the cause's target carry what the effect is about.
 */
export function reaches(cause: Place, effect: Place): boolean {
  if (cause.target === effect.target) return true;
  if (cause.kind === effect.kind) return !OF_ONE_SERVER.includes(cause.component);
  if (cause.roles.length === 0) return true;
  return cause.roles.some((role) => CARRIES[role]?.(effect) ?? true);
}
