import type { FindingDefinition, Look } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { holdsWork } from './redis-roles.ts';

const policyIn = ({ facts }: Look): string =>
  typeof facts.maxmemory_policy === 'string' ? facts.maxmemory_policy : 'unknown';

export const redisEvicting: FindingDefinition = {
  ...MINUTELY,
  // Memory at its limit evicts in bursts: a quiet minute is not the end of it.
  recoverySeconds: 10 * 60,
  id: 'redis-evicting',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis evicts keys',
  needs: ['redis.evictions_per_second'],
  thresholds: { warning: { enter: 1, leave: 0.1 } },
  meaning: 'Memory is at maxmemory, and the policy lets the server delete keys to make room.',
  impact:
    "Where docket or streams live, an evicted key is lost work: a task, its schedule, a worker's heartbeat, a stream of events. In a cache it is read from PostgreSQL again.",
  remedy: [
    { text: 'See what takes the memory.', command: 'redis-cli --bigkeys' },
    {
      text: 'See whether a stream is held by a consumer group that no longer reads.',
      command: 'redis-cli XINFO GROUPS events',
    },
    {
      text: 'Where docket or streams live, refuse writes rather than lose work; on ElastiCache in its parameter group.',
      command: 'redis-cli CONFIG SET maxmemory-policy noeviction',
    },
    { text: 'Give the instance more memory, or the roles instances of their own.' },
  ],
  causes: ['redis-memory-high'],
  source: ['Prefect, Monitoring the stack: Redis', 'Prefect, Infrastructure services: Redis'],
  judge: (look) => {
    const rate = look.value('redis.evictions_per_second');
    const isLoss = holdsWork(look) && rate > 0;
    if (!isLoss && look.level(rate) === null) return null;
    return {
      severity: isLoss ? 'critical' : 'warning',
      evidence: [
        {
          text: `${rate.toFixed(2)} keys evicted a second; the policy is ${policyIn(look)}`,
          signal: 'redis.evictions_per_second',
          value: rate,
          threshold: isLoss ? 0 : look.threshold('warning'),
        },
      ],
    };
  },
};
