import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { holdsWork } from './redis-roles.ts';

const KEEPS_EVERYTHING = 'noeviction';

export const redisEvictionPolicy: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'redis-eviction-policy',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis may evict work when its memory is full',
  needs: ['redis.memory.limit_bytes'],
  meaning:
    'Docket or streams live here, and the policy lets the server delete keys once memory is at maxmemory.',
  impact: 'Nothing is lost today; with full memory, tasks and events would vanish without an error.',
  remedy: [
    { text: 'Refuse writes instead.', command: 'redis-cli CONFIG SET maxmemory-policy noeviction' },
    {
      text: 'On ElastiCache, in the parameter group of the cluster.',
      command:
        'aws elasticache modify-cache-parameter-group --cache-parameter-group-name <group> --parameter-name-values ParameterName=maxmemory-policy,ParameterValue=noeviction',
    },
  ],
  causes: [],
  source: ['Redis, Key eviction', 'Prefect, Infrastructure services: Redis'],
  judge: (look) => {
    const { maxmemory_policy: policy } = look.facts;
    if (!holdsWork(look) || typeof policy !== 'string' || policy === KEEPS_EVERYTHING) return null;
    return {
      severity: 'info',
      evidence: [{ text: `maxmemory-policy is ${policy}; ${KEEPS_EVERYTHING} keeps work` }],
    };
  },
};
