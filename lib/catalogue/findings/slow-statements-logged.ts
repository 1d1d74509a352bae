import * as v from 'valibot';
import type { Evidence } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** The fact of the probe: those that took most time together, by their shape, the worst first. */
const SlowStatements = v.fallback(
  v.array(v.object({ statement: v.string(), count: v.number(), total_ms: v.number() })),
  [],
);
const TOLD = 3;

const worstIn = ({ facts }: Pick<Look, 'facts'>): readonly Evidence[] =>
  v
    .parse(SlowStatements, facts.slow_statements)
    .slice(0, TOLD)
    .map(({ statement, count, total_ms }) => ({
      text: `${count} times, ${(total_ms / 1000).toFixed(1)} s together: ${statement || 'a statement the log does not name'}`,
    }));

const knownIn = (look: Look, signal: string): number | null => look.all(signal)[0]?.value ?? null;

export const slowStatementsLogged: FindingDefinition = {
  ...MINUTELY,
  id: 'slow-statements-logged',
  kinds: ['postgres-log'],
  component: 'database',
  title: 'PostgreSQL logs many slow statements',
  needs: ['postgres-log.slow_statements'],
  thresholds: { warning: { enter: 10, leave: 3 } },
  recoverySeconds: 300,
  meaning:
    'More statements a minute than the threshold took longer than what PostgreSQL is set to log (log_min_duration_statement, or auto_explain).',
  impact: 'Each of them holds a connection of a pool for as long, and the requests behind it wait.',
  remedy: [
    { text: 'Bring the statistics up to date.', command: 'ANALYZE;' },
    {
      text: 'See what a statement does, by its plan.',
      command: 'EXPLAIN (ANALYZE, BUFFERS) <statement>;',
    },
    {
      text: 'See which statements cost most over time.',
      command:
        'SELECT calls, mean_exec_time, query FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 10;',
    },
  ],
  causes: ['postgres-lock-contention', 'postgres-cpu-high', 'statistics-stale', 'postgres-long-transaction'],
  source: ['Prefect, Monitoring the Stack: Slow query warnings'],
  judge(look) {
    const count = look.value('postgres-log.slow_statements');
    const severity = look.level(count);
    if (severity === null) return null;
    const slowest = knownIn(look, 'postgres-log.slowest_ms');
    const waits = knownIn(look, 'postgres-log.lock_waits') ?? 0;
    const isCut = knownIn(look, 'postgres-log.truncated') === 1;
    return {
      severity,
      evidence: [
        {
          text: `${count} slow statements in the minute${slowest === null ? '' : `, the longest of ${(slowest / 1000).toFixed(1)} s`}`,
          signal: 'postgres-log.slow_statements',
          value: count,
          threshold: look.threshold(severity),
        },
        ...worstIn(look),
        ...(waits === 0
          ? []
          : [{ text: `${waits} waited long for a lock`, signal: 'postgres-log.lock_waits', value: waits }]),
        ...(isCut ? [{ text: 'the log of the minute is longer than is read: there may be more' }] : []),
      ],
    };
  },
};
