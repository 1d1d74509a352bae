import type { FindingDefinition } from '../finding.ts';
import { DATABASE_CAUSES, LARGER_POOL } from './database-slow.ts';
import { MINUTELY } from './defaults.ts';

/** As fast as /health must answer for the difference to lie in the pool and not on the way. */
const HEALTH_MS_MAX = 500;

export const prefectReadySlow: FindingDefinition = {
  ...MINUTELY,
  id: 'prefect-ready-slow',
  kinds: ['prefect'],
  component: 'server',
  title: 'The Prefect API waits for a connection to its database',
  needs: ['prefect.up', 'prefect.ready', 'prefect.health_ms', 'prefect.ready_ms'],
  thresholds: { warning: { enter: 1000, leave: 500 } },
  meaning:
    '/health answers at once and /ready, which takes one connection from the pool of the server, only after a second or more: all connections are in use, or opening one is slow.',
  impact:
    'Every request waits that long before its work begins; when the wait grows to the pool timeout they fail.',
  remedy: [
    LARGER_POOL,
    {
      text: 'See what its connections do.',
      command:
        "SELECT state, wait_event_type, count(*), max(now() - state_change) AS longest FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1, 2 ORDER BY 3 DESC;",
    },
  ],
  causes: DATABASE_CAUSES,
  source: [
    'Prefect, GET /ready',
    'Prefect, api.request.duration: Database connection pool exhaustion causes severe API slowdown',
  ],
  judge: (look) => {
    const [ready, health] = [look.value('prefect.ready_ms'), look.value('prefect.health_ms')];
    if (look.value('prefect.up') !== 1 || look.value('prefect.ready') !== 1) return null;
    const severity = look.level(ready);
    if (severity === null || health > HEALTH_MS_MAX) return null;
    return {
      severity,
      evidence: [
        {
          text: `GET /ready takes ${Math.round(ready)} ms`,
          signal: 'prefect.ready_ms',
          value: ready,
          threshold: look.threshold(severity),
        },
        { text: `GET /health takes ${Math.round(health)} ms`, signal: 'prefect.health_ms', value: health },
      ],
    };
  },
};
