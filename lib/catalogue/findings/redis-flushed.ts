import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { GOES_ON, holdsWork, isNearlyEmpty, lostBy } from './redis-roles.ts';

export const redisFlushed: FindingDefinition = {
  ...IN_ONE_REPORT,
  recoverySeconds: 15 * 60,
  id: 'redis-flushed',
  kinds: ['redis'],
  component: 'redis',
  title: 'Somebody emptied Redis',
  needs: ['redis.flushes_per_minute', 'redis.keys'],
  meaning: 'FLUSHALL or FLUSHDB ran between the last two probes. Prefect itself never runs them.',
  impact: `${GOES_ON} What was in Redis alone is gone, as the evidence says for each role, unless only another database of the server was emptied.`,
  remedy: [
    {
      text: 'See that background services work again: some releases stay stalled until restarted.',
      command: 'kubectl rollout restart deployment -n <namespace> <background-services>',
    },
    { text: 'See who is connected.', command: 'redis-cli CLIENT LIST' },
    {
      text: 'Take the commands away from the user that ran them.',
      command: 'redis-cli ACL SETUSER <user> -flushall -flushdb',
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Failure behavior'],
  judge: (look) => {
    const flushes = look.value('redis.flushes_per_minute');
    if (flushes === 0) return null;
    const keys = look.value('redis.keys');
    return {
      severity: holdsWork(look) && isNearlyEmpty(keys) ? 'critical' : 'warning',
      evidence: [
        {
          text: `FLUSHALL or FLUSHDB ran ${flushes.toFixed(1)} times a minute`,
          signal: 'redis.flushes_per_minute',
          value: flushes,
        },
        { text: `${keys} keys are there now`, signal: 'redis.keys', value: keys },
        ...lostBy(look),
      ],
    };
  },
};
