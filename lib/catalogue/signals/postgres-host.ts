import { signalsOf } from '../signal.ts';

const vendedByRds = { metric: null, nature: 'gauge', tiers: [] } as const;
const average = { namespace: 'AWS/RDS', statistic: 'Average', times: 1 } as const;

/** What the machine under a database does: CloudWatch knows it when the target names its RDS instance or cluster. */
export const POSTGRES_HOST_SIGNALS = signalsOf('postgres')({
  'postgres.cpu.used_percent': {
    ...vendedByRds,
    unit: 'Percent',
    vended: { ...average, metric: 'CPUUtilization' },
    help: 'CPU of the instance, all cores together',
    from: 'AWS/RDS CPUUtilization',
  },
  'postgres.memory.free_bytes': {
    ...vendedByRds,
    unit: 'Bytes',
    vended: { ...average, metric: 'FreeableMemory' },
    help: 'memory the instance could still give out',
    from: 'AWS/RDS FreeableMemory',
  },
  'postgres.storage.free_bytes': {
    ...vendedByRds,
    unit: 'Bytes',
    vended: { ...average, statistic: 'Minimum', metric: 'FreeStorageSpace' },
    help: 'storage of the instance that is left; a cluster has none of its own',
    from: 'AWS/RDS FreeStorageSpace',
  },
  'postgres.storage.read_ms': {
    ...vendedByRds,
    unit: 'Milliseconds',
    vended: { ...average, metric: 'ReadLatency', times: 1000, hourly: true },
    help: 'time the storage takes for one read, on average of a quarter of an hour; asked for every hour',
    from: 'AWS/RDS ReadLatency',
  },
  'postgres.storage.write_ms': {
    ...vendedByRds,
    unit: 'Milliseconds',
    vended: { ...average, metric: 'WriteLatency', times: 1000, hourly: true },
    help: 'time the storage takes for one write, on average of a quarter of an hour; asked for every hour',
    from: 'AWS/RDS WriteLatency',
  },
  'postgres.storage.free_percent': {
    ...vendedByRds,
    unit: 'Percent',
    help: 'storage that is left as a share of what the target says is allocated',
    from: 'AWS/RDS FreeStorageSpace, rds.storageGiB',
  },
});
