import type { FindingDefinition } from '../finding.ts';
import { READ_SERVICES_LOG } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

/** One more of them is worth telling and will not be seen to grow again: the incident stays open for a while. */
const REMEMBERED_SECONDS = 600;

export const deadLettersGrowing: FindingDefinition = {
  ...MINUTELY,
  id: 'dead-letters-growing',
  kinds: ['redis'],
  component: 'services',
  title: 'Messages end up as dead letters',
  needs: ['redis.dead_letters', 'redis.dead_letters.per_minute'],
  pendingSeconds: 0,
  recoverySeconds: REMEMBERED_SECONDS,
  meaning:
    'A consumer failed three times over a message and put it aside. Those of every stream lie together, and nothing removes them.',
  impact: 'What these events should have led to did not happen: a row in PostgreSQL, or an automation.',
  remedy: [
    { text: 'Pick some of them.', command: 'redis-cli SRANDMEMBER dlq 5' },
    { text: 'Read one: its data is the event.', command: 'redis-cli HGET <member> data' },
    READ_SERVICES_LOG,
    {
      text: 'Once they are understood, remove them; the hashes they name have to be deleted too.',
      command: 'redis-cli DEL dlq',
    },
  ],
  causes: ['postgres-down', 'postgres-lock-contention', 'postgres-connections-high'],
  source: ['Prefect, dead letters of the Redis broker'],
  judge(look) {
    const count = look.value('redis.dead_letters');
    const perMinute = look.value('redis.dead_letters.per_minute');
    return perMinute > 0
      ? {
          severity: 'warning',
          evidence: [
            {
              text: `${count} dead letters, ${perMinute.toFixed(1)} more a minute`,
              signal: 'redis.dead_letters',
              value: count,
            },
          ],
        }
      : null;
  },
};
