import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** What stalls while Redis is away, by role, as Prefect documents its failure behaviour. */
const STALLS: Readonly<Record<string, string>> = {
  cache: 'authentication and sessions are read from PostgreSQL again: more load there, more latency',
  work: 'background work (scheduling, deletions, push pools) is neither queued nor done',
  streams: 'events are not consumed: automations do not fire and events do not reach PostgreSQL',
};

export const redisDown: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-down',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis does not answer',
  needs: ['redis.up'],
  meaning:
    'No connection could be opened or PING was not answered: nothing listens, nothing answers in time, or the server is loading its data.',
  impact:
    'Services that queue or consume through Redis stall. The API goes on reading and writing PostgreSQL; nothing there is lost.',
  remedy: [
    { text: 'See whether the server answers.', command: 'redis-cli -h <host> -p <port> --tls PING' },
    {
      text: 'On ElastiCache, read the latest events: a failover is one.',
      command: 'aws elasticache describe-events --duration 60',
    },
    {
      text: 'Once it is back, see that the background services resume: some releases stay stalled until restarted.',
      command: 'kubectl rollout restart deployment -n <namespace> <background-services>',
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Failure behavior', 'Prefect issue 22436'],
  judge: (look) =>
    look.value('redis.up') === 1
      ? null
      : {
          severity: 'critical',
          evidence: [
            { text: `${look.target.id} does not answer`, signal: 'redis.up', value: 0 },
            ...look.target.roles.flatMap((role) =>
              STALLS[role] === undefined ? [] : [{ text: `role ${role}: ${STALLS[role]}` }],
            ),
          ],
        },
};
