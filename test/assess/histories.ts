import fc from 'fast-check';
import type { Report } from '../../lib/model/report.ts';
import type { UnknownReason } from '../../lib/model/unknown.ts';
import { at, healthy, report, type Values } from './builders.ts';

export const TARGETS = ['postgres/orion', 'redis/streams', 'prefect/server'] as const;
type TargetId = (typeof TARGETS)[number];

/** One moment of a history: how much later it is, which reports came, and how often it is looked at again. */
export interface Moment {
  readonly afterSeconds: number;
  readonly visits: readonly Visit[];
  readonly looksAgain: number;
}
interface Visit {
  readonly target: TargetId;
  readonly tier: Report['tier'];
  readonly lagSeconds: number;
  readonly values: Values;
}

const reason = fc.constantFrom<UnknownReason>('timeout', 'auth', 'permission', 'tls', 'saturated');
const orUnknown = (value: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: reason });
const upOrDown = fc.constantFrom(1, 0);
/** Values around every threshold of a percentage, so that histories cross them often. */
const percent = fc.constantFrom(0, 64, 65, 70, 75, 79, 80, 85, 90, 95, 100);
const counter = fc.integer({ min: 0, max: 5000 });

const VALUES_OF: Readonly<Record<TargetId, Readonly<Record<string, fc.Arbitrary<number | UnknownReason>>>>> =
  {
    'postgres/orion': {
      'postgres.up': orUnknown(upOrDown),
      'postgres.connections.used_percent': orUnknown(percent),
      'postgres.blocked.longest_wait_seconds': orUnknown(fc.constantFrom(0, 2, 5, 9, 10, 30, 90)),
    },
    'redis/streams': {
      'redis.up': orUnknown(upOrDown),
      'redis.memory.used_percent': orUnknown(percent),
      'redis.keyspace.hits': orUnknown(counter),
      'redis.cpu.seconds': orUnknown(counter),
    },
    'prefect/server': {
      'prefect.up': orUnknown(upOrDown),
      'prefect.ready': orUnknown(upOrDown),
    },
  };

const present = (values: Readonly<Record<string, number | UnknownReason | undefined>>): Values =>
  Object.fromEntries(Object.entries(values).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));

const visit = (target: TargetId): fc.Arbitrary<Visit> =>
  fc.record({
    target: fc.constant(target),
    tier: fc.constantFrom('minute', 'minute', 'minute', 'quarter-hour'),
    lagSeconds: fc.integer({ min: -2, max: 20 }),
    // A key left out is a signal at its healthy value: else hardly two reports in a row would agree.
    values: fc.oneof(fc.constant({}), fc.record(VALUES_OF[target], { requiredKeys: [] }).map(present)),
  });

/** Reports of some or no targets at irregular times, late or from a clock a little ahead. */
export const history: fc.Arbitrary<readonly Moment[]> = fc.array(
  fc.record({
    afterSeconds: fc.constantFrom(60, 60, 60, 60, 60, 60, 55, 65, 1, 20, 90, 200, 700),
    visits: fc
      .tuple(...TARGETS.map((t) => fc.option(visit(t), { nil: undefined, freq: 8 })))
      .map((visits) => visits.filter((v) => v !== undefined)),
    looksAgain: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 30, size: 'max' },
);

/** The reports of a moment. No two tiers are probed at the same millisecond. */
export const reportsOf = ({ visits }: Moment, seconds: number): readonly Report[] =>
  visits.map(({ target, tier, lagSeconds, values }) =>
    healthy(target, values, { tier, at: seconds - lagSeconds + (tier === 'minute' ? 0 : 0.5) }),
  );

/** Maintenance windows anywhere in the first hours of a history. */
export const windows = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 1, max: 1500 }))
    .map(([from, length]) => ({ from: at(from), to: at(from + length) })),
  { maxLength: 2 },
);

const label = fc.string({ unit: fc.constantFrom('a', 'Z', '<', '"', ' ', 'é', '😀'), maxLength: 10 });
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x));
const SIGNAL_IDS = [
  ...Object.values(VALUES_OF).flatMap(Object.keys),
  'prefect.flow_run.count',
  'postgres.connections.total',
  'postgres.connections.limit',
  'postgres.blocked.sessions',
  'redis.memory.used_bytes',
  'redis.memory.limit_bytes',
  'redis.keyspace.misses',
  'redis.keyspace.hit_ratio_percent',
  'monitor.report.unreadable',
  'no.such.signal',
];
const one = fc.oneof(anyNumber, reason);
const nonsense: fc.Arbitrary<Values> = fc.dictionary(
  fc.constantFrom(...SIGNAL_IDS),
  fc.oneof(one, fc.dictionary(label, one, { maxKeys: 3 })),
);

/** Well-formed reports of any content, any facts and any time: what only a broken probe would send. */
export const nonsenseReports: fc.Arbitrary<readonly Report[]> = fc.array(
  fc
    .record({
      target: fc.constantFrom(...TARGETS, 'postgres/elsewhere'),
      values: nonsense,
      tier: fc.constantFrom('minute', 'quarter-hour'),
      at: fc.integer({ min: -100_000, max: 100_000 }),
      facts: fc.dictionary(
        fc.constantFrom('version', 'root_blocker'),
        fc.oneof(label, anyNumber, fc.constant(null), fc.constant({ pid: 1, state: null, waiting: 'two' })),
      ),
    })
    .map(({ target, values, ...options }) => report(target, values, options)),
  { maxLength: 8 },
);
