import * as v from 'valibot';
import type { Facts } from '../../model/report.ts';
import { CONSUMER_SERVICES, PERPETUAL_SERVICES } from './services.ts';

/** What one record of a log says of a background service that failed. */
export interface Failure {
  readonly service: string;
  /** Which failure in a row it is by its own account; null where it does not count them. */
  readonly inARow: number | null;
  readonly durationMs: number | null;
}

const PERPETUAL = new Set(PERPETUAL_SERVICES.map((s) => s.name));

/** Docket's own: a run that raised, with how long it took, in whole milliseconds or, past a hundred, seconds. */
const RUN = /\bdocket\.(?:dependencies|worker) - ↩ \[ {0,9}(\d{1,12})(ms|s ?)\] (\w{1,100})\(/;
/** The persister counts its failed writes in a row, at level debug; when it gives up, as an error. */
const PERSISTER = /\bError flushing events \(attempt (\d{1,6})\/|\bMax flush retries \((\d{1,6})\) reached/;
const RECORDER = /\btask_run_recorder - Error flushing \d{1,9} events/;
/** A consumer is named after its group, its host and its process. */
const CONSUMER = new RegExp(
  `\\bError (?:processing pending messages|handling message \\S{1,60}) in consumer (${CONSUMER_SERVICES.map((s) => s.group).join('|')})-`,
);

/** The background service whose failure a record tells of; null when it tells of none. */
export function failureIn(message: string): Failure | null {
  const [, taken, unit, task] = RUN.exec(message) ?? [];
  if (task !== undefined)
    return PERPETUAL.has(task)
      ? { service: task, inARow: null, durationMs: Number(taken) * (unit === 'ms' ? 1 : 1000) }
      : null;
  const [attempt, retries] = PERSISTER.exec(message)?.slice(1) ?? [];
  if (attempt !== undefined || retries !== undefined)
    return { service: 'EventPersister', inARow: Number(attempt ?? retries), durationMs: null };
  if (RECORDER.test(message)) return { service: 'TaskRunRecorder', inARow: null, durationMs: null };
  const [, group] = CONSUMER.exec(message) ?? [];
  const consumer = CONSUMER_SERVICES.find((s) => s.group === group);
  return consumer === undefined ? null : { service: consumer.name, inARow: null, durationMs: null };
}

/** What the logs of a minute told of one service that failed: the last of it, and how often it failed in a row. */
const ToldFailureSchema = v.object({
  service: v.string(),
  in_a_row: v.number(),
  last: v.nullable(v.string()),
  duration_ms: v.nullable(v.number()),
  error: v.string(),
});
export type ToldFailure = Readonly<v.InferOutput<typeof ToldFailureSchema>>;

const FactsSchema = v.fallback(
  v.object({
    log_service_failures: v.array(ToldFailureSchema),
    log_window: v.object({ to: v.nullable(v.string()) }),
  }),
  { log_service_failures: [], log_window: { to: null } },
);

/** Told in the minute up to `until`. */
export interface Told extends ToldFailure {
  readonly until: string | null;
}

/** What the logs of an installation told of its background services in their last minutes. */
export const toldIn = (logs: readonly { readonly facts: Facts }[]): readonly Told[] =>
  logs.flatMap(({ facts }) => {
    const { log_service_failures, log_window } = v.parse(FactsSchema, facts);
    return log_service_failures.map((failure) => ({ ...failure, until: log_window.to }));
  });
