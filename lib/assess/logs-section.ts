import * as v from 'valibot';
import type { LogGroupTarget, LogsTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { worstOf } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { minuteIn, unknownOfLog } from './log-facts.ts';
import { onlyValue } from './observation.ts';
import type { View } from './sections.ts';

type LogsSection = Snapshot['logs'];
/** Read from pods, or from the log group they are shipped to. */
export type AnyLogs = LogsTarget | LogGroupTarget;

const NOT_CONFIGURED: Unknown = { reason: 'not-configured', detail: 'no logs are configured' };

/** As the probe tells it in its facts. */
const Told = v.fallback(
  v.array(
    v.object({
      signature: v.string(),
      theme: v.string(),
      meaning: v.string(),
      count: v.number(),
      first: v.nullable(v.string()),
      last: v.nullable(v.string()),
      pods: v.array(v.object({ pod: v.string(), count: v.number() })),
      sample: v.string(),
    }),
  ),
  [],
);

/** The sum over all of them; null as soon as one of them could not say. */
function sumOf(views: readonly View<AnyLogs>[], signal: string): number | null {
  const values = views.map((view) => onlyValue(view.observation, signal));
  return values.every((value) => typeof value === 'number') ? values.reduce((a, b) => a + b, 0) : null;
}

/** What all logs of an installation say of the last whole minute. */
export function logsSection(views: readonly View<AnyLogs>[]): LogsSection {
  const [first] = views;
  const unseen = first === undefined ? NOT_CONFIGURED : views.map(unknownOfLog).find((why) => why !== null);
  const counted = (signal: string) => (views.length === 0 ? null : sumOf(views, signal));
  return {
    status: first === undefined ? 'unknown' : worstOf(views.map((view) => view.status)),
    ...(first === undefined ? { from: null, to: null } : minuteIn(first)),
    containers_read: counted('logs.containers.read'),
    containers_unread: counted('logs.containers.unread'),
    errors: counted('logs.errors'),
    auth_errors: counted('logs.auth_errors'),
    database_errors: counted('logs.database_errors'),
    slow_queries: counted('logs.slow_queries'),
    signatures: views
      .flatMap((view) => v.parse(Told, view.observation.facts.log_signatures))
      .toSorted((a, b) => b.count - a.count),
    ...(unseen && { unknown: unseen }),
  };
}
