import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../lib/model/forecast.ts';
import type { Incident } from '../../lib/model/incident.ts';
import { isWanted } from '../../lib/page/filter.ts';
import { basisOf } from '../../lib/page/forecasts.ts';
import { eventsOf } from '../../lib/page/incidents.ts';
import { partsOf } from '../../lib/page/parts.ts';
import { OBSERVED_AT, POSTGRES_DOWN, secondsAfter, snapshotOf } from '../api/fixtures.ts';

const at = (minute: number) => secondsAfter(minute * 60).toISOString();

describe('a forecast', () => {
  const forecast: Forecast = {
    signal: 'postgres.storage.free_bytes',
    target: 'postgres/orion',
    value: 3 * 2 ** 30,
    limit: 0,
    per_hour: -(2 ** 29),
    seconds_left: 6 * 3600,
    at: OBSERVED_AT,
    reached_at: at(360),
    points: 42,
    window_seconds: 7200,
    fit: 0.931,
  };

  it('says how fast what goes where, and how well the trend fits', () => {
    expect(basisOf(forecast)).toBe(
      '3 GiB now, −512 MiB an hour, limit 0 B; by 42 values of the last 2 h, fit 0.93 (1.00 is quite steady)',
    );
    expect(basisOf({ ...forecast, signal: 'made.up', value: 5, per_hour: 2, limit: 9 })).toContain(
      '5 now, +2 an hour, limit 9;',
    );
  });

  it('needs no trend where a date tells', () => {
    expect(basisOf({ ...forecast, signal: 'network.tls.expires_in_days', points: 1 })).toBe('by its date');
  });
});

describe('the timeline of an incident', () => {
  const incident: Incident = {
    id: 'postgres-down@postgres/orion@1',
    installation: 'production',
    finding: POSTGRES_DOWN,
    consequences: [
      { finding: 'b', title: 'Later', severity: 'warning', phase: 'recovering', since: at(3) },
      { finding: 'a', title: 'Sooner', severity: 'warning', phase: 'open', since: at(1) },
    ],
    phase: 'open',
    severity: 'critical',
    peak: 'critical',
    told: 'critical',
    told_at: at(2),
    changes: 1,
    first_observed_at: at(0),
    opened_at: at(2),
    escalated_at: null,
    recovering_since: null,
    closed_at: null,
  };

  it('goes from the first to the last, what followed among it, without what did not happen', () => {
    expect(eventsOf(incident)).toEqual([
      { at: at(0), what: 'first seen' },
      { at: at(1), what: 'Sooner', finding: 'a' },
      { at: at(2), what: 'opened' },
      { at: at(2), what: 'people were last told' },
      { at: at(3), what: 'Later (recovering)', finding: 'b' },
    ]);
  });
});

describe('a filter', () => {
  it('finds part of a name, whatever its case and the space around it', () => {
    const named = (text: string) => isWanted({ text, isTroubleOnly: false }, ['Redis main', 'redis/main']);
    expect([named(''), named(' REDIS '), named('main'), named('postgres')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('leaves out what is healthy when asked, and keeps what is unknown', () => {
    const trouble = { text: '', isTroubleOnly: true };
    expect(isWanted(trouble, ['a'], 'healthy')).toBe(false);
    expect(isWanted(trouble, ['a'], 'unknown')).toBe(true);
    expect(isWanted(trouble, ['a'])).toBe(true);
  });
});

describe('the parts at the top', () => {
  it('are all that is watched, each once', () => {
    const names = partsOf(snapshotOf()).map((p) => p.name);
    expect(names).toEqual([
      'PostgreSQL orion',
      'Redis streams (work, streams)',
      'Prefect server',
      'Prefect Vitals',
      'Flow runs',
    ]);
  });

  it('tell the worst of the background services', () => {
    const service = (name: string, status: 'healthy' | 'error') => ({
      name,
      status,
      last_heartbeat: null,
      details: {},
    });
    const services = { perpetual: [service('a', 'healthy')], consumer: [service('b', 'error')] };
    expect(partsOf(snapshotOf({ services }))).toContainEqual({
      name: 'Background services',
      status: 'error',
      id: 'services',
    });
  });
});
