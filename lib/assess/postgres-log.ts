import * as v from 'valibot';
import type { PostgresLogTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { worstOf } from '../model/status.ts';
import { minuteIn, unknownOfLog } from './log-facts.ts';
import { NOT_CONFIGURED, type View, valueIn } from './sections.ts';

type PostgresLogSection = Snapshot['postgres_log'];

/** The shapes of statements that took most time together, as the probe tells them in its facts. */
const Worst = v.fallback(
  v.array(v.object({ statement: v.string(), count: v.number(), total_ms: v.number() })),
  [],
);

function logEntry(view: View<PostgresLogTarget>): PostgresLogSection['logs'][number] {
  const unknown = unknownOfLog(view);
  const truncated = valueIn(view, 'postgres-log.truncated');
  return {
    name: view.target.name,
    target: view.target.id,
    status: view.status,
    ...minuteIn(view),
    records: valueIn(view, 'postgres-log.records'),
    truncated: truncated === null ? null : truncated === 1,
    slow_statements: valueIn(view, 'postgres-log.slow_statements'),
    slowest_ms: valueIn(view, 'postgres-log.slowest_ms'),
    lock_waits: valueIn(view, 'postgres-log.lock_waits'),
    longest_lock_wait_ms: valueIn(view, 'postgres-log.longest_lock_wait_ms'),
    worst: v.parse(Worst, view.observation.facts.slow_statements),
    ...(unknown !== null && { unknown }),
  };
}

/** What PostgreSQL itself logs of slow statements and waits for locks: as well as the worst of these logs. */
export function postgresLogSection(views: readonly View<PostgresLogTarget>[]): PostgresLogSection {
  if (views.length === 0) return { status: 'unknown', logs: [], unknown: NOT_CONFIGURED };
  return { status: worstOf(views.map((view) => view.status)), logs: views.map(logEntry) };
}
