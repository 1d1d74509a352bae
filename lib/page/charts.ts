import type { History, Series } from '../model/history.ts';
import { bytes, count, milliseconds, percent } from './format.ts';

/** A signal worth a line: what it is called there, and how its values are written. */
export interface Chart {
  readonly signal: string;
  readonly name: string;
  readonly shown: (value: number) => string;
}

const chart = (signal: string, name: string, shown: Chart['shown']): Chart => ({ signal, name, shown });

/** By the kind of target, at most two each: a card is no dashboard. */
const CHARTS: Readonly<Record<string, readonly Chart[]>> = {
  postgres: [
    chart('postgres.connections.used_percent', 'Connections', percent),
    chart('postgres.select_ms', 'SELECT 1', milliseconds),
  ],
  redis: [chart('redis.memory.used_bytes', 'Memory', bytes), chart('redis.ping_ms', 'PING', milliseconds)],
  prefect: [
    chart('prefect.health_ms', 'Health', milliseconds),
    chart('prefect.ready_ms', 'Readiness', milliseconds),
  ],
  service: [chart('service.requests.per_second', 'Requests', (v) => `${count(v)} a second`)],
  network: [chart('network.answer_ms', 'Answer', milliseconds)],
  kubernetes: [
    chart('kubernetes.api_ms', 'API server', milliseconds),
    chart('kubernetes.nodes.cpu.highest_percent', 'Busiest node', percent),
  ],
  logs: [chart('logs.errors', 'Errors', count)],
};

/** Those whose series are told apart by a label, one line each. */
export const FLOW_RUNS = chart('prefect.flow_run.count', 'Flow runs', count);
export const EVENTS = chart('postgres.events.rows', 'Events', count);

export const CHARTED_SIGNALS: readonly string[] = [
  ...Object.values(CHARTS).flatMap((charts) => charts.map(({ signal }) => signal)),
  FLOW_RUNS.signal,
  EVENTS.signal,
];

/** What is drawn of a target, `kind/name`. */
export const chartsOf = (target: string): readonly Chart[] => CHARTS[target.split('/')[0] ?? ''] ?? [];

/** The one course of a signal, of a target if one is named, with a label if it has several. */
export const courseOf = (
  history: History,
  { signal }: Chart,
  { target, label = null }: { readonly target?: string | null | undefined; readonly label?: string | null },
): Series | undefined =>
  history.series.find(
    (s) =>
      s.signal === signal &&
      s.label === label &&
      (target === undefined || target === null || s.target === target),
  );
