import type { Signal } from '../catalogue/signal.ts';
import { SIGNALS } from '../catalogue/signals/index.ts';
import type { Reading } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Status } from '../model/status.ts';
import { expositionText, type Family, type Labels } from './exposition-text.ts';

const PREFIX = 'prefect_vitals_';
/** -1 beside the scale, so that no alert on `> 0` takes the unknown for a fault. */
const STATUS_VALUE: Readonly<Record<Status, number>> = {
  unknown: -1,
  healthy: 0,
  warning: 1,
  degraded: 2,
  error: 3,
};

const REQUEST_DURATION = {
  name: 'prefect_server_api_request_duration_seconds',
  help: "duration of the newest of the probe's own requests; with a percentile, of those of a quarter of an hour, or of all requests a service counted",
};
/** Not `quantile`: that label belongs to summaries, which count all that they sum up. */
const ofService = (percentile: string) => ({
  ...REQUEST_DURATION,
  labels: { percentile, source: 'histogram' },
});
const ofRequests = (percentile?: string) => ({
  ...REQUEST_DURATION,
  labels: { source: 'timed request', ...(percentile !== undefined && { percentile }) },
});

/** Signals that people know by a name from elsewhere. */
const KNOWN_AS: Readonly<Record<string, Pick<Family, 'name' | 'help'> & { readonly labels: Labels }>> = {
  'prefect.flow_run.count': { name: 'prefect_flow_run_count', help: 'flow runs by state type', labels: {} },
  'prefect.server.api.request.duration': ofRequests(),
  'prefect.server.api.request.duration_p50': ofRequests('50'),
  'prefect.server.api.request.duration_p95': ofRequests('95'),
  'service.request.duration.p50_ms': ofService('50'),
  'service.request.duration.p95_ms': ofService('95'),
  'service.request.duration.p99_ms': ofService('99'),
};

/** Times are told in seconds, whatever the signal measures them in and calls itself after. */
function inSeconds({ id, unit }: Signal): { readonly ending: RegExp; of(value: number): number } | undefined {
  if (unit === 'Milliseconds') return { ending: /_ms$/, of: (value) => value / 1000 };
  return id.endsWith('_days') ? { ending: /_days$/, of: (value) => value * 86_400 } : undefined;
}

/** `postgres.connect_ms` → `prefect_vitals_postgres_connect_seconds`, `redis.cpu.seconds` → `…_cpu_seconds_total`. */
function nameOf(signal: Signal): string {
  const words = signal.id.replaceAll(/[.-]/g, '_');
  const seconds = inSeconds(signal);
  const inBaseUnit = seconds === undefined ? words : words.replace(seconds.ending, '_seconds');
  // Only a counter may end in `_total`.
  return `${PREFIX}${inBaseUnit.replace(/_total$/, '')}${signal.nature === 'counter' ? '_total' : ''}`;
}

function labelsOf(reading: Reading, signal: Signal, installation: string): Labels {
  const own = signal.label === undefined ? undefined : reading.labels?.[signal.label];
  return {
    installation,
    target: reading.target,
    ...(signal.label !== undefined && own !== undefined && { [signal.label]: own }),
    ...KNOWN_AS[signal.id]?.labels,
  };
}

interface Seen {
  readonly installation: string;
  readonly reading: Reading;
}

/** Readings by signal, oldest first. A stale snapshot has none to give: its values are of the past. */
function readingsBySignal(snapshots: readonly Snapshot[]): ReadonlyMap<string, readonly Seen[]> {
  const seen = snapshots
    .filter((s) => !s.monitor.stale)
    .flatMap((s) =>
      s.monitor.targets.flatMap((t) =>
        (t.readings ?? []).map((reading): Seen => ({ installation: s.installation, reading })),
      ),
    )
    .sort((a, b) => Date.parse(a.reading.at) - Date.parse(b.reading.at));
  return Map.groupBy(seen, ({ reading }) => reading.signal);
}

function familyOf(signal: Signal, seen: readonly Seen[]): Family {
  const seconds = inSeconds(signal);
  return {
    name: KNOWN_AS[signal.id]?.name ?? nameOf(signal),
    type: signal.nature === 'counter' ? 'counter' : 'gauge',
    help: KNOWN_AS[signal.id]?.help ?? signal.help,
    samples: seen.flatMap(({ installation, reading }) =>
      reading.value === null
        ? []
        : [
            {
              labels: labelsOf(reading, signal, installation),
              value: seconds?.of(reading.value) ?? reading.value,
            },
          ],
    ),
  };
}

function statusesOf(s: Snapshot): readonly (readonly [component: string, target: string, Status])[] {
  return [
    ['overall', '', s.status],
    ['server', '', s.server.status],
    ['docket', '', s.docket.status],
    ['events_table', '', s.events_table.status],
    ['kubernetes', '', s.kubernetes.status],
    ['flow_runs', '', s.flow_runs.status],
    ['network', '', s.network.status],
    ['logs', '', s.logs.status],
    ['monitor', '', s.monitor.status],
    ...s.databases.map((d) => ['database', d.target, d.status] as const),
    ...s.redis.map((r) => ['redis', r.target, r.status] as const),
    ...s.prefect_services.map((p) => ['service', `service/${p.name}`, p.status] as const),
  ];
}

function familiesOfTheMonitor(snapshots: readonly Snapshot[], now: Date): readonly Family[] {
  return [
    {
      name: `${PREFIX}status`,
      type: 'gauge',
      help: 'status of a component: 0 healthy, 1 warning, 2 degraded, 3 error, -1 unknown',
      samples: snapshots.flatMap((s) =>
        statusesOf(s).map(([component, target, status]) => ({
          labels: { installation: s.installation, component, ...(target !== '' && { target }) },
          value: STATUS_VALUE[status],
        })),
      ),
    },
    {
      name: `${PREFIX}finding_active`,
      type: 'gauge',
      help: '1 for every finding that holds',
      samples: snapshots.flatMap((s) =>
        s.findings.map(({ id, target, severity }) => ({
          labels: { installation: s.installation, finding: id, target, severity },
          value: 1,
        })),
      ),
    },
    {
      name: `${PREFIX}snapshot_age_seconds`,
      type: 'gauge',
      help: 'time since the last assessment of the installation',
      samples: snapshots.map((s) => ({
        labels: { installation: s.installation },
        value: (now.getTime() - Date.parse(s.observed_at)) / 1000,
      })),
    },
  ];
}

/**
 * Prometheus text format 0.0.4 of the latest values: every known reading by its signal's name with seconds for
 * milliseconds, the two metrics of Prefect's own catalogue under their names, statuses, findings and the age of the
 * snapshot. Readings are only in detailed snapshots; unknown ones have no series, those of a stale snapshot neither.
 */
export function exposition(snapshots: readonly Snapshot[], now: Date): string {
  const seen = readingsBySignal(snapshots);
  const signals = new Map(SIGNALS.map((s) => [s.id, s])).values();
  return expositionText([
    ...familiesOfTheMonitor(snapshots, now),
    ...[...signals].map((signal) => familyOf(signal, seen.get(signal.id) ?? [])),
  ]);
}
