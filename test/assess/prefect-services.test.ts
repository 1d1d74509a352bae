import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { SnapshotSchema } from '../../lib/model/snapshot.ts';
import { findingKeys, first, healthy, installation, Monitor, report, type Values } from './builders.ts';

const AUTH = { name: 'auth', metricsUrl: 'http://auth:4300/metrics' };
const WATCHED = installation({ postgres: [], redis: [], prefect: [], services: [AUTH] });

const at = (seconds: number, values: Values) => healthy('service/auth', values, { at: seconds });

/** What is seen of auth after a healthy report and this one a minute later. */
function second(values: Values) {
  const monitor = new Monitor(WATCHED);
  monitor.look(1, at(0, {}));
  return monitor.look(61, at(60, values));
}

const BUSY: Values = {
  'service.requests': 1600,
  'service.requests.failed': 0,
  'service.requests.within': { '0.1': 1440, '1': 1600, '+Inf': 1600 },
};

describe("the snapshot's entry of a Prefect service", () => {
  it('has its rate, errors and latencies since the probe before', () => {
    const { snapshot } = second(BUSY);
    expect(() => v.parse(SnapshotSchema, snapshot)).not.toThrow();
    expect(snapshot.prefect_services).toEqual([
      {
        name: 'auth',
        status: 'healthy',
        last_heartbeat: expect.stringContaining(':01:00'),
        details: {
          requests_per_second: 10,
          errors_percent: 0,
          latency_p50_ms: 55.556,
          latency_p95_ms: 550,
          latency_p99_ms: 910,
          answer_ms: 6,
          source: 'histogram',
        },
        error: null,
      },
    ]);
    expect(snapshot.monitor.complete).toBe(true);
  });

  it('says why what is not known is not known', () => {
    const monitor = new Monitor(WATCHED);
    const { snapshot } = monitor.look(1, at(0, {}));
    expect(first(snapshot.prefect_services).details).toMatchObject({
      requests_per_second: null,
      latency_p95_ms: null,
      unknown: 'needs-two-probes',
    });
  });

  it('has no heartbeat while the service is down, and is unknown while it cannot be looked at', () => {
    const down = second({ 'service.up': 0 }).snapshot;
    expect(down.prefect_services).toMatchObject([{ status: 'error', last_heartbeat: null, error: null }]);
    const unseen = second({ 'service.up': 'auth' }).snapshot;
    expect(unseen.prefect_services).toMatchObject([
      { status: 'unknown', last_heartbeat: null, error: 'described as auth' },
    ]);
  });
});

describe('api-overloaded-5xx', () => {
  const failing = (requests: number, failed: number) =>
    second({ ...BUSY, 'service.requests': 1000 + requests, 'service.requests.failed': failed });

  it('holds when more than one request in a hundred is answered 5xx, and names the service in its remedy', () => {
    const assessment = failing(600, 12);
    expect(findingKeys(assessment)).toEqual(['api-overloaded-5xx@service/auth']);
    const finding = first(assessment.snapshot.findings);
    expect(finding).toMatchObject({ severity: 'warning', status: 'warning' });
    expect(finding.evidence[0]).toMatchObject({ value: 2, threshold: 1 });
    expect(finding.remedy.map((r) => r.command).join()).toContain('kubectl scale deployment/auth ');
  });

  it.each([
    ['one failure in a hundred is no more', 600, 5],
    ['two failures are mishaps, whatever share they are', 30, 2],
    ['hardly a request says nothing', 10, 10],
  ])('does not hold: %s', (_, requests, failed) => {
    expect(findingKeys(failing(requests, failed))).toEqual([]);
  });

  it('does not judge what nobody counts', () => {
    const { snapshot } = second({ ...BUSY, 'service.requests.failed': 'missing' });
    expect(snapshot.monitor.unevaluated).toContainEqual(
      expect.objectContaining({ finding: 'api-overloaded-5xx', reason: 'missing' }),
    );
  });

  it('follows from the database that is down', () => {
    const monitor = new Monitor(installation({ services: [AUTH] }));
    const down = report('postgres/orion', { 'postgres.up': 0 }, { at: 60 });
    monitor.look(1, at(0, {}));
    const { snapshot } = monitor.look(61, at(60, { ...BUSY, 'service.requests.failed': 100 }), down);
    expect(snapshot.findings.find((f) => f.id === 'api-overloaded-5xx')?.caused_by).toBe(
      'postgres-down@postgres/orion',
    );
  });
});

describe('service-down', () => {
  it('holds when the service does not answer, and says what auth takes with it', () => {
    const finding = first(second({ 'service.up': 0 }).snapshot.findings);
    expect(finding).toMatchObject({ id: 'service-down', severity: 'critical', status: 'error' });
    expect(finding.evidence.map((e) => e.text).join()).toContain('every other service asks auth');
    expect(finding.remedy.map((r) => r.command).join()).toContain('deployment/auth');
  });

  it('says nothing it does not know of a service of any other name', () => {
    const other = installation({
      postgres: [],
      redis: [],
      prefect: [],
      services: [{ name: 'constructor', metricsUrl: 'http://x/metrics' }],
    });
    const monitor = new Monitor(other);
    const { snapshot } = monitor.look(1, healthy('service/constructor', { 'service.up': 0 }));
    expect(first(snapshot.findings).evidence).toHaveLength(1);
  });
});
