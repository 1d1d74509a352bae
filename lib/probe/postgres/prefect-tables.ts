import type pg from 'pg';
import type { Collector } from '../collector.ts';
import { prefectBursts } from './prefect-bursts.ts';
import { prefectCleanUp } from './prefect-clean-up.ts';
import { prefectConcurrency } from './prefect-concurrency.ts';
import { prefectDeploymentsByPool } from './prefect-deployments-by-pool.ts';
import { prefectEvents } from './prefect-events.ts';
import { prefectEventsStatements } from './prefect-events-statements.ts';
import { prefectFlowRuns } from './prefect-flow-runs.ts';
import { prefectFlowRunsAtRest } from './prefect-flow-runs-at-rest.ts';
import { prefectFlowRunsByName } from './prefect-flow-runs-by-name.ts';
import { prefectHeartbeats } from './prefect-heartbeats.ts';
import { prefectIdlePools } from './prefect-idle-pools.ts';
import { prefectPodOverhead } from './prefect-pod-overhead.ts';
import { prefectPolling } from './prefect-polling.ts';
import { prefectRecording } from './prefect-recording.ts';
import { prefectRunCreation } from './prefect-run-creation.ts';
import { prefectRunHistory } from './prefect-run-history.ts';
import { prefectScheduler } from './prefect-scheduler.ts';
import { prefectSchedules } from './prefect-schedules.ts';
import { prefectServiceWork } from './prefect-service-work.ts';
import { prefectStuck } from './prefect-stuck.ts';
import { prefectWorkPools } from './prefect-work-pools.ts';
import { prefectWorkerLoad } from './prefect-worker-load.ts';
import { prefectWorkers } from './prefect-workers.ts';

/** Everything read from Prefect's own tables. A database that holds none of them answers that they are missing. */
export const prefectTables: readonly Collector<pg.Client>[] = [
  prefectEvents,
  prefectFlowRuns,
  prefectRunCreation,
  prefectStuck,
  prefectWorkers,
  prefectWorkPools,
  prefectConcurrency,
  prefectServiceWork,
  prefectScheduler,
  prefectCleanUp,
  prefectRecording,
  prefectEventsStatements,
  prefectFlowRunsAtRest,
  prefectFlowRunsByName,
  prefectHeartbeats,
  prefectRunHistory,
  prefectSchedules,
  prefectPolling,
  prefectBursts,
  prefectDeploymentsByPool,
  prefectIdlePools,
  prefectWorkerLoad,
  prefectPodOverhead,
];
