import type { ServiceTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { readingsOf } from './observation.ts';
import { reasonOf } from './readings.ts';
import { type View, valueIn } from './sections.ts';

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));

const PER_SECOND = 'service.requests.per_second';
const P95 = 'service.request.duration.p95_ms';

/** One of Prefect's web services, by what it counts itself; latencies are from its own histogram or not known. */
export function prefectServiceEntry(view: View<ServiceTarget>): Snapshot['prefect_services'][number] {
  const { target, status, watch, observation } = view;
  const isUp = valueIn(view, 'service.up') === 1;
  const unread = [PER_SECOND, P95]
    .flatMap((signal) => readingsOf(observation, signal))
    .find((r) => r.value === null);
  return {
    name: target.name,
    status,
    last_heartbeat: isUp ? (watch.speaker?.startedAt ?? null) : null,
    details: {
      requests_per_second: rounded(valueIn(view, PER_SECOND), 3),
      errors_percent: rounded(valueIn(view, 'service.requests.failed_percent'), 3),
      latency_p50_ms: rounded(valueIn(view, 'service.request.duration.p50_ms'), 3),
      latency_p95_ms: rounded(valueIn(view, P95), 3),
      latency_p99_ms: rounded(valueIn(view, 'service.request.duration.p99_ms'), 3),
      answer_ms: rounded(valueIn(view, 'service.answer_ms'), 3),
      source: 'histogram',
      ...(unread !== undefined && { unknown: reasonOf(unread).reason }),
    },
    error: watch.unknown?.detail ?? null,
  };
}
