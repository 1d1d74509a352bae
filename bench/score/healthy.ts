import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { SIGNALS, tiersOf } from '../../lib/catalogue/signals/index.ts';
import { SIGNATURES } from '../../lib/catalogue/signatures/index.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { Reading } from '../../lib/model/reading.ts';
import { type Facts, type Report, TARGET_KINDS, TIER_SECONDS } from '../../lib/model/report.ts';
import { player } from '../player.ts';
import { RecordingSchema, type Track } from '../recording.ts';

/** What `npm run bench -- healthy --record` wrote of a real PostgreSQL, Valkey and Prefect with flows running. */
const RECORDED = join(import.meta.dirname, '../../test/recorded/healthy.jsonl');

const ACCESS = {
  from: 'eks',
  cluster: 'prod',
  region: 'eu-central-1',
  endpoint: 'https://abc.eks.amazonaws.com',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
} as const;

/** An installation with a target of every kind. */
export function watchedInstallation(): InstallationConfig {
  const [installation] = parseConfig({
    installations: [
      {
        name: 'local',
        postgres: [
          {
            name: 'orion',
            host: 'db.internal',
            database: 'prefect',
            user: 'vitals',
            rds: { instance: 'prefect-orion', storageGiB: 100 },
          },
        ],
        redis: [
          { name: 'main', host: 'redis.internal', elasticache: { cacheClusterId: 'prefect-main-001' } },
        ],
        prefect: [{ apiUrl: 'http://prefect.internal:4200/api' }],
        services: [{ name: 'auth', metricsUrl: 'http://auth.internal:4300/metrics' }],
        entrances: [{ name: 'api', url: 'https://api.example.com', serves: 'api' }],
        kubernetes: [{ access: ACCESS }],
      },
    ],
  }).installations;
  if (installation === undefined) throw new Error('the configuration has no installation');
  return installation;
}

/** A value, or one by label: at a minute of a history, so that counters can grow. */
type Values = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

const NO_SIGNATURES = Object.fromEntries(SIGNATURES.map((s) => [s.id, 0]));

/** What no recording is kept of, or none by TLS and under a load, as well as it gets. */
const DESCRIBED: Readonly<Record<string, { facts: Facts; at: (minute: number) => Values }>> = {
  'kubernetes/cluster': {
    facts: { version: '1.33.1-eks-1fbb135' },
    at: () => ({
      'kubernetes.up': 1,
      'kubernetes.ready': 1,
      'kubernetes.etcd.ready': 1,
      'kubernetes.api_ms': 25,
      'kubernetes.nodes': 3,
      'kubernetes.nodes.not_ready': 0,
      'kubernetes.nodes.pressure': { MemoryPressure: 0, DiskPressure: 0, PIDPressure: 0 },
      'kubernetes.nodes.cpu.highest_percent': 40,
      'kubernetes.nodes.cpu.used_percent': 30,
      'kubernetes.nodes.memory.highest_percent': 50,
      'kubernetes.nodes.memory.used_percent': 45,
      'kubernetes.pods': 12,
      'kubernetes.pods.pending': 0,
      'kubernetes.pods.crash_looping': 0,
      'kubernetes.pods.oom_killed': 0,
      'kubernetes.flow_run_pods.oom_killed': 0,
      'kubernetes.workloads': 4,
      'kubernetes.workloads.not_ready': 0,
    }),
  },
  'logs/cluster': {
    facts: {},
    at: () => ({
      'logs.up': 1,
      'logs.silent': 0,
      'logs.containers.read': 5,
      'logs.containers.unread': 0,
      'logs.containers.truncated': 0,
      'logs.events': 900,
      'logs.errors': 0,
      'logs.auth_errors': 0,
      'logs.database_errors': 0,
      'logs.slow_queries': 0,
      'logs.signature': NO_SIGNATURES,
    }),
  },
  'service/auth': {
    facts: {},
    at: (minute) => ({
      'service.up': 1,
      'service.answer_ms': 6,
      'service.requests': 1000 * (minute + 1),
      'service.requests.failed': 0,
      'service.requests.within': {
        '0.1': 990 * (minute + 1),
        '1': 1000 * (minute + 1),
        '+Inf': 1000 * (minute + 1),
      },
    }),
  },
  'network/api': {
    facts: {
      entrance: { url: 'https://api.example.com', host: 'api.example.com', port: 443, serves: 'api' },
    },
    at: () => ({
      'network.up': 1,
      'network.http_status': 200,
      'network.answer_ms': 21,
      'network.routed': 1,
      'network.dns.resolves': 1,
      'network.dns.ms': 2,
      'network.dns.addresses': 3,
      'network.connect_ms': 4,
      'network.tls.trusted': 1,
      'network.tls.expires_in_days': 60,
    }),
  },
};

/** What CloudWatch says while all is well, by target. */
export const HEALTHY_VENDED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'postgres/orion': {
    'postgres.cpu.used_percent': 20,
    'postgres.memory.free_bytes': 6 * 2 ** 30,
    'postgres.storage.free_bytes': 60 * 2 ** 30,
    'postgres.storage.free_percent': 60,
  },
  'redis/main': { 'redis.engine_cpu.used_percent': 4 },
  'kubernetes/cluster': {
    'kubernetes.eks.get.p99_ms': 40,
    'kubernetes.eks.post.p99_ms': 60,
    'kubernetes.etcd.size_bytes': 2 ** 30,
  },
};

const LABELS = new Map(SIGNALS.map((s) => [s.id, s.label ?? 'label']));

export function readingsOf(target: string, values: Values, at: string): readonly Reading[] {
  return Object.entries(values).flatMap(([signal, value]): readonly Reading[] =>
    typeof value === 'number'
      ? [{ signal, target, at, value }]
      : Object.entries(value).map(([label, one]) => {
          return { signal, target, at, value: one, labels: { [LABELS.get(signal) ?? 'label']: label } };
        }),
  );
}

function kindOf(target: string): Report['kind'] {
  const kind = TARGET_KINDS.find((k) => target.startsWith(`${k}/`));
  if (kind === undefined) throw new RangeError(`${target} is of no kind`);
  return kind;
}

/** One probe: what it reports in a round of its tier, when asked at a time. */
export interface Probe {
  readonly target: string;
  readonly tier: Report['tier'];
  report(round: number, startedAt: string): Report;
}

/** Nothing is judged by what is described only every quarter of an hour; but a report of it is due. */
const described = ([target, { facts, at }]: (typeof entries)[number]): readonly Probe[] =>
  tiersOf(kindOf(target)).map((tier) => ({
    target,
    tier,
    report: (round, startedAt) => ({
      installation: 'local',
      target,
      kind: kindOf(target),
      tier,
      intervalSeconds: TIER_SECONDS[tier],
      startedAt,
      durationMs: 100,
      readings: tier === 'minute' ? [...readingsOf(target, at(round), startedAt)] : [],
      facts: tier === 'minute' ? facts : {},
      errors: [],
    }),
  }));
const entries = Object.entries(DESCRIBED);

const recorded = (track: Track): Probe => ({ target: track.target, tier: track.tier, report: player(track) });

/** Every probe of the installation, its reports healthy for ever. */
export function healthyProbes(): readonly Probe[] {
  const lines = readFileSync(RECORDED, 'utf8').trimEnd().split('\n');
  const tracks = v.parse(
    RecordingSchema,
    lines.map((line) => JSON.parse(line)),
  );
  const isDescribed = ({ target }: Track) => Object.hasOwn(DESCRIBED, target);
  return [...tracks.filter((t) => !isDescribed(t)).map(recorded), ...entries.flatMap(described)];
}
