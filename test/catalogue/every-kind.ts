import type { ConfigInput } from '../../lib/config/schema.ts';
import type { TargetKind } from '../../lib/model/report.ts';

/** What has to be configured beside the databases, Redis and Prefect of a test, so that every kind of target is there. */
export const OTHER_KINDS = {
  kubernetes: [{ access: { from: 'kubeconfig', file: 'cluster.yaml' } }],
  services: [{ name: 'auth', metricsUrl: 'http://auth:4300/metrics' }],
  entrances: [{ name: 'api', url: 'https://api.internal', serves: 'api' }],
  logGroups: [{ name: 'orion', logGroup: '/aws/rds/instance/orion/postgresql', holds: 'postgres' }],
} satisfies Partial<ConfigInput['installations'][number]>;

/** The target of each kind that says what a test has it say, but Redis, of which there are several. */
export const TARGET_OF = {
  postgres: 'postgres/orion',
  prefect: 'prefect/server',
  service: 'service/auth',
  network: 'network/api',
  kubernetes: 'kubernetes/cluster',
  logs: 'logs/cluster',
  'postgres-log': 'postgres-log/orion',
} satisfies Omit<Record<TargetKind, string>, 'redis'>;
