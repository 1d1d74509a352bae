import type { FindingDefinition } from '../finding.ts';
import { settingsIn } from '../prefect/settings.ts';
import { MINUTELY } from './defaults.ts';

export const docketInMemory: FindingDefinition = {
  ...MINUTELY,
  id: 'docket-in-memory',
  kinds: ['prefect'],
  component: 'docket',
  title: 'The docket lives in memory although Prefect runs in several processes',
  needs: ['prefect.docket.in_memory'],
  meaning:
    'Messages go through Redis, as in an installation of several processes, but PREFECT_SERVER_DOCKET_URL is memory://: every process has a docket of its own.',
  impact:
    'Background work that the API hands on is lost when its process ends, and several processes of services do the same work twice. It cannot be seen from outside whether it is done.',
  remedy: [
    {
      text: 'Give every Prefect process the same Redis for its docket, and restart them.',
      command: 'PREFECT_SERVER_DOCKET_URL=redis://<host>:6379/0',
    },
    {
      text: 'With the Helm chart, set backgroundServices.messaging.docket.url: it is empty by default.',
    },
  ],
  causes: [],
  source: ['Prefect, How to self-host at scale', 'prefect-helm issues 587 and 613'],
  judge(look) {
    const isSplit = settingsIn(look.facts)?.messaging === 'redis';
    return look.value('prefect.docket.in_memory') === 1 && isSplit
      ? {
          severity: 'warning',
          evidence: [
            {
              text: `${look.target.id} sends messages over Redis and keeps its docket in memory`,
              signal: 'prefect.docket.in_memory',
              value: 1,
            },
          ],
        }
      : null;
  },
};
