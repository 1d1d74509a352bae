import { describe, expect, it } from 'vitest';
import { AssessStateSchema } from '../../../lib/model/assessment.ts';
import { pack, unpack } from '../../../lib/store/document.ts';
import { healthy, installation, Monitor } from '../builders.ts';
import { minutely, minutes } from './pasts.ts';

describe('the state of twenty targets with a day behind them', () => {
  const names = Array.from({ length: 10 }, (_, n) => `t${n}`);
  const of = installation({
    postgres: names.map((name) => ({ name, host: name, database: 'prefect', user: 'vitals' })),
    redis: names.map((name) => ({ name, host: name })),
    prefect: [],
  });
  const monitor = new Monitor(of);
  const { state } = monitor.look(
    0,
    ...names.flatMap((name) => [
      healthy(`postgres/${name}`),
      healthy(`redis/${name}`, { 'redis.docket.backlog': { prefect: 0 } }),
    ]),
  );
  const noisy = minutely(minutes(24 * 60, (m) => 50 + 40 * Math.sin(m * m)));
  const of20 = {
    ...state,
    series: Object.fromEntries(
      // A database has its connections and its storage, a Redis its memory and a docket, no two alike.
      Array.from({ length: 40 }, (_, n) => [
        `target ${n}`,
        noisy.map(([time, value]) => [time + n, Number((value / (n + 1)).toPrecision(6))] as const),
      ]),
    ),
  };

  it('is read back as it was', () => {
    expect(Object.keys(state.series)).toHaveLength(30);
    expect(unpack(AssessStateSchema, pack(of20))).toEqual(of20);
  });

  it('packs into half of the 64 KB an assessment may read', () => {
    expect(pack(of20).byteLength).toBeLessThan(32 * 1024);
    expect(pack(of20).byteLength).toBeGreaterThan(pack(state).byteLength + 40 * 60 * 2);
  });
});
