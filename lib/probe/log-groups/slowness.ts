/*
 * PostgreSQL's own log, as RDS ships it to a log group: one record an event. Two kinds of records are of interest: a
 * statement that took longer than log_min_duration_statement, or than auto_explain's, and a session that waited for a
 * lock longer than deadlock_timeout (log_lock_waits).
 */

export interface SlowStatement {
  readonly kind: 'slow-statement';
  readonly ms: number;
  /** Without the values in it; empty where the record does not tell. */
  readonly statement: string;
}

export interface LockWait {
  readonly kind: 'lock-wait';
  /** How long it had waited when PostgreSQL said so: it may have gone on. */
  readonly ms: number;
  readonly pid: number;
  readonly lock: string;
}

const STATEMENT_CHARACTERS_MAX = 200;
const LOOKED_AT_CHARACTERS = 4_000;
const DURATION = /\bLOG: {1,2}duration: (\d{1,12}(?:\.\d{1,6})?) ms(?: {1,2}([^\n:]{1,100}):\s{0,4})?/;
const EXPLAINED = /"Query Text": "((?:[^"\\]|\\.){0,4000})/;
const LOCK_WAIT =
  /\bLOG: {1,2}process (\d{1,10}) still waiting for (\w{1,40}) on [^\n]{1,200}? after (\d{1,12}(?:\.\d{1,6})?) ms/;

/** A statement by its shape: values, which may be anybody's data, become `?`. */
export const shapeOf = (statement: string): string =>
  statement
    .slice(0, LOOKED_AT_CHARACTERS)
    .replace(/\\[ntr]/g, ' ')
    .replace(/--[^\n]*/g, ' ')
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, '?')
    .replace(/'(?:[^']|'')*'?/g, '?')
    .replace(/(?<![\w$])-?\d+(?:\.\d+)?\b/g, '?')
    .replace(/\(\s*\?(?:\s*,\s*\?)+\s*\)/g, '(?)')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, STATEMENT_CHARACTERS_MAX);

/** What a record says of slowness; null when it speaks of something else. */
export function recordOf(record: string): SlowStatement | LockWait | null {
  const text = record.slice(0, 4 * LOOKED_AT_CHARACTERS);
  const wait = LOCK_WAIT.exec(text);
  if (wait !== null) {
    return { kind: 'lock-wait', ms: Number(wait[3]), pid: Number(wait[1]), lock: wait[2] ?? '' };
  }
  const slow = DURATION.exec(text);
  if (slow === null) return null;
  const rest = text.slice(slow.index + slow[0].length);
  const statement =
    slow[2] === 'plan' ? (EXPLAINED.exec(rest)?.[1] ?? '') : slow[2] === undefined ? '' : rest;
  return { kind: 'slow-statement', ms: Number(slow[1]), statement: shapeOf(statement) };
}

export interface Slowness {
  readonly slowStatements: number;
  readonly slowestMs: number;
  readonly lockWaits: number;
  readonly longestWaitMs: number;
  /** Those that took most time together, the first first. */
  readonly worst: readonly { readonly statement: string; readonly count: number; readonly totalMs: number }[];
}

const WORST_TOLD = 5;

/** What the records of a stretch of time come to. */
export function slownessIn(records: readonly string[]): Slowness {
  const read = records.map(recordOf);
  const slow = read.filter((r) => r?.kind === 'slow-statement');
  const waits = read.filter((r) => r?.kind === 'lock-wait');
  const shapes = Map.groupBy(slow, (s) => s.statement);
  return {
    slowStatements: slow.length,
    slowestMs: Math.max(0, ...slow.map((s) => s.ms)),
    lockWaits: waits.length,
    longestWaitMs: Math.max(0, ...waits.map((w) => w.ms)),
    worst: [...shapes]
      .map(([statement, all]) => ({
        statement,
        count: all.length,
        totalMs: all.reduce((sum, s) => sum + s.ms, 0),
      }))
      .toSorted((a, b) => b.totalMs - a.totalMs)
      .slice(0, WORST_TOLD),
  };
}
