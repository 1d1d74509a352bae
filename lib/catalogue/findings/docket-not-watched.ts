import type { FindingDefinition } from '../finding.ts';
import { expectationsIn, holdsDocket } from '../prefect/look.ts';
import { MINUTELY } from './defaults.ts';

export const docketNotWatched: FindingDefinition = {
  ...MINUTELY,
  id: 'docket-not-watched',
  kinds: ['redis'],
  component: 'monitor',
  title: 'The Redis that holds the docket is not watched',
  needs: ['redis.docket.workers'],
  meaning:
    "Prefect keeps its docket in Redis, and its API's own worker shows itself on no Redis that is watched: another server, another database number, or a name of the docket that is not looked for.",
  impact:
    'Whether the background services do their work cannot be seen: whatever happens to them is not told.',
  remedy: [
    {
      text: 'See which Redis Prefect uses, and name it as a target with the role work: the address holds a password.',
      command: 'prefect config view --show-sources | grep PREFECT_SERVER_DOCKET',
    },
    { text: 'Where the docket has a name of its own, list it in docketNames of the target.' },
    { text: 'A Redis that holds no docket should say so: give it only the roles it has.' },
  ],
  causes: ['redis-down', 'redis-restarted-empty', 'redis-flushed'],
  source: ['Prefect Vitals: background services'],
  judge(look) {
    const { settings } = expectationsIn(look.elsewhere('prefect'));
    const isSeen = [look, ...look.elsewhere('redis')].some(holdsDocket);
    return settings?.docket.backend !== 'redis' || isSeen || !look.target.roles.includes('work')
      ? null
      : {
          severity: 'warning',
          evidence: [
            {
              text: `${look.target.id} has the role work and holds no docket; Prefect says that its own, ${settings.docket.name}, is in Redis`,
              signal: 'redis.docket.workers',
              value: 0,
            },
          ],
        };
  },
};
