import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, ReportSchema } from '../../../lib/model/report.ts';
import { saidOf } from '../kubernetes/watching.ts';
import { fixture } from '../logs/reading.ts';
import { type Answer, AnsweringLogs, FROM, lookAt } from './answering.ts';

const GROUP = {
  name: 'orion',
  holds: 'postgres',
  logGroup: '/aws/rds/instance/prefect/postgresql',
  region: 'eu-west-1',
} as const;

let logs: AnsweringLogs;
beforeAll(async () => {
  logs = await AnsweringLogs.start();
});
afterAll(() => logs.close());

async function look(...answers: readonly Answer[]): Promise<Report> {
  logs.answers(...answers);
  return v.parse(ReportSchema, await lookAt(GROUP, logs.clientOf));
}

/** What PostgreSQL printed under a locked table. */
const PRINTED = fixture('postgres-18.4').toString();

describe("PostgreSQL's own log in a log group", () => {
  it('tells how many statements were slow, how slow, which, and who waited for locks', async () => {
    const events = PRINTED.split(/\n(?=\d{4}-\d\d-\d\d )/).map((message) => ({ message }));
    const report = await look({ events });
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ kind: 'postgres-log', target: 'postgres-log/orion' });
    expect(saidOf(report, 'postgres-log.up')).toBe(1);
    expect(saidOf(report, 'postgres-log.records')).toBe(events.length);
    expect(saidOf(report, 'postgres-log.truncated')).toBe(0);
    expect(saidOf(report, 'postgres-log.slow_statements')).toBe(21);
    expect(saidOf(report, 'postgres-log.slowest_ms')).toBe(5956.499);
    expect(saidOf(report, 'postgres-log.lock_waits')).toBe(3);
    expect(saidOf(report, 'postgres-log.longest_lock_wait_ms')).toBe(503.966);
    expect(report.facts.slow_statements).toMatchObject([
      { statement: expect.stringMatching(/^SELECT flow_run\./) },
      {},
      {},
      {},
      {},
    ]);
  });

  it('comes to the same where every line is an event of its own', async () => {
    const events = PRINTED.trimEnd()
      .split('\n')
      .map((message) => ({ message }));
    const report = await look({ events });
    expect(saidOf(report, 'postgres-log.slow_statements')).toBe(21);
    expect(report.facts.slow_statements).toMatchObject([
      { statement: expect.stringMatching(/^SELECT flow_run\./) },
      {},
      {},
      {},
      {},
    ]);
  });

  it('of a quiet minute says that nothing was slow, and of no longest', async () => {
    const report = await look({
      events: [{ message: '2026-11-21 08:03:30 UTC::@:[1]:LOG:  checkpoint starting: time' }],
    });
    expect(saidOf(report, 'postgres-log.records')).toBe(1);
    expect(saidOf(report, 'postgres-log.slow_statements')).toBe(0);
    expect(saidOf(report, 'postgres-log.slowest_ms')).toBe('no-traffic');
    expect(saidOf(report, 'postgres-log.longest_lock_wait_ms')).toBe('no-traffic');
  });

  it('is quiet when nothing stands in the minute but something in the hour, of which one event is asked for', async () => {
    const report = await look({ events: [], isLast: true }, { events: [] }, { events: [{ message: 'x' }] });
    expect(report.errors).toEqual([]);
    expect(saidOf(report, 'postgres-log.silent')).toBe(0);
    expect(saidOf(report, 'postgres-log.records')).toBe(0);
    const hour = logs.asked[1];
    expect(hour).toMatchObject({
      limit: 1,
      startTime: FROM + 60_000 - 3_600_000,
      endTime: FROM + 60_000 - 1,
    });
  });

  it('is silent when the hour holds nothing either', async () => {
    const report = await look({ events: [], isLast: true }, { events: [] }, { events: [] });
    expect(saidOf(report, 'postgres-log.silent')).toBe(1);
    expect(report.facts.log_group).toBe(GROUP.logGroup);
  });

  it('may be either where that cannot be found out, and what was counted stands', async () => {
    const refused = { error: 'ThrottlingException' };
    const report = await look({ events: [], isLast: true }, refused, refused);
    expect(report.errors).toEqual([]);
    expect(saidOf(report, 'postgres-log.silent')).toBe('saturated');
    expect(saidOf(report, 'postgres-log.slow_statements')).toBe(0);
    const endless = Array.from({ length: 30 }, () => ({ events: [] }));
    expect(saidOf(await look({ events: [], isLast: true }, ...endless), 'postgres-log.silent')).toBe(
      'saturated',
    );
    expect(logs.asked).toHaveLength(21);
  });

  it('keeps no value that stands in a statement', async () => {
    const message =
      "2026-11-21 08:03:30 UTC:10.0.0.1(5):p@d:[1]:LOG:  duration: 900.0 ms  statement: SELECT * FROM t WHERE mail = 'jane@example.com'";
    expect(JSON.stringify(await look({ events: [{ message }] }))).not.toContain('jane');
  });

  it('is unknown where the log group cannot be read', async () => {
    const report = await look({ error: 'AccessDeniedException' });
    for (const reading of report.readings) expect(reading.unknown?.reason).toBe('permission');
  });
});
