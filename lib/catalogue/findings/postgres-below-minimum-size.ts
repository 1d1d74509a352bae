import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const GIB = 1024 ** 3;

/** The fact of the probe: what the configuration asks for, or Prefect of a Customer-Managed installation. */
const Minimum = v.fallback(v.nullable(v.object({ storageGiB: v.number() })), null);

const remedyFor = (instance: string, gib: string): readonly Remedy[] => [
  {
    text: 'See how large the instance is. A small installation may do with less: then set `minimum` of the target.',
    command: `aws rds describe-db-instances --db-instance-identifier ${instance} --query 'DBInstances[].[DBInstanceClass,AllocatedStorage]'`,
  },
  {
    text: 'Grow the storage, while it runs; let it grow by itself from then on.',
    command: `aws rds modify-db-instance --db-instance-identifier ${instance} --allocated-storage ${gib} --max-allocated-storage <GiB> --apply-immediately`,
  },
];

export const postgresBelowMinimumSize: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'postgres-below-minimum-size',
  kinds: ['postgres'],
  component: 'database',
  title: 'PostgreSQL has less storage than Prefect asks for',
  needs: ['postgres.storage.free_bytes', 'postgres.storage.free_percent'],
  meaning:
    'Customer-Managed Prefect asks for 100 GiB, 8 cores and 20 GiB of memory, or the configuration for other storage. Storage alone can be told from outside; look after the others yourself.',
  impact:
    'Events fill a small disk within days when their removal falls behind, and a full one stops Prefect.',
  remedy: remedyFor('<instance>', '<GiB>'),
  causes: [],
  source: ['Prefect, Infrastructure services: Minimum infrastructure requirements'],
  judge: (look) => {
    const minimum = v.parse(Minimum, look.facts.minimum);
    const percent = look.value('postgres.storage.free_percent');
    if (minimum === null || percent === 0) return null;
    // The share was taken of what is allocated, which therefore follows from it.
    const gib = Math.round(look.value('postgres.storage.free_bytes') / GIB / (percent / 100));
    if (gib >= minimum.storageGiB) return null;
    const instance = look.target.server?.rds?.instance;
    return {
      severity: 'info',
      evidence: [{ text: `${gib} GiB are allocated; the minimum is ${minimum.storageGiB}` }],
      ...(instance !== undefined && {
        remedy: remedyFor(shellWord(instance), String(minimum.storageGiB)),
      }),
    };
  },
};
