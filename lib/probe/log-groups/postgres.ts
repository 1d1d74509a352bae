import { POSTGRES_LOG_SIGNALS } from '../../catalogue/signals/postgres-log.ts';
import type { PostgresLogTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import type { Probe } from '../frame.ts';
import type { ClientOf } from './client.ts';
import { type LogGroupConnection, probeOfMinutes } from './connection.ts';
import type { ShippedEvent } from './minute.ts';
import { slownessIn } from './slowness.ts';

const UP = 'postgres-log.up';
const RECORD = /^\d{4}-\d\d-\d\d /;
const RECORD_CHARACTERS_MAX = 16_000;

const NONE_SLOW: Unknown = { reason: 'no-traffic', detail: 'no statement of the minute was slow' };
const NONE_WAITED: Unknown = { reason: 'no-traffic', detail: 'no session of the minute waited long' };

/** An event is a record, or goes on with the one before it in its stream: statements have lines. */
function recordsIn(events: readonly ShippedEvent[]): readonly string[] {
  const streams = Map.groupBy(events, (event) => event.stream);
  return [...streams.values()].flatMap((own) => {
    const records: string[] = [];
    for (const { message } of own) {
      const begun = records.at(-1);
      if (RECORD.test(message) || begun === undefined) records.push(message);
      else if (begun.length < RECORD_CHARACTERS_MAX) records[records.length - 1] = `${begun}\n${message}`;
    }
    return records;
  });
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

const slowness: Collector<LogGroupConnection, PostgresLogTarget> = {
  name: 'postgres-log',
  tier: 'minute',
  signals: POSTGRES_LOG_SIGNALS.map((s) => s.id).filter((id) => id !== UP),
  cheap: 'a minute of a log group, bounded in pages and bytes; CloudWatch asks no money for it',
  async collect({ minute, window, silent }, _, { logGroup }) {
    const records = recordsIn(minute.events);
    const { slowStatements, slowestMs, lockWaits, longestWaitMs, worst } = slownessIn(records);
    return {
      samples: [
        { signal: 'postgres-log.silent', value: silent },
        { signal: 'postgres-log.records', value: records.length },
        { signal: 'postgres-log.truncated', value: Number(minute.isTruncated) },
        { signal: 'postgres-log.slow_statements', value: slowStatements },
        { signal: 'postgres-log.slowest_ms', value: slowStatements === 0 ? NONE_SLOW : slowestMs },
        { signal: 'postgres-log.lock_waits', value: lockWaits },
        {
          signal: 'postgres-log.longest_lock_wait_ms',
          value: lockWaits === 0 ? NONE_WAITED : longestWaitMs,
        },
      ],
      facts: {
        log_group: logGroup,
        log_window: { from: timeOf(window.from), to: timeOf(window.to) },
        slow_statements: worst.map(({ statement, count, totalMs }) => ({
          statement,
          count,
          total_ms: totalMs,
        })),
      },
    };
  },
};

/** Reads what PostgreSQL says of slow statements and of waits for locks, from the log group RDS exports its log to. */
export const postgresLogProbe = (clientOf: ClientOf): Probe<PostgresLogTarget, LogGroupConnection> =>
  probeOfMinutes({ up: UP, clientOf, readingOf: () => ({ marginMs: 0 }), collector: slowness });
