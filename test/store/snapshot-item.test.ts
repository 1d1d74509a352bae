import { describe, expect, it } from 'vitest';
import { DocumentError, pack } from '../../lib/store/document.ts';
import { snapshotIn, snapshotItem, withoutDetails } from '../../lib/store/snapshot-item.ts';
import { brokenSnapshot, snapshotOf } from '../api/fixtures.ts';

describe('a stored snapshot', () => {
  it.each([
    ['healthy', snapshotOf()],
    ['in error', brokenSnapshot()],
  ])('comes back whole when %s', (_, snapshot) => {
    expect(snapshotIn(snapshotItem(snapshot))).toEqual(snapshot);
  });

  it('comes back without readings and facts when its details were not read', () => {
    const { details: _, ...item } = snapshotItem(snapshotOf());
    const brief = snapshotIn(item);
    expect(brief).toEqual(withoutDetails(snapshotOf()));
    expect(brief.monitor.targets.flatMap((target) => Object.keys(target))).not.toContain('readings');
  });

  it('of before details lay beside it is read as well', () => {
    expect(snapshotIn({ body: pack(snapshotOf()) })).toEqual(snapshotOf());
  });

  it.each([
    ['another shape', pack([{ target: 'postgres/orion', readings: 'none' }])],
    ['no document', 'text'],
  ])('with details of %s is refused', (_, details) => {
    expect(() => snapshotIn({ ...snapshotItem(snapshotOf()), details })).toThrow(DocumentError);
  });

  it('lets no target take the place of a prototype', () => {
    const [first, ...others] = snapshotOf().monitor.targets;
    if (first === undefined) throw new Error('the fixture has no target');
    const monitor = { ...snapshotOf().monitor, targets: [{ ...first, target: '__proto__' }, ...others] };
    expect(snapshotIn(snapshotItem(snapshotOf({ monitor })))).toEqual(snapshotOf({ monitor }));
  });
});
