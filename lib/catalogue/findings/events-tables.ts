import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import type { Facts } from '../../model/report.ts';
import { sqlText } from '../quoting.ts';

/** The fact the events collector leaves; names are written as the server itself quotes them. */
const Tables = v.fallback(v.array(v.object({ name: v.string(), rows: v.number(), bytes: v.number() })), []);

/** The table of events as the probe's role names it. */
export const eventsTableIn = (facts: Facts): string =>
  v.parse(Tables, facts.events_tables)[0]?.name ?? 'events';

/** Prefect's own look at the table. It counts every row: fit for a person, not for a probe. */
export const lookAtEvents = (table: string): Remedy => ({
  text: 'See how large it is and how far back it reaches.',
  command: `SELECT pg_size_pretty(pg_total_relation_size(${sqlText(table)})) AS total_size, to_char(count(*), 'FM999,999,999') AS row_count, min(occurred) AS oldest_event, max(occurred) AS newest_event FROM ${table};`,
});

/** @param period as Prefect reads it, such as `2d`. */
export const keepFewerEvents = (period: string): Remedy => ({
  text: 'Keep events for a shorter time, 1-2 days at a high volume and 3-5 at a medium one: set this where the server and its background services run, and restart them.',
  command: `prefect config set PREFECT_EVENTS_RETENTION_PERIOD="${period}"`,
});

export const GIVE_SPACE_BACK: Remedy = {
  text: 'Deleting rows leaves the files as large as they are. This makes their space usable again without stopping anything.',
  command: 'VACUUM (ANALYZE) events, event_resources;',
};

export const SEE_RETENTION: Remedy = {
  text: 'See the retention in force.',
  command: 'prefect config view | grep EVENTS_RETENTION',
};
