import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import { exposition } from '../../lib/publish/exposition.ts';
import { reading, secondsAfter, snapshotOf } from '../api/fixtures.ts';
import { parseExposition } from './exposition-parser.ts';
import { complaintsAbout } from './lint.ts';

/** Prefect's own name for it, which its users' dashboards already ask for. */
const NAMED_BY_PREFECT = ['prefect_flow_run_count'];

describe('the metrics that are scraped', () => {
  it('have names a linter has nothing against, whichever signals are known', () => {
    const [first, ...others] = snapshotOf().monitor.targets;
    if (first === undefined) throw new Error('the fixture has no target');
    const readings = SIGNALS.map((s) =>
      reading(s.id, first.target, 1, s.label ? { [s.label]: 'x' } : undefined),
    );
    const monitor = { ...snapshotOf().monitor, targets: [{ ...first, readings }, ...others] };
    const { types, samples } = parseExposition(exposition([snapshotOf({ monitor })], secondsAfter(30)));
    expect(Object.keys(types).length).toBeGreaterThan(100);
    const complaints = Object.entries(types)
      .filter(([name]) => !NAMED_BY_PREFECT.includes(name))
      .flatMap(([name, type]) => {
        const own = samples.filter((s) => s.family === name);
        return complaintsAbout(name, type, [...new Set(own.flatMap((s) => Object.keys(s.labels)))]);
      });
    expect(complaints).toEqual([]);
  });

  it.each([
    ['http_requests', 'counter'],
    ['memory_total', 'gauge'],
    ['queue_count', 'gauge'],
    ['queue_gauge_size', 'gauge'],
    ['job:size', 'gauge'],
    ['queueSize', 'gauge'],
    ['wait_ms', 'gauge'],
    ['wait_milliseconds', 'gauge'],
    ['age_days', 'gauge'],
  ])('would not pass as %s, a %s', (name, type) => {
    expect(complaintsAbout(name, type)).toHaveLength(1);
  });

  it.each(['quantile', 'le', 'workPool'])('would not pass with the label %s', (label) => {
    expect(complaintsAbout('queue_length', 'gauge', [label])).toHaveLength(1);
  });
});
