import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
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

type Statement = v.InferOutput<typeof Statements>[number];

const MEAN_OF_ALL = 'postgres.events.queries.slowest_mean_ms';
/** What most queries of events should stay below, as Prefect sizes the Events database. */
const SLOW_MS = 200;
const SINCE_RESET = 'since the statistics were reset';

const analyze = (table: string): Remedy => ({
  text: "Renew the planner's statistics of the table.",
  command: `ANALYZE ${table};`,
});
const SEE_INDEXES: Remedy = {
  text: 'See which indexes are used at all.',
  command:
    "SELECT schemaname, relname AS tablename, indexrelname AS indexname, pg_size_pretty(pg_relation_size(indexrelid)) AS index_size, idx_scan AS index_scans, idx_tup_read AS tuples_read, idx_tup_fetch AS tuples_fetched FROM pg_stat_user_indexes WHERE schemaname = 'public' ORDER BY pg_relation_size(indexrelid) DESC LIMIT 20;",
};

const startAnew = (queryid: string): Remedy => ({
  text: 'Once it is better, let its statistics start anew: what was slow before still counts in the mean.',
  command: `SELECT pg_stat_statements_reset(0, 0, ${queryid});`,
});

/** How the queries went over some time: the slowest statement, and the share of calls that are of slow ones. */
interface Queries {
  readonly statement: Pick<Statement, 'queryid' | 'calls' | 'mean_ms'> & { readonly query: string | null };
  readonly share: number;
  readonly since: string;
}

const statementsIn = (look: Look): readonly Statement[] => v.parse(Statements, look.facts.events_statements);

/** Since the statistics were reset: all there is to go by before the second look. */
function allQueries(look: Look): Queries {
  const [slowest] = statementsIn(look);
  const mean_ms = look.value(MEAN_OF_ALL);
  return {
    statement: { queryid: '0', calls: 0, query: null, ...slowest, mean_ms },
    share: look.value('postgres.events.queries.slow_percent'),
    since: SINCE_RESET,
  };
}

/** Between the last two looks; null while there was one only. */
function recentQueries(look: Look): Queries | null {
  const means = look.all('postgres.events.queries.recent_mean_ms');
  if (means.length === 0 || means.every((m) => m.unknown?.reason === 'needs-two-probes')) return null;
  const callsOf = new Map(
    look.all('postgres.events.queries.recent_calls').map((r) => [r.labels?.statement, r.value ?? 0]),
  );
  const recent = means
    .flatMap(({ value, labels }) => {
      const queryid = labels?.statement;
      if (value === null || queryid === undefined) return [];
      return [{ queryid, mean_ms: value, calls: callsOf.get(queryid) ?? 0 }];
    })
    .toSorted((a, b) => b.mean_ms - a.mean_ms);
  const calls = [...callsOf.values()].reduce((sum, n) => sum + n, 0);
  const slow = recent.filter((s) => s.mean_ms > SLOW_MS).reduce((sum, s) => sum + s.calls, 0);
  const [slowest = { queryid: '0', mean_ms: 0, calls: 0 }] = recent;
  const query = statementsIn(look).find((s) => s.queryid === slowest.queryid)?.query ?? null;
  return {
    statement: { ...slowest, query },
    share: calls === 0 ? 0 : (100 * slow) / calls,
    since: 'since the last look',
  };
}

export const eventsQuerySlow: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'events-query-slow',
  kinds: ['postgres'],
  component: 'events-table',
  title: 'Queries of events are slow',
  needs: [MEAN_OF_ALL, 'postgres.events.queries.slow_percent'],
  thresholds: { warning: { enter: SLOW_MS, leave: 150 } },
  meaning: 'A statement that reads events takes longer on average than the 200 ms most of them should.',
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
    const { statement, share, since } = recentQueries(look) ?? allQueries(look);
    const severity = look.level(statement.mean_ms);
    if (severity === null) return null;
    const { query } = statement;
    return {
      severity,
      evidence: [
        {
          text: `the slowest statement takes ${statement.mean_ms.toFixed(0)} ms on average, over ${statement.calls} calls ${since}`,
          signal: MEAN_OF_ALL,
          value: statement.mean_ms,
          threshold: look.threshold(severity),
        },
        {
          text: `${share.toFixed(0)} % of the calls that read events are of statements slower than ${SLOW_MS} ms`,
          signal: 'postgres.events.queries.slow_percent',
          value: share,
        },
        ...(query === null ? [] : [{ text: `statement: ${query}` }]),
      ],
      remedy: [
        analyze(eventsTableIn(look.facts)),
        SEE_INDEXES,
        keepFewerEvents('2d'),
        ...(since === SINCE_RESET ? [startAnew(statement.queryid)] : []),
      ],
    };
  },
};
