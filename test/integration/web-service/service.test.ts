import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { assess } from '../../../lib/assess/assess.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import { targetsOf } from '../../../lib/config/targets.ts';
import type { AssessState } from '../../../lib/model/assessment.ts';
import type { Report } from '../../../lib/model/report.ts';
import { stateFolder } from '../../../local/parts/places.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';
import { first } from '../../assess/builders.ts';
import { said, visit } from '../probe/visit.ts';
import { startService } from './python.ts';

const { prefect } = inject('sample');

const watching = (metricsUrl: string) =>
  first(
    parseConfig({ installations: [{ name: 'test', services: [{ name: 'auth', metricsUrl }] }] })
      .installations,
  );
const look = (metricsUrl: string) => visit(first(targetsOf(watching(metricsUrl))));

/** Assesses a report after what an earlier one left. */
const assessed = (metricsUrl: string, report: Report, previous: AssessState | null) =>
  assess({
    installation: watching(metricsUrl),
    reports: [report],
    vended: null,
    previous,
    now: new Date(Date.parse(report.startedAt) + 1000),
    version: '1.2.3',
  });

describe('a real web service', () => {
  const supervisor = new Supervisor(stateFolder('test', 'service', 'logs'));
  let url = '';

  beforeAll(async () => {
    url = await startService(supervisor);
  });
  afterAll(() => supervisor.stopAll());

  const ask = (path: string, times: number) =>
    Promise.all(Array.from({ length: times }, async () => (await fetch(`${url}${path}`)).text()));

  it('has its rate, its errors and its latency told from two looks, and its failures found', async () => {
    const metricsUrl = `${url}/metrics/`;
    const before = await look(metricsUrl);
    const start = assessed(metricsUrl, before, null);
    await ask('/ok', 60);
    await ask('/slow', 30);
    await ask('/failing', 10);
    const after = await look(metricsUrl);
    expect(after.errors).toEqual([]);
    expect(Number(said(after, 'service.requests')) - Number(said(before, 'service.requests'))).toBe(100);

    const { snapshot } = assessed(metricsUrl, after, start.state);
    const { details } = first(snapshot.prefect_services);
    expect(details.errors_percent).toBe(10);
    // Three in ten take 0.3 s and a little, which lies between the library's bounds of 0.25 and 0.5 or above.
    expect(details.latency_p95_ms).toBeGreaterThan(250);
    expect(details.latency_p50_ms).toBeLessThan(Number(details.latency_p95_ms));
    expect(details.requests_per_second).toBeGreaterThan(0);
    expect(snapshot.findings.map((f) => f.id)).toEqual(['api-overloaded-5xx']);
  });

  it('began anew: what its next process counts is no growth of what the one before counted', async () => {
    const port = Number(new URL(url).port);
    const metricsUrl = `${url}/metrics/`;
    const start = assessed(metricsUrl, await look(metricsUrl), null);
    await supervisor.stopAll();
    const next = new Supervisor(stateFolder('test', 'service', 'logs'));
    try {
      await startService(next, port);
      await ask('/ok', 200);
      const { snapshot } = assessed(metricsUrl, await look(metricsUrl), start.state);
      expect(first(snapshot.prefect_services).details).toMatchObject({
        requests_per_second: null,
        unknown: 'needs-two-probes',
      });
    } finally {
      await next.stopAll();
    }
  });

  it('is down once it is stopped', async () => {
    const metricsUrl = `${url}/metrics/`;
    const report = await look(metricsUrl);
    expect(said(report, 'service.up')).toBe(0);
    expect(assessed(metricsUrl, report, null).snapshot.findings.map((f) => f.id)).toContain('service-down');
  });
});

describe("the real Prefect server's own metrics", () => {
  it('are read, and count no requests as of 3.8: that is said, and nothing made up', async () => {
    const report = await look(`${prefect.apiUrl}/metrics`);
    expect(report.errors).toEqual([]);
    expect(said(report, 'service.up')).toBe(1);
    expect(said(report, 'service.requests')).toBe('missing');
    expect(said(report, 'service.requests.within')).toBe('missing');
    expect(report.facts.exposition).toMatchObject({
      bad_lines: 0,
      families: expect.arrayContaining(['prefect_events_emitted_total']),
    });
  });
});
