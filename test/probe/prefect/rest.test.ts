import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PrefectTarget } from '../../../lib/config/targets.ts';
import { REST_MS_MAX } from '../../../lib/probe/prefect/rest.ts';
import { said, visit } from '../../integration/probe/visit.ts';
import { Refusal, recordingApi } from './recording-api.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: NOON }));
afterEach(() => vi.useRealTimers());

const target = (apiUrl: string): PrefectTarget => ({
  kind: 'prefect',
  id: 'prefect/server',
  name: 'server',
  apiUrl,
  auth: { scheme: 'none' },
  tls: {},
});

/** An API that answers `refusal` to the requests named, and what it likes to all others. */
async function limited(refusal: Refusal, isRefused: (path: string) => boolean = () => true) {
  const limit = { isOn: true };
  const { apiUrl, asked } = await recordingApi(({ path }) =>
    limit.isOn && isRefused(path) ? refusal : path.endsWith('/filter') ? [] : {},
  );
  const look = async () => {
    const before = asked.length;
    const report = await visit(target(apiUrl));
    return { report, requests: asked.length - before };
  };
  return { look, limit };
}

describe('an API that answers 429 and names a time', () => {
  it('is asked nothing before that, and the next round says why and until when', async () => {
    const { look, limit } = await limited(new Refusal(429, { 'retry-after': '150' }));
    const first = await look();
    expect(first.requests).toBe(1);
    expect(said(first.report, 'prefect.rate_limited')).toBe(1);
    expect(first.report.facts.rate_limited_until).toBe('2026-11-21T12:02:30.000Z');

    limit.isOn = false;
    for (const seconds of [60, 120, 149]) {
      vi.setSystemTime(NOON + seconds * 1000);
      const { report, requests } = await look();
      expect(requests).toBe(0);
      for (const signal of ['up', 'ready', 'flow_run.count']) {
        expect(said(report, `prefect.${signal}`)).toBe('saturated');
      }
      expect(report.readings.find((r) => r.signal === 'prefect.up')?.unknown?.detail).toContain(
        'no request before 2026-11-21T12:02:30.000Z',
      );
      expect(said(report, 'prefect.rate_limited')).toBe(1);
      expect(report.facts.rate_limited_until).toBe('2026-11-21T12:02:30.000Z');
      expect(report.errors.map((e) => e.collector)).not.toContain('connection');
    }

    vi.setSystemTime(NOON + 150_000);
    const after = await look();
    expect(after.requests).toBeGreaterThan(3);
    expect(said(after.report, 'prefect.up')).toBe(1);
    expect(said(after.report, 'prefect.rate_limited')).toBe(0);
    expect(after.report.facts).not.toHaveProperty('rate_limited_until');
  });

  it('is believed for a quarter of an hour at most', async () => {
    const { look } = await limited(new Refusal(429, { 'retry-after': '86400' }));
    const { report } = await look();
    expect(report.facts.rate_limited_until).toBe(new Date(NOON + REST_MS_MAX).toISOString());
    vi.setSystemTime(NOON + REST_MS_MAX - 1);
    expect((await look()).requests).toBe(0);
    vi.setSystemTime(NOON + REST_MS_MAX);
    expect((await look()).requests).toBe(1);
  });

  it('turns away several requests of a round, and each is counted until it may be asked again', async () => {
    const timed = ['/flow_runs/paginate', '/task_runs/count'];
    const { look } = await limited(new Refusal(429, { 'retry-after': '90' }), (path) =>
      timed.some((end) => path.endsWith(end)),
    );
    const { report } = await look();
    const refused = said(report, 'prefect.rate_limited');
    expect(refused).toBeGreaterThan(0);
    expect(said(report, 'prefect.up')).toBe(1);
    vi.setSystemTime(NOON + 60_000);
    expect(said((await look()).report, 'prefect.rate_limited')).toBe(refused);
  });

  it('is asked again in the next round when it names no time, or none that can be understood', async () => {
    const answers: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'retry-after': 'soon' },
      { 'retry-after': '0' },
    ];
    for (const headers of answers) {
      const { look } = await limited(new Refusal(429, headers));
      expect((await look()).requests).toBe(1);
      const { report, requests } = await look();
      expect(requests).toBe(1);
      expect(report.facts).not.toHaveProperty('rate_limited_until');
    }
  });
});
