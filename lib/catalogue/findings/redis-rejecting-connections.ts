import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const redisRejectingConnections: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-rejecting-connections',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis refuses connections',
  needs: ['redis.connections.rejected_per_minute'],
  meaning: 'maxclients was reached, and whoever came next was turned away.',
  impact: 'Services that connect or reconnect fail: their background work and their consumers stop.',
  remedy: [
    { text: 'See who holds the connections: address, name, idle seconds.', command: 'redis-cli CLIENT LIST' },
    { text: 'Raise the limit where memory allows.', command: 'redis-cli CONFIG SET maxclients 20000' },
  ],
  causes: ['redis-clients-high'],
  source: ['Redis, Client handling: maximum concurrent connected clients'],
  judge: (look) => {
    const rejected = look.value('redis.connections.rejected_per_minute');
    if (rejected === 0) return null;
    return {
      severity: 'critical',
      evidence: [
        {
          text: `${rejected.toFixed(1)} connections refused a minute`,
          signal: 'redis.connections.rejected_per_minute',
          value: rejected,
        },
      ],
    };
  },
};
