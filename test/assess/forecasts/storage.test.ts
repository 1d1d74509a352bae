import { describe, expect, it } from 'vitest';
import { assess } from '../../../lib/assess/assess.ts';
import type { Assessment, AssessState } from '../../../lib/model/assessment.ts';
import { at, first, healthy, installation, stored } from '../builders.ts';
import { HOUR, MINUTE } from './pasts.ts';

const GIB = 1024 ** 3;

describe('the storage of a database', () => {
  const rds = { instance: 'prefect-orion', storageGiB: 100 };
  const of = installation({
    postgres: [{ name: 'orion', host: 'db', database: 'prefect', user: 'vitals', rds }],
    redis: [],
    prefect: [],
  });

  /** No probe of the quarter-hour runs here, and it is missed. */
  const told = ({ snapshot: { findings, forecasts } }: Assessment) => ({
    findings: findings.filter((f) => f.component !== 'monitor'),
    forecasts,
  });

  /** Asked every five minutes, of two minutes ago; so much is free at a minute. */
  function course(count: number, freeAt: (minute: number) => number) {
    let state: AssessState | null = null;
    let assessment: Assessment | undefined;
    for (let m = 0; m < count; m += 5) {
      const now = m * MINUTE;
      const reading = { target: 'postgres/orion', at: at(now - 2 * MINUTE) };
      const free = freeAt(m);
      assessment = assess({
        installation: of,
        reports: [healthy('postgres/orion', {}, { at: now })],
        vended: {
          askedAt: at(now),
          readings: [
            { ...reading, signal: 'postgres.storage.free_bytes', value: free * GIB },
            { ...reading, signal: 'postgres.storage.free_percent', value: free },
          ],
        },
        previous: state,
        now: new Date(at(now)),
        version: '0',
      });
      state = stored(assessment.state);
    }
    return told(first(assessment === undefined ? [] : [assessment]));
  }
  /** After three hours at a rate, with 60 GiB left. */
  const losing = (gibAnHour: number) => course(181, (m) => 60 + gibAnHour * (3 - m / 60));

  it('is critical when it fills within two days, however much is left', () => {
    const { findings } = losing(60 / 47);
    expect(findings).toMatchObject([{ id: 'disk-nearly-full', severity: 'critical', status: 'error' }]);
    const [share, left] = findings[0]?.evidence ?? [];
    expect(share).toMatchObject({ text: '60.0 % of the storage is left (60.0 GiB)', value: 60 });
    expect(left?.text).toMatch(
      /^at the rate of the last \d.* h it is full in 47 h, at 2026-11-23T\d\d:\d\dZ$/,
    );
    expect(left).toMatchObject({ signal: 'postgres.storage.free_bytes', threshold: 0 });
    expect(findings[0]?.forecast).toMatchObject({ limit: 0, seconds_left: expect.closeTo(47 * HOUR, -3) });
  });

  it('is merely foreseen when it fills later', () => {
    const { findings, forecasts } = losing(60 / 55);
    expect(findings).toEqual([]);
    expect(forecasts).toMatchObject([{ seconds_left: expect.closeTo(55 * HOUR, -3) }]);
  });

  it('stays critical until there are two days and a half', () => {
    const leaving = (hoursLeft: number) =>
      course(13 * 60, (m) =>
        m <= 360 ? 60 + (60 / 46) * (6 - m / 60) : 60 - (60 / hoursLeft) * (m / 60 - 6),
      );
    expect(leaving(62).findings).toMatchObject([{ id: 'disk-nearly-full' }]);
    expect(leaving(90).findings).toEqual([]);
  });

  it('that comes and goes as logs are written and removed is not found', () => {
    expect(course(24 * 60, (m) => 60 - ((m / 10) % 12))).toMatchObject({
      findings: [],
      forecasts: [],
    });
  });

  it('that an autoscaling made larger is not found', () => {
    expect(course(24 * 60, (m) => (m < 1000 ? 60 - m / 50 : 90 - m / 5000)).findings).toEqual([]);
  });
});
