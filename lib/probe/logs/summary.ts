import { SIGNATURES } from '../../catalogue/signatures/index.ts';
import type { Theme } from '../../catalogue/signatures/signature.ts';
import type { Facts } from '../../model/report.ts';
import type { Sample } from '../collector.ts';
import type { Reading, Readings } from './read.ts';
import type { Window } from './stamps.ts';

const SIGNATURES_TOLD = 30;
const PODS_TOLD = 5;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const themed = (readings: readonly Reading[], theme: Theme): number =>
  sum(readings.map((r) => r.counts.themes.get(theme) ?? 0));

const sightingsOf = (readings: readonly Reading[], signature: string) =>
  readings.flatMap(({ source, counts }) =>
    counts.sightings
      .filter((s) => s.signature === signature)
      .map((sighting) => ({ pod: source.pod, ...sighting })),
  );

function totalled(counts: readonly (readonly [string, number])[]) {
  const totals = new Map<string, number>();
  for (const [pod, count] of counts) totals.set(pod, (totals.get(pod) ?? 0) + count);
  return [...totals]
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, PODS_TOLD)
    .map(([pod, count]) => ({ pod, count }));
}

/** @param silent 1 when there is nothing that could say anything, and the counts are 0 for that */
export function samplesOf({ readings, unread }: Readings, silent: Sample['value']): readonly Sample[] {
  const own = readings.filter((r) => !r.source.isFlowRun);
  return [
    { signal: 'logs.silent', value: silent },
    { signal: 'logs.containers.read', value: readings.length },
    { signal: 'logs.containers.unread', value: unread },
    { signal: 'logs.containers.truncated', value: readings.filter((r) => r.isTruncated).length },
    { signal: 'logs.events', value: sum(readings.map((r) => r.counts.events)) },
    { signal: 'logs.errors', value: sum(own.map((r) => r.counts.errors)) },
    { signal: 'logs.auth_errors', value: themed(readings, 'auth') },
    { signal: 'logs.database_errors', value: themed(readings, 'database') },
    { signal: 'logs.slow_queries', value: themed(readings, 'slow-query') },
    ...SIGNATURES.map(({ id }) => ({
      signal: 'logs.signature',
      value: sum(sightingsOf(readings, id).map((s) => s.count)),
      labels: { signature: id },
    })),
  ];
}

/** Of each background service that failed its last failure, wherever that was, and all its failures in a row. */
function failuresIn(readings: readonly Reading[]) {
  const byService = Map.groupBy(
    readings.flatMap((r) => r.counts.failures),
    (f) => f.service,
  );
  return [...byService].flatMap(([service, failures]) => {
    const [last] = failures.toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0));
    if (last === undefined) return [];
    const { lastAt, durationMs, error } = last;
    const in_a_row = sum(failures.map((f) => f.inARow));
    return { service, in_a_row, last: timeOf(lastAt), duration_ms: durationMs, error };
  });
}

/** The signatures seen, the most frequent first, each with where, when and one redacted sample; and who errs most. */
export function factsOf({ readings }: Readings, window: Window): Facts {
  const seen = SIGNATURES.map(({ id, theme, meaning }) => {
    const sightings = sightingsOf(readings, id);
    const firsts = sightings.flatMap((s) => s.firstAt ?? []);
    const lasts = sightings.flatMap((s) => s.lastAt ?? []);
    return {
      signature: id,
      theme,
      meaning,
      count: sum(sightings.map((s) => s.count)),
      first: timeOf(firsts.length === 0 ? null : Math.min(...firsts)),
      last: timeOf(lasts.length === 0 ? null : Math.max(...lasts)),
      pods: totalled(sightings.map((s) => [s.pod, s.count])),
      sample: sightings[0]?.sample ?? '',
    };
  });
  return {
    log_window: { from: timeOf(window.from), to: timeOf(window.to) },
    log_signatures: seen
      .filter((s) => s.count > 0)
      .toSorted((a, b) => b.count - a.count)
      .slice(0, SIGNATURES_TOLD),
    log_service_failures: failuresIn(readings),
    log_errors_by_pod: totalled(
      readings.flatMap(({ source, counts }) =>
        source.isFlowRun ? [] : [[source.pod, counts.errors] as const],
      ),
    ),
  };
}
