import { styleText } from 'node:util';
import Table from 'cli-table3';
import { duration } from '../../lib/catalogue/duration.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Forecast } from '../../lib/model/forecast.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import type { Status } from '../../lib/model/status.ts';

type Style = Parameters<typeof styleText>[0];

const STYLE_OF: Readonly<Record<Status, Style>> = {
  healthy: 'green',
  warning: 'yellow',
  degraded: 'yellow',
  error: 'red',
  unknown: 'magenta',
};

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const MEBIBYTE = 1024 * 1024;

const measured = (value: number | null, unit: string, digits = 0): string | undefined =>
  value === null ? undefined : `${value.toFixed(digits)}${unit}`;

const joined = (parts: readonly (string | undefined | null | false)[]): string =>
  parts.filter(Boolean).join(', ');

/** What a person reads of each target at a glance, or why there is nothing to read. */
function glances(snapshot: Snapshot): ReadonlyMap<string, string> {
  const { server, databases, redis, flow_runs } = snapshot;
  const glance = new Map<string, string>();
  for (const db of databases) {
    const used =
      db.connections_limit === null ? undefined : `${db.connections} of ${db.connections_limit} connections`;
    const blocked = db.blocked_sessions !== null && `${db.blocked_sessions} blocked`;
    glance.set(
      db.target,
      joined([db.version && `PostgreSQL ${db.version}`, measured(db.latency_ms, ' ms', 1), used, blocked]),
    );
  }
  for (const r of redis) {
    const memory = measured(r.memory_used_bytes === null ? null : r.memory_used_bytes / MEBIBYTE, ' MiB', 1);
    const share = measured(r.memory_used_percent, ' %', 1);
    const usage = memory && share ? `${memory} (${share})` : memory;
    glance.set(
      r.target,
      joined([
        r.version,
        measured(r.latency_ms, ' ms', 1),
        usage,
        measured(r.clients, ' clients'),
        measured(r.cpu_percent, ' % CPU', 1),
      ]),
    );
  }
  for (const c of snapshot.kubernetes.clusters) {
    const notReady = (count: number | null) => (count ? `, ${count} not ready` : '');
    glance.set(
      c.target,
      joined([
        c.version && `Kubernetes ${c.version}`,
        measured(c.latency_ms, ' ms', 1),
        c.nodes !== null && `${c.nodes} nodes${notReady(c.nodes_not_ready)}`,
        measured(c.node_cpu_highest_percent, ' % CPU at most'),
        c.workloads !== null && `${c.workloads} workloads${notReady(c.workloads_not_ready)}`,
      ]),
    );
  }
  for (const { name, details } of snapshot.prefect_services) {
    const told = (key: string, unit: string, digits = 0) => {
      const value = details[key];
      return measured(typeof value === 'number' ? value : null, unit, digits);
    };
    glance.set(
      `service/${name}`,
      joined([
        told('requests_per_second', ' requests/s', 1),
        told('errors_percent', ' % 5xx', 1),
        told('latency_p95_ms', ' ms for 95 % of them'),
      ]),
    );
  }
  for (const e of snapshot.network.entrances) {
    const days = measured(e.certificate_expires_in_days, ' days');
    const answered = measured(e.latency_ms, ' ms', 1);
    glance.set(e.target, joined([answered, days && `certificate good for ${days}`]));
  }
  const [first] = snapshot.monitor.targets.filter((t) => t.kind === 'prefect');
  if (first !== undefined) {
    const runs = Object.entries(flow_runs.by_state).flatMap(([state, n]) =>
      n ? [`${n} ${state.toLowerCase()}`] : [],
    );
    const ready = server.ready === null ? undefined : server.ready ? 'ready' : 'not ready';
    glance.set(
      first.target,
      joined([
        server.version && `Prefect ${server.version}`,
        ready,
        measured(server.latency_ms, ' ms', 1),
        ...runs,
      ]),
    );
  }
  return glance;
}

/** What could not be read, signals with the same reason on one line. */
function unreadLines(snapshot: Snapshot): readonly string[] {
  const readings = snapshot.monitor.targets.flatMap((t) => t.readings ?? []);
  const unknown = readings.flatMap((r) => (r.unknown === undefined ? [] : [{ ...r, unknown: r.unknown }]));
  const byReason = Map.groupBy(unknown, (r) => `${r.target}  ${r.unknown.reason}: ${r.unknown.detail}`);
  return [...byReason].map(
    ([reason, of]) => `${reason}  (${[...new Set(of.map((r) => r.signal))].join(', ')})`,
  );
}

const foreseen = ({ target, signal, labels, limit, seconds_left, reached_at }: Forecast): string =>
  [
    target,
    signal,
    ...Object.values(labels ?? {}),
    `reaches ${limit} in ${duration(seconds_left)}, at ${reached_at}`,
  ].join('  ');

/**
 * The snapshot as a terminal shows it.
 *
 * @param colour whether what reads it is a terminal that wants colour
 */
export function report(snapshot: Snapshot, colour: boolean): string {
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const status = (s: Status) => paint(STYLE_OF[s], s);
  const { monitor, findings, root_cause, forecasts } = snapshot;

  const table = new Table({
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  const glance = glances(snapshot);
  for (const { target, status: s, unknown } of monitor.targets) {
    const told = findings.find((f) => f.target === target)?.title;
    const why =
      unknown === undefined ? glance.get(target) || told || '' : `${unknown.reason}: ${unknown.detail}`;
    table.push([target, status(s), why]);
  }
  const { kubernetes } = snapshot;
  if (kubernetes.clusters.length === 0)
    table.push(['kubernetes', status(kubernetes.status), kubernetes.unknown?.detail ?? '']);

  const told = (f: Finding) =>
    [
      `${paint(f.severity === 'critical' ? 'red' : 'yellow', f.severity)}  ${paint('bold', f.title)}  (${f.id}, ${f.target})`,
      ...f.evidence.map((e) => `  ${e.text}`),
      ...(f.caused_by === undefined ? [] : [`  follows from ${f.caused_by}`]),
      `  ${f.impact}`,
      ...f.remedy.flatMap((r) => [
        `  > ${r.text}`,
        ...(r.command === undefined ? [] : [`      ${paint('cyan', r.command)}`]),
      ]),
    ].join('\n');

  const unread = unreadLines(snapshot);

  return [
    `${paint('bold', snapshot.installation)} is ${status(snapshot.status)} at ${snapshot.observed_at}`,
    ...(root_cause === null ? [] : [`Root cause: ${paint('bold', root_cause.title)} (${root_cause.target})`]),
    '',
    table.toString().replace(/ +$/gm, ''),
    '',
    findings.length === 0 ? 'No findings.' : findings.map(told).join('\n\n'),
    ...(forecasts.length === 0
      ? []
      : ['', 'If it goes on like this:', ...forecasts.map((f) => `  ${foreseen(f)}`)]),
    ...(unread.length === 0 ? [] : ['', 'Not known:', ...unread.map((line) => `  ${line}`)]),
  ].join('\n');
}
