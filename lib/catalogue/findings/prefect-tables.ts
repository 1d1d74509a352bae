import type { FindingDefinition } from '../finding.ts';
import { backgroundWorkUndone } from './background-work-undone.ts';
import { concurrencyLimitExhausted } from './concurrency-limit-exhausted.ts';
import { eventRetentionGrowth } from './event-retention-growth.ts';
import { eventsNotRecorded } from './events-not-recorded.ts';
import { eventsQuerySlow } from './events-query-slow.ts';
import { eventsRetentionStopped } from './events-retention-stopped.ts';
import { eventsTableLarge } from './events-table-large.ts';
import { idleServerlessWorker } from './idle-serverless-worker.ts';
import { lateRunsUnmarked } from './late-runs-unmarked.ts';
import { pollingOverhead } from './polling-overhead.ts';
import { poolSlotsHeldByPending } from './pool-slots-held-by-pending.ts';
import { pushPoolFits } from './push-pool-fits.ts';
import { runFloodUnlimited } from './run-flood-unlimited.ts';
import { scheduleHorizonEmpty } from './schedule-horizon-empty.ts';
import { stuckCancelling } from './stuck-cancelling.ts';
import { stuckPending } from './stuck-pending.ts';
import { workPoolNotReady } from './work-pool-not-ready.ts';
import { workerImbalance } from './worker-imbalance.ts';
import { workerOverloadDeployments } from './worker-overload-deployments.ts';
import { workerPodOverhead } from './worker-pod-overhead.ts';
import { workersStale } from './workers-stale.ts';

/** Everything concluded from Prefect's own tables in PostgreSQL. */
export const PREFECT_TABLES_FINDINGS: readonly FindingDefinition[] = [
  eventsTableLarge,
  eventRetentionGrowth,
  eventsRetentionStopped,
  eventsQuerySlow,
  runFloodUnlimited,
  stuckPending,
  stuckCancelling,
  poolSlotsHeldByPending,
  workPoolNotReady,
  workerPodOverhead,
  workersStale,
  lateRunsUnmarked,
  scheduleHorizonEmpty,
  backgroundWorkUndone,
  eventsNotRecorded,
  concurrencyLimitExhausted,
  workerOverloadDeployments,
  workerImbalance,
  idleServerlessWorker,
  pollingOverhead,
  pushPoolFits,
];
