import { RECOMMENDED_SETTINGS } from '../../../lib/catalogue/prefect/recommended-settings.ts';
import { factsOf, SETTINGS } from '../../assess/background-services.ts';
import { by, criticalWithout, type Edge, type FixedEdge, fixed, type Scene } from './edge.ts';

const DURATION = 'prefect.server.api.request.duration';
const POOL_SIZE = 'server.database.sqlalchemy.pool_size';
const SIZE = Number(RECOMMENDED_SETTINGS.find((r) => r.path === POOL_SIZE)?.value);

const byRequest = (request: string): Edge => ({
  at: (seconds) => ({ values: { 'prefect.up': 1, [DURATION]: { [request]: 1000 * seconds } } }),
});

/** Prefect over HTTP, and its web services. */
export const PREFECT_EDGES: Readonly<Record<string, Edge | FixedEdge>> = {
  'prefect-api-down': criticalWithout(by('prefect.up')),
  'prefect-not-ready': criticalWithout(by('prefect.ready', { 'prefect.up': 1 })),
  'service-down': criticalWithout(by('service.up')),
  'api-overloaded-5xx': by('service.requests.failed_percent', { 'service.requests.failed_per_minute': 3 }),
  'prefect-clock-skewed': fixed('info', 10, 9.99)(by('prefect.clock_skew_seconds')),
  'prefect-ready-slow': by('prefect.ready_ms', {
    'prefect.up': 1,
    'prefect.ready': 1,
    'prefect.health_ms': 5,
  }),
  'read-work-pool-hangs': criticalWithout({
    at: (answers) => ({
      values: {
        'prefect.up': 1,
        [DURATION]: { read_work_pool: answers === 1 ? 29_000 : 'timeout', run_list: 40 },
      },
    }),
  }),
  'run-list-slow': byRequest('run_list'),
  'task-run-count-slow': byRequest('task_run_count'),
  'api-outage-unconfirmed-state': fixed('warning', 0, 1)(by('prefect.up')),
  'cloud-rate-limited': by('prefect.rate_limited'),
  'setting-off-recommended': fixed(
    'info',
    1,
    0,
  )({
    at: (off, kind): Scene =>
      kind === 'postgres'
        ? {
            values: {
              'postgres.setting.autovacuum': 1,
              'postgres.setting.autovacuum_analyze_scale_factor': off === 1 ? 0.021 : 0.02,
            },
          }
        : {
            values: { 'prefect.docket.in_memory': 0 },
            facts: factsOf({ ...SETTINGS, audited: { [POOL_SIZE]: SIZE - off } }),
          },
  }),
};
