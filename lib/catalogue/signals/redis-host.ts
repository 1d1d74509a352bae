import { signalsOf } from '../signal.ts';

/** What ElastiCache knows of the machine: CloudWatch has it when the target names its node. */
export const REDIS_HOST_SIGNALS = signalsOf('redis')({
  'redis.engine_cpu.used_percent': {
    metric: null,
    nature: 'gauge',
    tiers: [],
    unit: 'Percent',
    vended: {
      namespace: 'AWS/ElastiCache',
      metric: 'EngineCPUUtilization',
      statistic: 'Average',
      times: 1,
    },
    help: 'CPU of the thread that runs commands, without the threads beside it',
    from: 'AWS/ElastiCache EngineCPUUtilization',
  },
});
