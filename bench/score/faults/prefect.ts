import { ages, befalling, type Fault, more, shows, shut } from '../fault.ts';
import { POSTGRES, PREFECT, QUARTERLY, SERVICE } from './places.ts';

const OF_THE_SERVER: readonly Fault[] = [
  shut(
    'the API is down',
    `prefect-api-down@${PREFECT}`,
    'refused',
    { 'prefect.up': 0 },
    { brings: [`api-outage-unconfirmed-state@${PREFECT}`] },
  ),
  shows('the API is not ready', `prefect-not-ready@${PREFECT}`, { 'prefect.ready': 0 }),
  shows('the API reaches its database slowly', `prefect-ready-slow@${PREFECT}`, { 'prefect.ready_ms': 2500 }),
  shows('the API asks for fewer requests', `cloud-rate-limited@${PREFECT}`, { 'prefect.rate_limited': 2 }),
  shows('a list of runs takes long', `run-list-slow@${PREFECT}`, {
    'prefect.server.api.request.duration': { run_list: 14_000 },
  }),
  shows('a count of task runs takes long', `task-run-count-slow@${PREFECT}`, {
    'prefect.server.api.request.duration': { task_run_count: 14_000 },
  }),
  shows('a work pool cannot be read', `read-work-pool-hangs@${PREFECT}`, {
    'prefect.server.api.request.duration': { read_work_pool: 'timeout' },
  }),
  shows(
    'running flows send no heartbeat',
    `api-outage-unconfirmed-state@${PREFECT}`,
    { 'postgres.flow_runs.running_silent': 2 },
    { target: POSTGRES, ...QUARTERLY },
    // One quarter-hourly report, and a minute more.
    { lasts: 16 },
  ),
  shows('a service is down', `service-down@${SERVICE}`, { 'service.up': 0 }),
  shows('a service fails requests', `api-overloaded-5xx@${SERVICE}`, {
    'service.requests.failed': more(200),
  }),
];

/** Two quarter-hourly reports must agree. */
const TWO_REPORTS = { lasts: 30 };

/** What only the API says, where nobody may look into the database. */
const WITHOUT_DATABASE = befalling('withoutDatabase', [
  shows('late runs are not marked, says the API', `late-runs-unmarked@${PREFECT}`, {
    'prefect.flow_runs.late_unmarked': 4,
    'prefect.flow_runs.late_unmarked_oldest_seconds': ages(90),
  }),
  shows('runs are stuck pending, says the API', `stuck-pending@${PREFECT}`, {
    'prefect.flow_runs.stuck_pending': 3,
    'prefect.flow_runs.stuck_pending_oldest_seconds': ages(700),
  }),
  shows(
    'a pool has no worker, says the API',
    `work-pool-not-ready@${PREFECT}`,
    { 'prefect.work_pools.not_ready_in_use': 1 },
    QUARTERLY,
    TWO_REPORTS,
  ),
  shows(
    'workers are gone unnoticed, says the API',
    `workers-stale@${PREFECT}`,
    { 'prefect.workers.stale_online': 2 },
    QUARTERLY,
    TWO_REPORTS,
  ),
]);

/** What goes wrong with Prefect as those see it who use it. */
export const OF_PREFECT: readonly Fault[] = [...OF_THE_SERVER, ...WITHOUT_DATABASE];
