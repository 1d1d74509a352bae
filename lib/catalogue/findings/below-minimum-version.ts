import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const MINIMUM = 14;
const RECOMMENDED = 17;
const MAJOR = 10_000;

const said = (number: number): string => `${Math.floor(number / MAJOR)}.${number % MAJOR}`;

export const belowMinimumVersion: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'below-minimum-version',
  kinds: ['postgres'],
  component: 'database',
  title: 'PostgreSQL is older than Prefect asks for',
  needs: ['postgres.version_number'],
  meaning: `Prefect asks for PostgreSQL ${MINIMUM} and recommends ${RECOMMENDED}.`,
  impact:
    'Nobody tests Prefect on this version, its migrations may fail, and the version itself gets no security fixes any more.',
  remedy: [
    { text: `Plan the upgrade, best to ${RECOMMENDED}.`, command: 'SHOW server_version;' },
    { text: 'A major upgrade leaves tables without statistics: refresh them.', command: 'ANALYZE;' },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Minimum infrastructure requirements'],
  judge: (look) => {
    const version = look.value('postgres.version_number');
    if (version >= MINIMUM * MAJOR) return null;
    return {
      severity: 'info',
      evidence: [
        {
          text: `the server is PostgreSQL ${said(version)}; the minimum is ${MINIMUM}`,
          signal: 'postgres.version_number',
          value: version,
          threshold: MINIMUM * MAJOR,
        },
      ],
    };
  },
};
