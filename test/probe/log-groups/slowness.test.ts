import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordOf, shapeOf, slownessIn } from '../../../lib/probe/log-groups/slowness.ts';

/** What PostgreSQL printed under a locked table; RDS makes each record one event. */
const RECORDS = readFileSync(new URL('../../fixtures/logs/postgres-18.4.log', import.meta.url), 'utf8').split(
  /\n(?=\d{4}-\d\d-\d\d )/,
);

const AUTO_EXPLAIN = `2026-11-21 04:10:46 UTC:10.0.0.1(59878):prefect@orion:[16813]:LOG:  duration: 1204.511 ms  plan:
{
  "Query Text": "SELECT count(*) FROM flow_run WHERE name = 'Jane' AND id > 17",
  "Plan": { "Node Type": "Aggregate" }
}`;

describe("a record of PostgreSQL's log", () => {
  it('tells a statement that took long, by its shape', () => {
    const line =
      "2026-11-21 04:10:46 UTC:10.0.0.1(5):p@d:[1]:LOG:  duration: 5197.087 ms  execute s1: INSERT INTO t (a, b) VALUES ('it''s secret', 4711)";
    expect(recordOf(line)).toEqual({
      kind: 'slow-statement',
      ms: 5197.087,
      statement: 'INSERT INTO t (a, b) VALUES (?)',
    });
  });

  it('tells a statement that auto_explain explained', () => {
    expect(recordOf(AUTO_EXPLAIN)).toEqual({
      kind: 'slow-statement',
      ms: 1204.511,
      statement: 'SELECT count(*) FROM flow_run WHERE name = ? AND id > ?',
    });
  });

  it('tells a wait for a lock', () => {
    const line = RECORDS.find((r) => r.includes('still waiting')) ?? '';
    expect(recordOf(line)).toEqual({ kind: 'lock-wait', ms: 500.076, pid: 16275, lock: 'AccessShareLock' });
  });

  it('may tell of something else', () => {
    for (const text of [
      'LOG:  checkpoint complete: wrote 0 buffers; write=0.001 s',
      'LOG:  process 16813 acquired AccessShareLock on relation 16531 after 2059.238 ms',
      'STATEMENT:  SELECT 1 -- duration: 12 ms',
      '',
    ]) {
      expect(recordOf(text)).toBeNull();
    }
    expect(recordOf('LOG:  duration: 12.5 ms')).toEqual({ kind: 'slow-statement', ms: 12.5, statement: '' });
  });

  it('leaves no value in the shape of a statement', () => {
    expect(shapeOf("SELECT $1, 'a', 3.5, -7, x1 -- of jane@example.com\n FROM t WHERE b IN (1, 2, 3)")).toBe(
      'SELECT $1, ?, ?, ?, x1 FROM t WHERE b IN (?)',
    );
    expect(shapeOf("SELECT $tag$secret$tag$, 'open")).toBe('SELECT ?, ?');
  });
});

describe('the records PostgreSQL printed under a locked table', () => {
  it('come to how many were slow, how slow, and which', () => {
    const { worst, ...counts } = slownessIn(RECORDS);
    expect(counts).toEqual({ slowStatements: 21, slowestMs: 5956.499, lockWaits: 3, longestWaitMs: 503.966 });
    expect(worst).toHaveLength(5);
    expect(worst[0]?.statement).toMatch(/^SELECT flow_run\./);
    expect(worst.map((w) => w.totalMs)).toEqual(worst.map((w) => w.totalMs).toSorted((a, b) => b - a));
  });
});
