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
