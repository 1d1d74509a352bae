import { LOGS_SIGNALS } from '../../catalogue/signals/logs.ts';
import type { LogsTarget } from '../../config/targets.ts';
import type { Collector, Sample } from '../collector.ts';
import { isDown, type ProbeFailure } from '../failure.ts';
import type { Probe, Visit } from '../frame.ts';
import { type Cluster, clusterAt } from '../kubernetes/access/cluster.ts';
import type { EndpointOf } from '../kubernetes/access/endpoint.ts';
import { classifyKubernetes } from '../kubernetes/access/refusal.ts';
import { readLogs } from './read.ts';
import { listSources, type Source } from './sources.ts';
import { type Window, windowBefore } from './stamps.ts';
import { factsOf, samplesOf } from './summary.ts';

/** A way into the cluster, and what there is to read of which minute. */
export interface LogsConnection {
  readonly cluster: Cluster;
  readonly window: Window;
  readonly sources: readonly Source[];
}

const UP = 'logs.up';
/** The logs of a large installation take longer than what others ask; a function has fifty seconds in all. */
const BUDGET = { openMs: 8_000, collectorMs: 30_000, totalMs: 40_000 };
/** The reading ends itself before the frame would end it, so that what was read by then is told. */
const READING_MS = 25_000;

async function open(endpointOf: EndpointOf, target: LogsTarget, abort: AbortSignal, visit: Visit) {
  const window = windowBefore(visit.scheduledAt ?? visit.now(), visit.intervalSeconds);
  const cluster = clusterAt(await endpointOf(target));
  abort.addEventListener('abort', () => cluster.destroy(), { once: true });
  try {
    const sources = await listSources(cluster, target, window);
    const samples: readonly Sample[] = [{ signal: UP, value: 1 }];
    return { connection: { cluster, window, sources }, samples };
  } catch (error) {
    cluster.destroy();
    throw error;
  }
}

const closed = ({ reason, detail }: ProbeFailure): readonly Sample[] => [
  { signal: UP, value: isDown(reason) ? 0 : { reason, detail } },
];

const podLogs: Collector<LogsConnection, LogsTarget> = {
  name: 'pod-logs',
  tier: 'minute',
  signals: LOGS_SIGNALS.map((s) => s.id).filter((id) => id !== UP),
  cheap: "the node's kubelet sends the end of a file: a minute of it, bounded in bytes, four files at a time",
  async collect({ cluster, window, sources }, abort) {
    const inTime = AbortSignal.any([abort, AbortSignal.timeout(READING_MS)]);
    const readings = await readLogs(cluster, sources, window, inTime);
    // Of nothing but failures there is nothing to count.
    if (readings.readings.length === 0 && readings.failure !== null) throw readings.failure;
    const silent = Number(sources.length === 0);
    return { samples: samplesOf(readings, silent), facts: factsOf(readings, window) };
  },
};

/** @param endpointOf how to find the way into a cluster from where the probe runs */
export const logsProbe = (endpointOf: EndpointOf): Probe<LogsTarget, LogsConnection> => ({
  open: (target, abort, visit) => open(endpointOf, target, abort, visit),
  closed,
  signals: [UP],
  collectors: [podLogs],
  budget: BUDGET,
  classify: classifyKubernetes,
  discard: ({ cluster }) => cluster.destroy(),
  close: async ({ cluster }) => cluster.destroy(),
});
