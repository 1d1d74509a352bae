import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** Each miss is a query to PostgreSQL; with fewer of them a bad ratio hurts nobody. */
const MISSES_PER_SECOND_MIN = 5;

export const redisHitRatioLowCache: FindingDefinition = {
  ...MINUTELY,
  // A cache that was emptied fills again within minutes.
  pendingSeconds: 5 * 60,
  recoverySeconds: 2 * 60,
  id: 'redis-hit-ratio-low-cache',
  kinds: ['redis'],
  component: 'redis',
  title: 'The cache misses too often',
  needs: ['redis.keyspace.hit_ratio_percent', 'redis.keyspace.misses_per_second'],
  thresholds: { warning: { enter: 80, leave: 85 } },
  meaning:
    'Many look-ups find nothing: the cache is cold, too small for what it should hold, or its entries expire too early. It is judged on an instance that is a cache alone: docket and streams look up what is not there by design.',
  impact:
    'What is not in the cache is read from PostgreSQL: authentication slows down and the database works more.',
  remedy: [
    {
      text: 'See whether it evicts or was restarted.',
      command: "redis-cli INFO stats | grep -E 'evicted_keys|keyspace'",
    },
    { text: 'If it evicts, give it more memory.', command: 'redis-cli INFO memory' },
  ],
  causes: ['redis-restarted-empty', 'redis-flushed', 'redis-evicting', 'redis-memory-high'],
  source: ['Prefect, Monitoring the stack: Redis, cache hit ratio'],
  judge: (look) => {
    if (look.target.roles.some((role) => role !== 'cache')) return null;
    const ratio = look.value('redis.keyspace.hit_ratio_percent');
    const misses = look.value('redis.keyspace.misses_per_second');
    const severity = look.level(ratio);
    if (severity === null || misses < MISSES_PER_SECOND_MIN) return null;
    return {
      severity,
      evidence: [
        {
          text: `${ratio.toFixed(1)} % of look-ups were answered from the cache`,
          signal: 'redis.keyspace.hit_ratio_percent',
          value: ratio,
          threshold: look.threshold(severity),
        },
        {
          text: `${misses.toFixed(1)} a second were not`,
          signal: 'redis.keyspace.misses_per_second',
          value: misses,
          threshold: MISSES_PER_SECOND_MIN,
        },
      ],
    };
  },
};
