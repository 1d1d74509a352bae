import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../lib/model/report.ts';
import type { Collector } from '../../../lib/probe/collector.ts';
import { BUDGET, probe } from '../../../lib/probe/frame.ts';
import { postgresProbe } from '../../../lib/probe/postgres/connection.ts';
import { eventually } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer();
  const database = await server.newDatabase('prefect');
  await database.query('CREATE TABLE flow_run (id int)');
});
afterAll(() => server?.stop());

const PROBING = "SELECT pid, state FROM pg_stat_activity WHERE application_name = 'prefect-vitals'";

/** A collector that runs some statements and tells which session it had. */
const asking = (name: string, ...statements: readonly string[]): Collector<pg.Client> => ({
  name,
  tier: 'minute',
  signals: [name],
  cheap: 'it is a test',
  async collect(client) {
    for (const statement of statements) await client.query(statement);
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    return { samples: [{ signal: name, value: rows[0].pid }] };
  },
});

const probeWith = (collectors: readonly Collector<pg.Client>[], collectorMs: number): Promise<Report> =>
  probe({ ...postgresProbe, collectors }, server.target('prefect'), {
    installation: 'test',
    tier: 'minute',
    intervalSeconds: 60,
    budget: { ...BUDGET, collectorMs },
    now: () => new Date(),
  });

const reading = (report: Report, signal: string) => report.readings.find((r) => r.signal === signal);

const nobodyLeft = () => eventually(async () => expect((await server.admin.query(PROBING)).rows).toEqual([]));

describe('a session of the probe', () => {
  it('is kept after a statement the server refused or ended', async () => {
    const locker = await server.connect('prefect');
    await locker.query('BEGIN; LOCK TABLE flow_run IN ACCESS EXCLUSIVE MODE');
    const report = await probeWith(
      [
        asking('first'),
        asking('locked', 'SELECT * FROM flow_run'),
        asking('missing', 'SELECT * FROM no_such_table'),
        asking('last'),
      ],
      BUDGET.collectorMs,
    );
    expect(reading(report, 'locked')?.unknown?.reason).toBe('timeout');
    expect(reading(report, 'missing')?.unknown?.reason).toBe('missing');
    expect(reading(report, 'last')?.value).toBe(reading(report, 'first')?.value);
    await locker.query('ROLLBACK');
    await nobodyLeft();
  });

  it('is cancelled on the server when a collector runs out of time, and another takes its place', async () => {
    // Without the cancelling this statement would go on for ten minutes with nobody listening.
    const endless = asking('endless', 'SET statement_timeout = 0', 'SELECT pg_sleep(600)');
    const report = await probeWith([asking('first'), endless, asking('last')], 300);
    expect(reading(report, 'endless')?.unknown?.reason).toBe('timeout');
    expect(reading(report, 'last')?.value).not.toBe(reading(report, 'first')?.value);
    await nobodyLeft();
  });

  it('that an administrator ends costs one collector its readings, and the next gets a new one', async () => {
    const report = await probeWith(
      [asking('first'), asking('ended', 'SELECT pg_terminate_backend(pg_backend_pid())'), asking('last')],
      BUDGET.collectorMs,
    );
    expect(reading(report, 'ended')?.unknown?.reason).toBe('refused');
    expect(reading(report, 'last')?.value).toBeGreaterThan(0);
    await nobodyLeft();
  });

  it('cannot write, whatever its role may do', async () => {
    const report = await probeWith(
      [asking('writing', 'INSERT INTO flow_run VALUES (1)')],
      BUDGET.collectorMs,
    );
    expect(reading(report, 'writing')?.value).toBeNull();
    const { rows } = await (await server.connect('prefect')).query('SELECT * FROM flow_run');
    expect(rows).toEqual([]);
  });
});
