import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { eventsTableIn, keepFewerEvents } from './events-tables.ts';

/** The fact the collector leaves: the slowest statements that read events, the slowest first. */
const Statements = v.fallback(
  v.array(
    v.object({
      queryid: v.pipe(v.string(), v.regex(/^-?\d+$/)),
      calls: v.number(),
      mean_ms: v.number(),
      query: v.string(),
    }),
  ),
  [],
);

const analyze = (table: string): Remedy => ({
  text: "Renew the planner's statistics of the table.",
  command: `ANALYZE ${table};`,
});
const SEE_INDEXES: Remedy = {
  text: 'See which indexes are used at all.',
  command:
    "SELECT schemaname, relname AS tablename, indexrelname AS indexname, pg_size_pretty(pg_relation_size(indexrelid)) AS index_size, idx_scan AS index_scans, idx_tup_read AS tuples_read, idx_tup_fetch AS tuples_fetched FROM pg_stat_user_indexes WHERE schemaname = 'public' ORDER BY pg_relation_size(indexrelid) DESC LIMIT 20;",
};

export const eventsQuerySlow: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'events-query-slow',
  kinds: ['postgres'],
  component: 'events-table',
  title: 'Queries of events are slow',
  needs: ['postgres.events.queries.slowest_mean_ms', 'postgres.events.queries.slow_percent'],
  thresholds: { warning: { enter: 200, leave: 150 } },
  meaning:
    'A statement that reads events takes longer on average than the 200 ms most of them should, counted since the statistics were last reset.',
  impact:
    'The event feed, automations and the pages that show activity wait for it, and each wait holds a connection of the pool.',
  remedy: [analyze('events'), SEE_INDEXES, keepFewerEvents('2d')],
  causes: [
    'events-retention-stopped',
    'events-table-large',
    'event-retention-growth',
    'postgres-lock-contention',
  ],
  source: ['Prefect, Infrastructure services: Events DB', 'Prefect, Monitoring the stack: CPU Utilization'],
  judge: (look) => {
    const slowest = look.value('postgres.events.queries.slowest_mean_ms');
    const severity = look.level(slowest);
    if (severity === null) return null;
    const [statement] = v.parse(Statements, look.facts.events_statements);
    const share = look.value('postgres.events.queries.slow_percent');
    return {
      severity,
      evidence: [
        {
          text: `the slowest statement takes ${slowest.toFixed(0)} ms on average${statement === undefined ? '' : `, over ${statement.calls} calls`}`,
          signal: 'postgres.events.queries.slowest_mean_ms',
          value: slowest,
          threshold: look.threshold(severity),
        },
        {
          text: `${share.toFixed(0)} % of the calls that read events are of statements slower than 200 ms`,
          signal: 'postgres.events.queries.slow_percent',
          value: share,
        },
        ...(statement === undefined ? [] : [{ text: `statement: ${statement.query}` }]),
      ],
      remedy: [
        analyze(eventsTableIn(look.facts)),
        SEE_INDEXES,
        keepFewerEvents('2d'),
        ...(statement === undefined
          ? []
          : [
              {
                text: 'Once it is better, let its statistics start anew: what was slow before still counts in the mean.',
                command: `SELECT pg_stat_statements_reset(0, 0, ${statement.queryid});`,
              },
            ]),
      ],
    };
  },
};
