import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';

/** As INFO counts: major × 10000 + minor × 100 + patch. */
const MINIMUM = 60_200;

const said = (version: number): string =>
  `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}.${version % 100}`;

export const redisBelowMinimumVersion: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'redis-below-minimum-version',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis is older than Prefect asks for',
  needs: ['redis.version_number'],
  meaning:
    'Prefect asks for Redis 6.2 and recommends 7.0. A Valkey counts as the Redis it is compatible with.',
  impact:
    'Commands that docket and the streams use may be missing, and the version gets no security fixes any more.',
  remedy: [{ text: 'Plan the upgrade, best to 7.0 or newer.', command: 'redis-cli INFO server' }],
  causes: [],
  source: ['Prefect, Infrastructure services: Minimum infrastructure requirements'],
  judge: (look) => {
    const version = look.value('redis.version_number');
    if (version >= MINIMUM) return null;
    return {
      severity: 'info',
      evidence: [
        {
          text: `the server is Redis ${said(version)}; the minimum is 6.2`,
          signal: 'redis.version_number',
          value: version,
          threshold: MINIMUM,
        },
      ],
    };
  },
};
