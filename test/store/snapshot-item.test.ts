import { describe, expect, it } from 'vitest';
import { DocumentError, pack, packText } from '../../lib/store/document.ts';
import { snapshotItem, storedIn, wholeOf, withoutDetails } from '../../lib/store/snapshot-item.ts';
import { brokenSnapshot, snapshotOf } from '../api/fixtures.ts';

const TARGETS = snapshotOf().monitor.targets.length;

describe('a stored snapshot', () => {
  it.each([
    ['healthy', snapshotOf()],
    ['in error', brokenSnapshot()],
    ['of no target', snapshotOf({ monitor: { ...snapshotOf().monitor, targets: [] } })],
  ])('comes back whole when %s', (_, snapshot) => {
    expect(wholeOf(storedIn(snapshotItem(snapshot)))).toEqual(snapshot);
  });

  it('comes back without readings and facts when its details were not read', () => {
    const { target_details: _, ...item } = snapshotItem(snapshotOf());
    const stored = storedIn(item);
    expect(stored).toEqual({ brief: withoutDetails(snapshotOf()), details: null });
    expect(wholeOf(stored)).toBe(stored.brief);
    expect(stored.brief.monitor.targets.flatMap((target) => Object.keys(target))).not.toContain('readings');
  });

  it('keeps the details of each target as JSON of its own, in one line whatever stands in it', () => {
    const [first, ...others] = snapshotOf().monitor.targets;
    if (first === undefined) throw new Error('the fixture has no target');
    const facts = { sample: 'one\ntwo\r\n"three"\u2028' };
    const monitor = { ...snapshotOf().monitor, targets: [{ ...first, facts }, ...others] };
    const { details } = storedIn(snapshotItem(snapshotOf({ monitor })));
    expect(details?.map((text) => JSON.parse(text))).toEqual(
      monitor.targets.map((target) => ({ readings: target.readings, facts: target.facts })),
    );
  });

  it.each([
    [
      'one target more',
      packText(
        Array(TARGETS + 1)
          .fill('{}')
          .join('\n'),
      ),
    ],
    ['no target', packText('')],
    ['no document', 'text'],
  ])('with details of %s is refused', (_, target_details) => {
    expect(() => storedIn({ ...snapshotItem(snapshotOf()), target_details })).toThrow(DocumentError);
  });

  it.each([
    ['another shape', '{"readings":"none"}'],
    ['no JSON', '{"readings":'],
  ])('with details of %s is refused by whoever wants them read', (_, detail) => {
    const target_details = packText(Array(TARGETS).fill(detail).join('\n'));
    expect(() => wholeOf(storedIn({ ...snapshotItem(snapshotOf()), target_details }))).toThrow(DocumentError);
  });

  it('of a body that is no snapshot is refused', () => {
    expect(() => storedIn({ body: pack({ status: 'healthy' }) })).toThrow(DocumentError);
  });

  it('lets no target take the place of a prototype', () => {
    const [first, ...others] = snapshotOf().monitor.targets;
    if (first === undefined) throw new Error('the fixture has no target');
    const monitor = { ...snapshotOf().monitor, targets: [{ ...first, target: '__proto__' }, ...others] };
    expect(wholeOf(storedIn(snapshotItem(snapshotOf({ monitor }))))).toEqual(snapshotOf({ monitor }));
  });
});
