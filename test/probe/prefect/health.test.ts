import { describe, expect, it } from 'vitest';
import type { PrefectTarget } from '../../../lib/config/targets.ts';
import { BUDGET, probe } from '../../../lib/probe/frame.ts';
import { prefectProbe } from '../../../lib/probe/prefect/connection.ts';
import { HOSTILE } from '../http/hostile.ts';
import { JSON_TYPE, serving, whole } from '../http/sockets.ts';

const targetAt = (apiUrl: string): PrefectTarget => ({
  kind: 'prefect',
  id: 'prefect/server',
  name: 'server',
  apiUrl,
  auth: { scheme: 'none' },
  tls: {},
});

async function look(apiUrl: string, openMs = BUDGET.openMs) {
  const report = await probe(prefectProbe, targetAt(apiUrl), {
    installation: 'test',
    tier: 'minute',
    intervalSeconds: 60,
    budget: { ...BUDGET, openMs },
    now: () => new Date(),
  });
  const said = (signal: string) => {
    const reading = report.readings.find((r) => r.signal === signal);
    return reading?.value ?? reading?.unknown?.reason;
  };
  return { report, said };
}

describe('the health of a Prefect', () => {
  it('is no matter of a page that answers in its place, be it with 200', async () => {
    const page = whole('200 OK', { 'content-type': 'text/html' }, '<!doctype html><title>Prefect</title>');
    const { report, said } = await look(await serving(page));
    expect(said('prefect.up')).toBe('protocol');
    expect(report.errors[0]?.detail).toContain('a page of HTML');
  });

  it.each(['502 Bad Gateway', '503 Service Temporarily Unavailable'])(
    'is bad by the page of a load balancer that says %s',
    async (status) => {
      const page = whole(status, { 'content-type': 'text/html' }, '<html><h1>Sorry</h1></html>');
      const { report, said } = await look(await serving(page));
      expect(said('prefect.up')).toBe(0);
      expect(report.facts.health_status).toBe(Number(status.slice(0, 3)));
    },
  );

  it("comes with how far the server's clock is off", async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
    const { said } = await look(await serving(whole('200 OK', { ...JSON_TYPE, date: tomorrow }, 'true')));
    expect(said('prefect.up')).toBe(1);
    expect(Math.round(Number(said('prefect.clock_skew_seconds')) / 3600)).toBe(24);
  });

  it.each(HOSTILE)('of a server that %s is told, and costs no more time than a probe has', async (...row) => {
    const [, answer, reason] = row;
    const { report, said } = await look(await serving(answer), reason === 'timeout' ? 300 : undefined);
    expect(report.errors[0]).toMatchObject({ collector: 'connection', reason });
    expect(said('prefect.up')).toBe(reason === 'timeout' ? 0 : reason);
    expect(report.readings.filter((r) => r.value !== null && r.signal !== 'prefect.up')).toEqual([]);
    expect(report.durationMs).toBeLessThan(BUDGET.totalMs);
  });
});
