import { describe, expect, it } from 'vitest';
import { levelOf, resolveThresholds } from '../../lib/assess/thresholds.ts';

const memory = { warning: { enter: 75, leave: 65 }, critical: { enter: 90, leave: 80 } };
const free = { warning: { enter: 20, leave: 30 }, critical: { enter: 5, leave: 10 } };

describe('a level where high is bad', () => {
  it.each([
    [74.9, null],
    [75, 'warning'],
    [89.9, 'warning'],
    [90, 'critical'],
    [100, 'critical'],
  ] as const)('at %d is entered as %s', (value, severity) => {
    expect(levelOf(value, memory, null)).toBe(severity);
  });

  it.each([
    ['warning', 65, 'warning'],
    ['warning', 64.9, null],
    ['warning', 89.9, 'warning'],
    ['warning', 90, 'critical'],
    ['critical', 80, 'critical'],
    ['critical', 79.9, 'warning'],
    ['critical', 70, 'warning'],
    ['critical', 64.9, null],
    ['info', 74.9, null],
  ] as const)('that is %s goes at %d to %s', (present, value, severity) => {
    expect(levelOf(value, memory, present)).toBe(severity);
  });
});

describe('a level where low is bad', () => {
  it.each([
    [null, 20.1, null],
    [null, 20, 'warning'],
    [null, 5, 'critical'],
    ['critical', 10, 'critical'],
    ['critical', 10.1, 'warning'],
    ['warning', 30, 'warning'],
    ['warning', 30.1, null],
  ] as const)('that is %s goes at %d to %s', (present, value, severity) => {
    expect(levelOf(value, free, present)).toBe(severity);
  });
});

describe('a level entered and left at the same value', () => {
  const age = { warning: { enter: 2, leave: 2 } };
  it.each([null, 'warning'] as const)('holds at it and not below, coming from %s', (present) => {
    expect(levelOf(2, age, present)).toBe('warning');
    expect(levelOf(1.99, age, present)).toBeNull();
  });
});

describe("the installation's own thresholds", () => {
  it('move where a severity is entered and keep how far from there it is left', () => {
    expect(resolveThresholds(memory, { warning: 50 })).toEqual({
      warning: { enter: 50, leave: 40 },
      critical: { enter: 90, leave: 80 },
    });
    expect(resolveThresholds(free, { critical: 8 }).critical).toEqual({ enter: 8, leave: 13 });
  });

  it('can always be left: a count moved far down keeps its ratio', () => {
    const lag = { warning: { enter: 1000, leave: 200 } };
    expect(resolveThresholds(lag, { warning: 10 })).toEqual({ warning: { enter: 10, leave: 2 } });
    expect(resolveThresholds(lag, { warning: 800 })).toEqual({ warning: { enter: 800, leave: 160 } });
    expect(resolveThresholds(lag, { warning: 900 })).toEqual({ warning: { enter: 900, leave: 100 } });
  });

  it('add no severity that the catalogue does not judge by', () => {
    expect(resolveThresholds({}, { warning: 1, critical: 2 })).toEqual({});
  });
});
