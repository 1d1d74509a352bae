import * as v from 'valibot';
import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const GIB = 1024 ** 3;
/** ElastiCache keeps a quarter of a node for itself unless told otherwise, and maxmemory is what is left. */
const LEFT_OF_MEMORY = 0.75;

/** The fact of the probe: what the configuration asks for, or Prefect of a Customer-Managed installation. */
const Minimum = v.fallback(v.nullable(v.object({ memoryGiB: v.number() })), null);

export const redisBelowMinimumSize: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'redis-below-minimum-size',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis has less memory than Prefect asks for',
  needs: ['redis.memory.limit_bytes'],
  meaning:
    'Customer-Managed Prefect asks for 2 GiB for the cache, 2 for work and 4 for streams, and for their sum where one instance plays several roles; or the configuration asks for more.',
  impact:
    'A backlog that a larger instance would hold fills this one, and what then comes is refused or lost.',
  remedy: [
    {
      text: 'Compare with what is in use: a small installation may do with less. Then set `minimum` of the target, or take a larger node.',
      command: 'redis-cli INFO memory',
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Minimum infrastructure requirements'],
  judge: (look) => {
    const minimum = v.parse(Minimum, look.facts.minimum);
    if (minimum === null) return null;
    const signal = 'redis.memory.limit_bytes';
    const bytes = look.value(signal);
    if (bytes >= minimum.memoryGiB * GIB * LEFT_OF_MEMORY) return null;
    const text = `maxmemory is ${(bytes / GIB).toFixed(1)} GiB of an instance that should have ${minimum.memoryGiB}`;
    return { severity: 'info', evidence: [{ text, signal, value: bytes }] };
  },
};
