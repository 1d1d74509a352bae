import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

interface Refusal {
  readonly why: string;
  readonly remedy: Remedy;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  OOM: {
    why: 'memory is at maxmemory and nothing may be evicted',
    remedy: { text: 'See what takes the memory, and give it more.', command: 'redis-cli --bigkeys' },
  },
  MISCONF: {
    why: 'the last save to disk failed, and the server stops writing until one succeeds',
    remedy: { text: 'Make room on its disk, then save.', command: 'redis-cli BGSAVE' },
  },
  READONLY: {
    why: 'the server is a replica: clients were left behind by a failover, or were given the wrong endpoint',
    remedy: {
      text: 'Give Prefect the primary endpoint, and restart what still holds connections to this server.',
      command: 'redis-cli INFO replication',
    },
  },
  NOREPLICAS: {
    why: 'fewer replicas are in step than min-replicas-to-write asks for',
    remedy: { text: 'See which replica is missing.', command: 'redis-cli INFO replication' },
  },
};

export const redisRefusingWrites: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-refusing-writes',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis refuses writes',
  needs: ['redis.writes_refused_per_minute'],
  meaning: 'The server answers, but turns commands down that would write.',
  impact:
    'Background work cannot be queued, events are not published and consumers cannot confirm them: everything behind Redis stalls, while the API goes on.',
  remedy: Object.values(REFUSALS).map((r) => r.remedy),
  causes: ['redis-memory-high', 'redis-persistence-failing', 'redis-replica-link-down'],
  source: [
    'Prefect discussion 20738',
    'Prefect issue 22436',
    'Redis: errors OOM, MISCONF, READONLY, NOREPLICAS',
  ],
  judge: (look) => {
    const refused = look.all('redis.writes_refused_per_minute').flatMap(({ value, labels }) => {
      const refusal = REFUSALS[labels?.error ?? ''];
      return refusal === undefined || value === null || value === 0
        ? []
        : [{ ...refusal, error: labels?.error, value }];
    });
    if (refused.length === 0) return null;
    return {
      severity: 'critical',
      evidence: refused.map(({ error, value, why }) => ({
        text: `${value.toFixed(1)} a minute refused with ${error}: ${why}`,
        signal: 'redis.writes_refused_per_minute',
        value,
      })),
      remedy: refused.map((r) => r.remedy),
    };
  },
};
