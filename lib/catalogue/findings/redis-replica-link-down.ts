import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const redisReplicaLinkDown: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-replica-link-down',
  kinds: ['redis'],
  component: 'redis',
  title: 'A Redis replica has lost its master',
  needs: ['redis.replication.link_up'],
  meaning:
    'This server is a replica, and its master no longer sends to it: the master is away, or out of reach.',
  impact:
    'It answers with what it last knew and refuses writes. If it takes over now, what came since is lost.',
  remedy: [
    { text: 'See which master it looks for, and since when in vain.', command: 'redis-cli INFO replication' },
    {
      text: 'On ElastiCache, read the latest events: a failover is one.',
      command: 'aws elasticache describe-events --duration 60',
    },
    { text: 'Give Prefect the primary endpoint, which follows a failover, and not that of a node.' },
  ],
  causes: ['redis-down'],
  source: ['Prefect issue 22436'],
  judge: (look) => {
    if (look.value('redis.replication.link_up') === 1) return null;
    const silent = look.all('redis.replication.silent_seconds')[0]?.value ?? null;
    return {
      severity: 'warning',
      evidence: [
        {
          text:
            silent === null
              ? 'the master was not heard since this replica started'
              : `the master was last heard ${silent} s ago`,
          signal: 'redis.replication.link_up',
          value: 0,
        },
      ],
    };
  },
};
