import type { FindingDefinition } from '../finding.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES, spoken } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

export const docketNoLiveWorker: FindingDefinition = {
  ...MINUTELY,
  id: 'docket-no-live-worker',
  kinds: ['redis'],
  component: 'docket',
  title: 'Nobody works on a docket',
  needs: ['redis.docket.workers'],
  meaning:
    'No worker of a docket that holds tasks has shown a heartbeat for ten seconds: its process is gone, frozen, or cut off from Redis.',
  impact:
    'Background work is neither scheduled nor done: runs are not scheduled or marked late, workers not marked offline, expired leases not freed.',
  remedy: [
    {
      text: 'See whether the process of the background services runs.',
      command: 'kubectl get pods -n <namespace> -l app.kubernetes.io/component=background-services',
    },
    RESTART_SERVICES,
    READ_SERVICES_LOG,
  ],
  causes: [
    'docket-in-memory',
    'redis-down',
    'redis-refusing-writes',
    'redis-restarted-empty',
    'prefect-api-down',
    'postgres-down',
    'pod-crash-looping',
    'workload-not-ready',
  ],
  source: ['Prefect, docket workers', 'Prefect discussion 20738'],
  judge(look) {
    const beats = look.all('redis.docket.heartbeat_age_seconds');
    const present = new Set(
      look.all('redis.docket.queued').flatMap((r) => (r.value === null ? [] : [r.labels?.docket])),
    );
    const abandoned = look
      .all('redis.docket.workers')
      .filter((r) => r.value === 0 && present.has(r.labels?.docket))
      .map(({ labels }) => {
        const beat = beats.find((b) => b.labels?.docket === labels?.docket)?.value ?? null;
        const last = beat === null ? 'no worker is known' : `the newest heartbeat is ${spoken(beat)} old`;
        return { text: `docket ${labels?.docket}: ${last}`, signal: 'redis.docket.workers', value: 0 };
      });
    return abandoned.length > 0 ? { severity: 'critical', evidence: abandoned } : null;
  },
};
