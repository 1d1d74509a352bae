import * as v from 'valibot';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

const Workers = v.fallback(
  v.array(v.object({ pool: v.string(), worker: v.string(), silent_seconds: v.number() })),
  [],
);
const NAMED = 5;

export const workersStale: FindingDefinition = {
  ...MINUTELY,
  id: 'workers-stale',
  kinds: ['postgres'],
  component: 'services',
  title: 'Dead workers are still listed as ONLINE',
  needs: ['postgres.workers.stale_online', 'postgres.workers.fresh'],
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    'Workers missed three heartbeats over a minute ago and are still ONLINE. Foreman, the background service that lists them OFFLINE every 15 seconds, does not run.',
  impact:
    'Work pools and queues stay READY without a worker, so nobody is told; the other background services that share its process probably stand still as well.',
  remedy: [
    READ_SERVICES_LOG,
    RESTART_SERVICES,
    { text: 'Start the workers that are gone.', command: 'prefect worker start --pool <pool>' },
  ],
  causes: [
    'redis-down',
    'prefect-not-ready',
    'postgres-lock-contention',
    'postgres-connections-high',
    'pod-crash-looping',
    'workload-not-ready',
  ],
  source: ['Prefect issue 22212', 'Prefect discussion 20738: monitor_worker_health'],
  judge: (look) => {
    const stale = look.value('postgres.workers.stale_online');
    const severity = look.level(stale);
    if (severity === null) return null;
    const workers = v.parse(Workers, look.facts.workers_stale_online);
    const pools = [...new Set(workers.map((w) => w.pool))].slice(0, NAMED);
    return {
      severity,
      evidence: [
        {
          text: `${stale} workers are ONLINE and silent; ${look.value('postgres.workers.fresh')} are alive`,
          signal: 'postgres.workers.stale_online',
          value: stale,
          threshold: look.threshold(severity),
        },
        ...workers
          .slice(0, NAMED)
          .map((w) => ({ text: `${w.worker} in ${w.pool}: no heartbeat for ${duration(w.silent_seconds)}` })),
      ],
      ...(pools.length > 0 && {
        remedy: [
          READ_SERVICES_LOG,
          RESTART_SERVICES,
          ...pools.map((pool) => ({
            text: `See whether ${pool} still has a worker.`,
            command: `prefect work-pool inspect ${shellWord(pool)}`,
          })),
        ],
      }),
    };
  },
};
