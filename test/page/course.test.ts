import { describe, expect, it } from 'vitest';
import type { History } from '../../lib/model/history.ts';
import { CHARTED_SIGNALS, chartsOf, courseOf, FLOW_RUNS } from '../../lib/page/charts.ts';
import { pathOf } from '../../lib/page/sparkline.ts';
import { secondsAfter } from '../api/fixtures.ts';

const at = (minute: number) => secondsAfter(minute * 60).toISOString();
const TIMES = [at(0), at(1), at(2), at(4)];

describe('the line of a value', () => {
  it('goes from the first moment to the last, the least at the bottom', () => {
    expect(pathOf(TIMES, [0, 5, 10, 5])).toBe('M0.0 22.0L30.0 12.0L60.0 2.0L120.0 12.0');
  });

  it('is interrupted where the value was not known', () => {
    expect(pathOf(TIMES, [0, null, 10, 5])).toBe('M0.0 22.0M60.0 2.0L120.0 12.0');
  });

  it('lies in the middle when nothing changed', () => {
    expect(pathOf(TIMES.slice(0, 2), [7, 7])).toBe('M0.0 12.0L120.0 12.0');
  });

  it('is not drawn of less than two values, or of no time at all', () => {
    expect(pathOf(TIMES, [null, 3, null, null])).toBeNull();
    expect(pathOf([], [])).toBeNull();
    expect(pathOf([at(0), at(0)], [1, 2])).toBeNull();
    expect(pathOf(['soon', 'later'], [1, 2])).toBeNull();
  });
});

describe('what is drawn', () => {
  const series = (target: string, label: string | null, signal = FLOW_RUNS.signal) => ({
    target,
    signal,
    label,
    values: [1],
  });
  const history: History = {
    installation: 'production',
    from: at(0),
    to: at(1),
    step_seconds: 60,
    times: [at(0)],
    statuses: ['healthy'],
    series: [series('prefect/a', 'RUNNING'), series('prefect/b', 'RUNNING'), series('prefect/b', 'FAILED')],
  };

  it('is found by target and label, and of any target where none is named', () => {
    expect(courseOf(history, FLOW_RUNS, { target: 'prefect/b', label: 'RUNNING' })).toBe(history.series[1]);
    expect(courseOf(history, FLOW_RUNS, { label: 'FAILED' })).toBe(history.series[2]);
    expect(courseOf(history, FLOW_RUNS, { target: 'prefect/a', label: 'FAILED' })).toBeUndefined();
    expect(courseOf(history, FLOW_RUNS, { target: 'prefect/a' })).toBeUndefined();
  });

  it('is at most two lines of a target, and no more signals than a request may name', () => {
    expect(chartsOf('redis/main').map((c) => c.name)).toEqual(['Memory', 'PING']);
    expect(chartsOf('nothing/known')).toEqual([]);
    expect(CHARTED_SIGNALS.length).toBeLessThanOrEqual(20);
  });
});
