import { parseConfig } from '../../../lib/config/define.ts';
import type { ConfigInput, InstallationConfig } from '../../../lib/config/schema.ts';
import { CLUSTER, described, ENTRANCE, LOGS, POSTGRES_LOG, SERVICE } from './described.ts';
import { POSTGRES_AS_RECOMMENDED, prefectAsRecommended, recorded } from './recorded.ts';
import type { Shape } from './shape.ts';

type InstallationInput = ConfigInput['installations'][number];

/** The configuration of one installation, checked. It goes by the name the recording has. */
export function installationOf(input: Omit<InstallationInput, 'name'>): InstallationConfig {
  const [installation] = parseConfig({ installations: [{ name: 'local', ...input }] }).installations;
  if (installation === undefined) throw new Error('the configuration has no installation');
  return installation;
}

const ACCESS = {
  from: 'eks',
  cluster: 'prod',
  region: 'eu-central-1',
  endpoint: 'https://abc.eks.amazonaws.com',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
} as const;

export const POSTGRES = {
  name: 'orion',
  host: 'db.internal',
  database: 'prefect',
  user: 'vitals',
  rds: { instance: 'prefect-orion', storageGiB: 100 },
};
export const PREFECT = { apiUrl: 'http://prefect.internal:4200/api' };
export const KUBERNETES = { access: ACCESS, singletons: ['orion-background'], istio: {} };

/** Of a database with 100 GiB. */
export const VENDED_OF_POSTGRES = {
  'postgres.cpu.used_percent': 20,
  'postgres.memory.free_bytes': 6 * 2 ** 30,
  'postgres.storage.free_bytes': 60 * 2 ** 30,
  'postgres.storage.free_percent': 60,
};
export const VENDED_OF_KUBERNETES = {
  'kubernetes.eks.get.p99_ms': 40,
  'kubernetes.eks.post.p99_ms': 60,
  'kubernetes.etcd.size_bytes': 2 ** 30,
};

/** The open-source server and its background services on a cluster, with a target of every kind. */
export const whole = (): Shape => ({
  installation: installationOf({
    postgres: [POSTGRES],
    redis: [{ name: 'main', host: 'redis.internal', elasticache: { cacheClusterId: 'prefect-main-001' } }],
    prefect: [PREFECT],
    services: [{ name: 'auth', metricsUrl: 'http://auth.internal:4300/metrics' }],
    entrances: [{ name: 'api', url: 'https://api.example.com', serves: 'api' }],
    kubernetes: [KUBERNETES],
    logGroups: [{ name: 'orion', logGroup: '/aws/rds/instance/prefect-orion/postgresql', holds: 'postgres' }],
  }),
  probes: [
    ...recorded('postgres/orion', POSTGRES_AS_RECOMMENDED),
    ...recorded('redis/main'),
    ...recorded('prefect/server', prefectAsRecommended()),
    ...described('service/auth', SERVICE),
    ...described('network/api', ENTRANCE),
    ...described('kubernetes/cluster', CLUSTER),
    ...described('logs/cluster', LOGS),
    ...described('postgres-log/orion', POSTGRES_LOG),
  ],
  vended: {
    'postgres/orion': VENDED_OF_POSTGRES,
    'redis/main': { 'redis.engine_cpu.used_percent': 4 },
    'kubernetes/cluster': VENDED_OF_KUBERNETES,
  },
});
