/** The targets of the installation a fault befalls unless it says otherwise. */
export const POSTGRES = 'postgres/orion';
export const REDIS = 'redis/main';
export const PREFECT = 'prefect/server';
export const SERVICE = 'service/auth';
export const ENTRANCE = 'network/api';
export const CLUSTER = 'kubernetes/cluster';
export const LOGS = 'logs/cluster';
export const POSTGRES_LOG = 'postgres-log/orion';

export const DAY_SECONDS = 86_400;
export const GIBIBYTE = 2 ** 30;
/** What is read every quarter of an hour. */
export const QUARTERLY = { tier: 'quarter-hour' } as const;
