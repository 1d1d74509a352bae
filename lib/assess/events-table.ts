import type { PostgresTarget } from '../config/targets.ts';
import type { Finding } from '../model/finding.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { worstOf } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { readingsOf } from './observation.ts';
import { reasonOf } from './readings.ts';
import type { View } from './sections.ts';

/** The probe of PostgreSQL reads it where the database holds Prefect's events. */
const ROWS = 'postgres.events.rows';
/** Findings about the table itself; their evidence is what there is to say about it. */
const ABOUT_THE_TABLE = /^event(s-table|s-retention|-retention)-/;

const NOT_CONFIGURED: Unknown = { reason: 'not-configured', detail: 'no such target is configured' };
const NOT_COLLECTED: Unknown = { reason: 'not-collected', detail: 'no probe read the events table' };

/** The table of events: in the database of that role which could be read, else in the first. */
export function eventsTableSection(
  databases: readonly View<PostgresTarget>[],
  findings: readonly Finding[],
): Snapshot['events_table'] {
  const unseen = { status: 'unknown', event_count: null, message: null } as const;
  const views = databases.filter((v) => v.target.roles.includes('events'));
  if (views.length === 0) return { ...unseen, unknown: NOT_CONFIGURED };
  const readings = views.flatMap(({ observation }) => readingsOf(observation, ROWS));
  const rows = readings.find((r) => r.value !== null);
  if (rows === undefined) {
    const [first] = readings;
    return { ...unseen, unknown: first === undefined ? NOT_COLLECTED : reasonOf(first) };
  }
  const own = findings.filter((f) => f.target === rows.target && ABOUT_THE_TABLE.test(f.id));
  return {
    status: worstOf(own.map((f) => f.status)),
    event_count: rows.value,
    message: own[0]?.evidence[0]?.text ?? null,
  };
}
