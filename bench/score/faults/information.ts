import { befalling, type Fault, isVended, shows } from '../fault.ts';
import { withSettings } from '../shapes/recorded.ts';
import { CLUSTER, GIBIBYTE, LOGS, POSTGRES, POSTGRES_LOG, PREFECT, QUARTERLY, REDIS } from './places.ts';

const OF_PREFECT: readonly Fault[] = [
  shows("the server's clock is off", `prefect-clock-skewed@${PREFECT}`, { 'prefect.clock_skew_seconds': 40 }),
  shows('the API shows a password', `docket-password-exposed@${PREFECT}`, {
    'prefect.docket.password_shown': 1,
  }),
  shows(
    "the server's pool is smaller than recommended",
    `setting-off-recommended@${PREFECT}`,
    {},
    { facts: withSettings({ audited: { 'server.database.sqlalchemy.pool_size': 5 } }) },
  ),
];

const OF_ITS_USE: readonly Fault[] = [
  shows(
    'pods take longer to start than to run',
    `worker-pod-overhead@${POSTGRES}`,
    { 'postgres.work_pools.start_overhead_percent': 75 },
    QUARTERLY,
  ),
  shows(
    'a pool has many deployments',
    `worker-overload-deployments@${POSTGRES}`,
    { 'postgres.work_pools.most_deployments_on_kubernetes': 4000 },
    {
      ...QUARTERLY,
      facts: {
        kubernetes_pools: [{ pool: 'k8s', type: 'kubernetes', deployments: 4000, alive: 3, lost: 0 }],
      },
    },
  ),
  shows(
    'runs come in bursts',
    `push-pool-fits@${POSTGRES}`,
    { 'postgres.work_pools.busiest_minute_runs': 90 },
    {
      ...QUARTERLY,
      facts: {
        work_pool_bursts: [
          { pool: 'k8s', type: 'kubernetes', runs: 90, mean_wait_seconds: 20, usual_per_minute: 2 },
        ],
      },
    },
  ),
];

const OF_SERVERS: readonly Fault[] = [
  shows(
    'PostgreSQL is old',
    `below-minimum-version@${POSTGRES}`,
    { 'postgres.version_number': 130_014 },
    QUARTERLY,
  ),
  shows(
    'large tables are analysed late by default',
    `setting-off-recommended@${POSTGRES}`,
    { 'postgres.setting.autovacuum_analyze_scale_factor': 0.1 },
    QUARTERLY,
  ),
  shows('Redis is old', `redis-below-minimum-version@${REDIS}`, { 'redis.version_number': 60_016 }),
  shows(
    'Redis may evict work',
    `redis-eviction-policy@${REDIS}`,
    {},
    { facts: { maxmemory_policy: 'allkeys-lru' } },
  ),
  shows(
    'Kubernetes is old',
    `kubernetes-below-minimum-version@${CLUSTER}`,
    {},
    { facts: { version: '1.27.9-eks-5e0fdde' } },
  ),
  shows('no container has a log', `log-silent@${LOGS}`, {
    'logs.silent': 1,
    'logs.containers.read': 0,
    'logs.events': 0,
  }),
  shows('PostgreSQL logs nothing', `log-silent@${POSTGRES_LOG}`, {
    'postgres-log.silent': 1,
    'postgres-log.records': 0,
  }),
];

/** Customer-Managed Prefect says how large its servers should be. */
const OF_SIZES = befalling('managed', [
  isVended('PostgreSQL has little storage', `postgres-below-minimum-size@${POSTGRES}`, {
    'postgres.storage.free_bytes': 30 * GIBIBYTE,
    'postgres.storage.free_percent': 60,
  }),
  shows('a Redis has little memory', 'redis-below-minimum-size@redis/streams', {
    'redis.memory.limit_bytes': GIBIBYTE,
    'redis.memory.used_percent': 30,
  }),
  shows('the nodes are small', `below-minimum-size@${CLUSTER}`, {
    'kubernetes.nodes.smallest_cpu_cores': 8,
    'kubernetes.nodes.smallest_memory_bytes': 16 * GIBIBYTE,
  }),
]);

/** What is worth knowing and no incident: it is found as information, and nobody is told. */
export const INFORMATION: readonly Fault[] = [...OF_PREFECT, ...OF_ITS_USE, ...OF_SERVERS, ...OF_SIZES];
