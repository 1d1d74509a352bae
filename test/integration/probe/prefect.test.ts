import { describe, expect, inject, it } from 'vitest';
import type { PrefectTarget } from '../../../lib/config/targets.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { withSession } from '../../../local/parts/postgres.ts';
import { said, visit } from './visit.ts';

const { prefect, postgres, valkey } = inject('sample');

const targetOf = (change: Partial<PrefectTarget> = {}): PrefectTarget => ({
  kind: 'prefect',
  id: 'prefect/server',
  name: 'server',
  apiUrl: prefect.apiUrl,
  auth: { scheme: 'none' },
  tls: {},
  ...change,
});

const UNFINISHED = ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'];
const ENDED = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'];

describe('a probe of Prefect', () => {
  it('says that it is up and ready, how fast, and which version', async () => {
    const report = await visit(targetOf());
    expect(report.errors).toEqual([]);
    expect(said(report, 'prefect.up')).toBe(1);
    expect(said(report, 'prefect.ready')).toBe(1);
    expect(said(report, 'prefect.health_ms')).toBeGreaterThan(0);
    expect(said(report, 'prefect.ready_ms')).toBeGreaterThan(0);
    expect(report.facts).toMatchObject({ version: '3.8.8', health_status: 200, ready_status: 200 });
  });

  it("notices that the settings show the password of docket's Redis, and keeps nothing of it", async () => {
    const report = await visit(targetOf());
    expect(said(report, 'prefect.docket.password_shown')).toBe(1);
    expect(JSON.stringify(report)).not.toContain(valkey.password);
  });

  it('counts flow runs as the database does: unfinished ones every minute, ended ones every quarter of an hour', async () => {
    const counts = await withSession(postgres, postgres.admin, prefect.database.name, async (session) => {
      await session.query(`INSERT INTO flow (id, name) VALUES (gen_random_uuid(), 'counted by a test')`);
      await session.query(
        `INSERT INTO flow_run (id, flow_id, name, state_type, state_name)
         SELECT gen_random_uuid(), (SELECT id FROM flow LIMIT 1), 'counted', type::state_type, type
         FROM unnest(ARRAY['PAUSED', 'CRASHED', 'CRASHED']) AS type`,
      );
      const { rows } = await session.query<{ state: string; n: number }>(
        'SELECT state_type::text AS state, count(*)::int AS n FROM flow_run GROUP BY 1',
      );
      return new Map(rows.map((r) => [r.state, r.n]));
    });
    const [minute, quarterHour] = [await visit(targetOf()), await visit(targetOf(), 'quarter-hour')];
    for (const state of ['PAUSED', 'CANCELLING']) {
      expect(said(minute, 'prefect.flow_run.count', state)).toBe(counts.get(state) ?? 0);
    }
    expect(said(quarterHour, 'prefect.flow_run.count', 'CRASHED')).toBe(counts.get('CRASHED'));
    const statesIn = (report: typeof minute) =>
      report.readings.filter((r) => r.signal === 'prefect.flow_run.count').map((r) => r.labels?.state);
    expect(statesIn(minute)).toEqual(UNFINISHED);
    expect(statesIn(quarterHour)).toEqual(ENDED);
  });
});

describe('what keeps a probe from looking', () => {
  it.each([
    [
      'a port nobody listens on means down',
      async () => `http://127.0.0.1:${await freePort()}/api`,
      0,
      'refused',
    ],
    ['a name that does not resolve', async () => 'http://no-such-host.invalid/api', 'dns', 'dns'],
    ['TLS where there is none', async () => prefect.apiUrl.replace('http:', 'https:'), 'tls', 'tls'],
    [
      'a port that speaks no HTTP',
      async () => `http://127.0.0.1:${postgres.port}/api`,
      'protocol',
      'protocol',
    ],
  ])('is told apart: %s', async (_, apiUrl, up, reason) => {
    const report = await visit(targetOf({ apiUrl: await apiUrl() }));
    expect(said(report, 'prefect.up')).toBe(up);
    expect(report.errors[0]?.reason).toBe(reason);
  });

  it('is told apart: an address under which there is no API is an API that is not well', async () => {
    const report = await visit(targetOf({ apiUrl: prefect.apiUrl.replace('/api', '/nowhere') }));
    expect(said(report, 'prefect.up')).toBe(0);
    expect(report.facts.health_status).toBe(404);
    expect(said(report, 'prefect.flow_run.count', 'RUNNING')).toBe('missing');
  });
});
