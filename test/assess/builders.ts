import * as v from 'valibot';
import { kindOf, readingsOf, type Values } from '../../bench/score/readings.ts';
import {
  HEALTHY_ENTRANCE,
  HEALTHY_LOGS,
  HEALTHY_POSTGRES_LOG,
  healthyService,
} from '../../bench/score/shapes/described.ts';
import { assess } from '../../lib/assess/assess.ts';
import { tiersOf } from '../../lib/catalogue/signals/index.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { ConfigInput, InstallationConfig } from '../../lib/config/schema.ts';
import { type Target, targetsOf } from '../../lib/config/targets.ts';
import { type Assessment, type AssessState, AssessStateSchema } from '../../lib/model/assessment.ts';
import type { Facts, Report } from '../../lib/model/report.ts';

/** Every test's clock starts here. */
const START = Date.parse('2026-11-21T08:00:00.000Z');

/** A moment some seconds after the start. */
export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

type InstallationInput = ConfigInput['installations'][number];

const POSTGRES = { name: 'orion', host: 'db.internal', database: 'prefect', user: 'vitals' };
const REDIS = { name: 'streams', host: 'redis.internal', roles: ['streams' as const] };
const PREFECT = { apiUrl: 'http://prefect.internal:4200/api' };

/** The first of several. @throws Error when there is none. */
export function first<T>(things: readonly T[] | undefined): T {
  const [thing] = things ?? [];
  if (thing === undefined) throw new Error('there is none');
  return thing;
}

/** A checked installation that watches postgres/orion, redis/streams and prefect/server unless told otherwise. */
export function installation(input: Partial<InstallationInput> = {}): InstallationConfig {
  // Everything that can be published is, so that tests see it; what is by default has tests of its own.
  const defaults = {
    name: 'production',
    metrics: 'full' as const,
    postgres: [POSTGRES],
    redis: [REDIS],
    prefect: [PREFECT],
  };
  return first(parseConfig({ installations: [{ ...defaults, ...input }] }).installations);
}

export function targetNamed(id: string, of: InstallationConfig = installation()): Target {
  const target = targetsOf(of).find((t) => t.id === id);
  if (target === undefined) throw new Error(`there is no target ${id}`);
  return target;
}

export type { Values };

export const HEALTHY = {
  postgres: {
    'postgres.up': 1,
    'postgres.connect_ms': 12,
    'postgres.select_ms': 1.5,
    'postgres.connections.total': 10,
    'postgres.connections.limit': 100,
    'postgres.connections.used_percent': 10,
    'postgres.blocked.sessions': 0,
    'postgres.blocked.longest_wait_seconds': 0,
  },
  redis: {
    'redis.up': 1,
    'redis.ping_ms': 0.4,
    'redis.memory.used_bytes': 10 * 2 ** 20,
    'redis.memory.limit_bytes': 100 * 2 ** 20,
    'redis.memory.used_percent': 10,
    'redis.clients': 7,
    'redis.keyspace.hits': 1000,
    'redis.keyspace.misses': 500,
    'redis.cpu.seconds': 30,
  },
  logs: HEALTHY_LOGS,
  'postgres-log': HEALTHY_POSTGRES_LOG,
  prefect: {
    'prefect.up': 1,
    'prefect.health_ms': 5,
    'prefect.clock_skew_seconds': 0.2,
    'prefect.ready': 1,
    'prefect.ready_ms': 9,
    'prefect.flow_run.count': { RUNNING: 3, PENDING: 1 },
  },
  service: healthyService(0),
  network: HEALTHY_ENTRANCE,
} as const satisfies Readonly<Record<string, Values>>;

export interface ReportOptions {
  /** Seconds after the start. */
  readonly at?: number;
  readonly tier?: Report['tier'];
  readonly facts?: Facts;
  readonly installation?: string;
  readonly errors?: Report['errors'];
}

/** A report of exactly these values, read at the moment the probe started. */
export function report(target: string, values: Values, options: ReportOptions = {}): Report {
  const { tier = 'minute' } = options;
  const startedAt = at(options.at ?? 0);
  return {
    installation: options.installation ?? 'production',
    target,
    kind: kindOf(target),
    tier,
    intervalSeconds: tier === 'minute' ? 60 : 900,
    startedAt,
    durationMs: 42,
    readings: [...readingsOf(target, values, startedAt)],
    facts: options.facts ?? {},
    errors: options.errors ?? [],
  };
}

/** A report of a healthy target, but for these values. */
export function healthy(target: string, but: Values = {}, options: ReportOptions = {}): Report {
  const kind = kindOf(target);
  if (kind === 'kubernetes') throw new Error('nothing is measured of Kubernetes');
  return report(target, { ...HEALTHY[kind], ...but }, options);
}

/** Reports of the three usual targets at a moment: healthy, but for those given instead. */
export const allHealthy = (seconds: number, ...instead: readonly Report[]): readonly Report[] =>
  ['postgres/orion', 'redis/streams', 'prefect/server'].map(
    (target) => instead.find((r) => r.target === target) ?? healthy(target, {}, { at: seconds }),
  );

/** The quarter-hourly reports of those of the three usual targets that have such a tier. */
export const quarterHourly = (seconds: number): readonly Report[] =>
  ['postgres/orion', 'redis/streams', 'prefect/server']
    .filter((target) => tiersOf(kindOf(target)).includes('quarter-hour'))
    .map((target) => report(target, {}, { tier: 'quarter-hour', at: seconds }));

/** The state as a store gives it back. */
export const stored = (state: AssessState): AssessState =>
  v.parse(AssessStateSchema, JSON.parse(JSON.stringify(state)));

/** Assesses again and again, as deployed: the newest reports and the stored state go in, the new state is kept. */
export class Monitor {
  #installation: InstallationConfig;
  readonly #reports = new Map<string, Report>();
  #state: AssessState | null = null;

  constructor(of: InstallationConfig = installation()) {
    this.#installation = of;
  }

  get reports(): readonly Report[] {
    return [...this.#reports.values()];
  }

  get state(): AssessState | null {
    return this.#state;
  }

  configure(changed: InstallationConfig): void {
    this.#installation = changed;
  }

  /** Takes in reports and assesses at a moment. */
  look(seconds: number, ...reports: readonly Report[]): Assessment {
    for (const r of reports) this.#keep(r);
    const assessment = this.again(seconds);
    this.#state = stored(assessment.state);
    return assessment;
  }

  /** As the store does: a late report does not turn time back. */
  #keep(report: Report): void {
    const key = `${report.target} ${report.tier}`;
    const before = this.#reports.get(key);
    if (before === undefined || before.startedAt < report.startedAt) this.#reports.set(key, report);
  }

  /** Assesses what is known at a moment and forgets about it. */
  again(seconds: number): Assessment {
    return assess({
      installation: this.#installation,
      reports: this.reports,
      vended: null,
      previous: this.#state,
      now: new Date(at(seconds)),
      version: '1.2.3',
    });
  }
}

/** The keys of the findings that stand, in the order they are served. */
export const findingKeys = ({ snapshot }: Assessment): readonly string[] =>
  snapshot.findings.map((f) => `${f.id}@${f.target}`);

/** What people were told, as `kind finding@target number`. */
export const tellings = ({ changes }: Assessment): readonly string[] =>
  changes.map((c) => `${c.kind} ${c.incident.finding.id}@${c.incident.finding.target} ${c.number}`);
