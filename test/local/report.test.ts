import { describe, expect, it } from 'vitest';
import { report } from '../../local/check/report.ts';
import { brokenSnapshot, OBSERVED_AT, snapshotOf } from '../api/fixtures.ts';

const ESCAPE = '\u001b';

describe('the report of a check', () => {
  it('says how the installation is and how each target is', () => {
    const text = report(snapshotOf(), false);
    expect(text).toMatch(/^production is healthy at /);
    expect(text).toMatch(/^postgres\/orion +healthy +PostgreSQL 18\.4/m);
    expect(text).toContain('No findings.');
  });

  it('says what runs out, and when', () => {
    const forecast = {
      signal: 'redis.docket.backlog',
      target: 'redis/streams',
      labels: { docket: 'prefect' },
      value: 400,
      limit: 2000,
      per_hour: 800,
      seconds_left: 7200,
      at: OBSERVED_AT,
      reached_at: '2026-11-21T10:00:00.000Z',
      points: 12,
      window_seconds: 1800,
      fit: 0.95,
    };
    expect(report(snapshotOf(), false)).not.toContain('If it goes on');
    expect(report(snapshotOf({ forecasts: [forecast] }), false)).toContain(
      'If it goes on like this:\n  redis/streams  redis.docket.backlog  prefect  reaches 2000 in 2 h, at 2026-11-21T10:00',
    );
  });

  it('says of a service what it counts of its own requests', () => {
    const snapshot = snapshotOf();
    const [first] = snapshot.monitor.targets;
    if (first === undefined) throw new Error('the fixture has no target');
    const text = report(
      {
        ...snapshot,
        prefect_services: [
          {
            name: 'auth',
            status: 'healthy',
            last_heartbeat: OBSERVED_AT,
            details: { requests_per_second: 12.34, errors_percent: 0, latency_p95_ms: null },
            error: null,
          },
        ],
        monitor: { ...snapshot.monitor, targets: [{ ...first, target: 'service/auth', kind: 'service' }] },
      },
      false,
    );
    expect(text).toMatch(/^service\/auth +healthy +12\.3 requests\/s, 0\.0 % 5xx$/m);
  });

  it('says how fast an entrance answers and how long its certificate is good', () => {
    const healthy = snapshotOf();
    const [target] = healthy.monitor.targets;
    if (target === undefined) throw new Error('the fixture has no target');
    const network = {
      status: 'healthy' as const,
      entrances: [
        {
          name: 'api',
          target: 'network/api',
          serves: 'api' as const,
          status: 'healthy' as const,
          dns_latency_ms: 1,
          dns_addresses: 2,
          connect_ms: 3,
          latency_ms: 21,
          http_status: 200,
          leads_where_it_should: true,
          certificate_trusted: true,
          certificate_expires_in_days: 61.2,
        },
      ],
    };
    const targets = [{ ...target, target: 'network/api', kind: 'network' as const }];
    const text = report({ ...healthy, network, monitor: { ...healthy.monitor, targets } }, false);
    expect(text).toMatch(/^network\/api +healthy +21\.0 ms, certificate good for 61 days/m);
  });

  it('names the root cause first, then every finding with evidence and commands', () => {
    const broken = brokenSnapshot();
    const text = report(broken, false);
    expect(text).toContain(`Root cause: ${broken.root_cause?.title} (${broken.root_cause?.target})`);
    for (const finding of broken.findings) {
      expect(text).toContain(`(${finding.id}, ${finding.target})`);
      for (const { text: evidence } of finding.evidence) expect(text).toContain(evidence);
      for (const { command } of finding.remedy) expect(text).toContain(command ?? '');
    }
  });

  it('lists what could not be read with its reason', () => {
    const healthy = snapshotOf();
    const [target, ...others] = healthy.monitor.targets;
    if (target === undefined) throw new Error('the fixture has no target');
    const reading = {
      signal: 'postgres.select_ms',
      target: target.target,
      value: null,
      unknown: { reason: 'timeout', detail: 'no answer in time' },
      at: healthy.observed_at,
    } as const;
    const targets = [{ ...target, readings: [reading, { ...reading, signal: 'postgres.up' }] }, ...others];
    const text = report({ ...healthy, monitor: { ...healthy.monitor, targets } }, false);
    expect(text).toContain('timeout: no answer in time  (postgres.select_ms, postgres.up)');
  });

  it('has colour only where a terminal wants it', () => {
    expect(report(brokenSnapshot(), false)).not.toContain(ESCAPE);
    expect(report(brokenSnapshot(), true)).toContain(ESCAPE);
  });
});
