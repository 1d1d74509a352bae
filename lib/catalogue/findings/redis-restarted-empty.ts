import type { FindingDefinition, Look } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { GOES_ON, holdsWork, isNearlyEmpty, lostBy } from './redis-roles.ts';

/** For so long after the start people should see what happened. */
const TOLD_FOR_SECONDS = 15 * 60;

/** Only a restart that was witnessed raises the finding; that it was a short while ago keeps it standing. */
const WITNESSED = 2;
const SHORTLY_AGO = 1;

function restartOf(look: Look): number {
  if (look.value('redis.restarted') === 1) return WITNESSED;
  return look.value('redis.uptime_seconds') < TOLD_FOR_SECONDS ? SHORTLY_AGO : 0;
}

/** What was loaded at the start says it for certain; older servers do not tell, but hold next to nothing. */
function cameBackEmpty(look: Look): boolean {
  const loaded = look.all('redis.keys.loaded_at_start')[0]?.value ?? null;
  return loaded === null ? isNearlyEmpty(look.value('redis.keys')) : loaded === 0;
}

export const redisRestartedEmpty: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'redis-restarted-empty',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis restarted and lost what it held',
  needs: ['redis.restarted', 'redis.uptime_seconds', 'redis.keys'],
  thresholds: { warning: { enter: WITNESSED, leave: SHORTLY_AGO } },
  meaning:
    'The server started anew since the probe before, or another took its place, and it began without data.',
  impact: `${GOES_ON} What was in Redis alone is gone, as the evidence says for each role.`,
  remedy: [
    {
      text: 'See that background services work again: some releases stay stalled until restarted.',
      command: 'kubectl rollout restart deployment -n <namespace> <background-services>',
    },
    {
      text: 'See why it restarted; on ElastiCache a failover or maintenance is an event.',
      command: 'aws elasticache describe-events --duration 60',
    },
    {
      text: 'If the loss is too much, let the server save to disk or give it a replica; Prefect itself does not ask for it.',
      command: 'redis-cli INFO persistence',
    },
  ],
  causes: ['redis-down'],
  source: ['Prefect, Infrastructure services: Failure behavior', 'Prefect issue 19080'],
  judge: (look) => {
    if (look.level(restartOf(look)) === null || !cameBackEmpty(look)) return null;
    const uptime = look.value('redis.uptime_seconds');
    const keys = look.value('redis.keys');
    return {
      severity: holdsWork(look) ? 'critical' : 'warning',
      evidence: [
        {
          text: `up for ${Math.round(uptime)} s after a restart`,
          signal: 'redis.uptime_seconds',
          value: uptime,
        },
        { text: `it began without data and holds ${keys} keys now`, signal: 'redis.keys', value: keys },
        ...lostBy(look),
      ],
    };
  },
};
