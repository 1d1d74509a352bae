import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { foreseenBy } from './foreseen.ts';

const MEBIBYTE = 1024 * 1024;

export const redisMemoryHigh: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-memory-high',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis memory is nearly full',
  needs: ['redis.memory.used_percent', 'redis.memory.used_bytes', 'redis.memory.limit_bytes'],
  thresholds: { warning: { enter: 75, leave: 65 }, critical: { enter: 90, leave: 80 } },
  meaning: 'The memory used comes near maxmemory.',
  impact:
    'At the limit Redis refuses writes or evicts keys, by its policy. Where docket or streams live, an evicted key is lost work.',
  remedy: [
    { text: 'See what takes the memory.', command: 'redis-cli --bigkeys' },
    {
      text: 'See whether a stream is held by a consumer group that no longer reads.',
      command: 'redis-cli XINFO GROUPS events',
    },
    { text: 'Give the instance more memory once it is clear that nothing piles up.' },
  ],
  causes: ['postgres-down', 'postgres-lock-contention', 'postgres-connections-high'],
  source: ['Prefect, Monitoring the stack: Redis', 'Prefect discussion 20738'],
  judge: (look) => {
    const used = look.value('redis.memory.used_percent');
    const severity = look.level(used);
    if (severity === null) return null;
    const inMebibytes = (signal: string) => (look.value(signal) / MEBIBYTE).toFixed(0);
    return {
      severity,
      evidence: [
        {
          text: `${inMebibytes('redis.memory.used_bytes')} of ${inMebibytes('redis.memory.limit_bytes')} MiB in use (${used.toFixed(1)} %)`,
          signal: 'redis.memory.used_percent',
          value: used,
          threshold: look.threshold(severity),
        },
        ...foreseenBy(look.forecast('redis.memory.used_percent'), 'the memory is full'),
      ],
    };
  },
};
