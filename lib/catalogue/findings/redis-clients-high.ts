import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const redisClientsHigh: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-clients-high',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis is running out of client connections',
  needs: ['redis.clients.used_percent', 'redis.clients', 'redis.clients.limit'],
  thresholds: { warning: { enter: 80, leave: 70 }, critical: { enter: 90, leave: 80 } },
  meaning: 'Connected clients come near maxclients.',
  impact: 'At the limit every new connection is refused, that of a restarted service as well.',
  remedy: [
    { text: 'See who holds them: address, name, idle seconds.', command: 'redis-cli CLIENT LIST' },
    { text: 'Let the server end those that do nothing.', command: 'redis-cli CONFIG SET timeout 600' },
    { text: 'Raise the limit where memory allows.', command: 'redis-cli CONFIG SET maxclients 20000' },
  ],
  causes: [],
  source: ['Redis, Client handling: maximum concurrent connected clients'],
  judge: (look) => {
    const used = look.value('redis.clients.used_percent');
    const severity = look.level(used);
    if (severity === null) return null;
    return {
      severity,
      evidence: [
        {
          text: `${look.value('redis.clients')} of ${look.value('redis.clients.limit')} clients connected (${used.toFixed(1)} %)`,
          signal: 'redis.clients.used_percent',
          value: used,
          threshold: look.threshold(severity),
        },
      ],
    };
  },
};
