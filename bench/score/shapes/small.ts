import { POSTGRES_AS_RECOMMENDED, prefectAsRecommended, recorded } from './recorded.ts';
import type { Shape } from './shape.ts';
import { installationOf, POSTGRES, PREFECT, VENDED_OF_POSTGRES } from './whole.ts';

/** One server process that keeps its docket and its messages in memory: there is no Redis to look into. */
export const small = (): Shape => ({
  installation: installationOf({ postgres: [POSTGRES], prefect: [PREFECT] }),
  probes: [
    ...recorded('postgres/orion', POSTGRES_AS_RECOMMENDED),
    ...recorded(
      'prefect/server',
      prefectAsRecommended(
        { docket: { backend: 'memory', name: 'prefect-server' }, messaging: 'memory' },
        { 'prefect.docket.in_memory': 1 },
      ),
    ),
  ],
  vended: { 'postgres/orion': VENDED_OF_POSTGRES },
});
