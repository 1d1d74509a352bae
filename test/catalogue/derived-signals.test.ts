import { describe, expect, it } from 'vitest';
import { digest } from '../../lib/assess/derivation.ts';
import type { Derivation, Signal } from '../../lib/catalogue/signal.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import type { Reading } from '../../lib/model/reading.ts';
import { type Report, TIER_SECONDS } from '../../lib/model/report.ts';
import type { UnknownReason } from '../../lib/model/unknown.ts';
import { at } from '../assess/builders.ts';

interface Derived extends Signal {
  readonly derivation: Derivation;
}
const DERIVED = SIGNALS.filter((s): s is Derived => s.derivation !== undefined);
/** A percentile and what is newest are no matter of two reports, but of the last quarter of an hour. */
const isRecent = ({ derivation: { how } }: Derived): boolean => how === 'percentile' || how === 'latest';
const COUNTED = DERIVED.filter((s) => !isRecent(s));
const RECENT = DERIVED.filter(isRecent);
const HOUR_SECONDS = 3600;

/** What a signal rests on. */
const basesOf = (d: Derivation): readonly string[] => [
  ...new Set([d.of, ...(d.how === 'share' ? d.within : []), ...(d.how === 'ratio' ? [d.per] : [])]),
];

/** Far beyond every floor. */
const MUCH = 1_000_000;
const START = 5000;

type Value = number | UnknownReason;

/** What a report says of all a signal rests on; a histogram has two buckets. */
function reported({ kind, tiers, derivation }: Derived, value: Value | null, seconds: number): Report {
  const [tier = 'minute'] = tiers;
  const target = `${kind}/any`;
  const reading = (signal: string, labels?: Reading['labels']): Reading => ({
    signal,
    target,
    at: at(seconds),
    ...(labels !== undefined && { labels }),
    ...(typeof value === 'number'
      ? { value }
      : { value: null, unknown: { reason: value ?? 'failed', detail: 'the test says so' } }),
  });
  const bounds =
    derivation.how === 'quantile'
      ? ['1', '+Inf'].map((bound) => ({ [derivation.bound]: bound }))
      : [undefined];
  return {
    installation: 'production',
    target,
    kind,
    tier,
    intervalSeconds: TIER_SECONDS[tier],
    startedAt: at(seconds),
    durationMs: 10,
    readings:
      value === null
        ? []
        : basesOf(derivation).flatMap((signal) => bounds.map((labels) => reading(signal, labels))),
    facts: {},
    errors: [],
  };
}

/** What follows for a signal from one report after another. */
function afterBoth(
  signal: Derived,
  first: Value | null,
  second: Value | null,
  seconds: number,
): Reading | undefined {
  const before = digest(reported(signal, first, 0), undefined);
  return digest(reported(signal, second, seconds), before).derived.find((r) => r.signal === signal.id);
}

const each = COUNTED.map((signal) => ({ id: signal.id, how: signal.derivation.how, signal }));

/** What it must be when all it rests on grew by so much in so many seconds. */
function expected({ derivation: d }: Derived, by: number, seconds: number): number {
  switch (d.how) {
    case 'growth':
      return by;
    case 'rate':
    case 'change':
      return (by / seconds) * d.times;
    case 'share':
      return 100 / d.within.length;
    case 'ratio':
      return 1;
    case 'restart':
      return by < seconds ? 1 : 0;
    case 'quantile':
      return d.quantile * d.times;
    case 'percentile':
    case 'latest':
      return Number.NaN;
  }
}

describe('what follows from two reports', () => {
  it.each(each)(
    '$id is worked out over a minute and, by the time that went by, over a gap of an hour',
    ({ signal }) => {
      for (const seconds of [60, HOUR_SECONDS])
        expect(afterBoth(signal, START, START + MUCH, seconds)?.value).toBeCloseTo(
          expected(signal, MUCH, seconds),
          6,
        );
    },
  );

  it.each(each)(
    '$id is no number after a reset, but for what may shrink and what tells of it',
    ({ signal, how }) => {
      for (const seconds of [60, HOUR_SECONDS]) {
        const reading = afterBoth(signal, START, START - 100, seconds);
        if (how === 'restart') expect(reading?.value).toBe(1);
        else if (how === 'change') expect(reading?.value).toBeLessThan(0);
        else expect(reading).toMatchObject({ value: null, unknown: { reason: 'counter-reset' } });
      }
    },
  );

  it.each(each)('$id is unknown for the reason of what it rests on, and never 0', ({ signal }) => {
    const reasonOf = (first: Value | null, second: Value | null) => {
      const reading = afterBoth(signal, first, second, 60);
      expect(reading?.value).toBeNull();
      return reading?.unknown?.reason;
    };
    expect(reasonOf(START, 'permission')).toBe('permission');
    expect(reasonOf(START, null)).toBe('not-collected');
    expect(reasonOf('timeout', START)).toBe('needs-two-probes');
    expect(reasonOf(null, START)).toBe('needs-two-probes');
  });
});

describe('what follows from the last quarter of an hour', () => {
  it.each(RECENT.map((signal) => ({ id: signal.id, signal })))(
    '$id forgets what lies before a gap, and is unknown where nothing is known',
    ({ signal }) => {
      expect(afterBoth(signal, 900, 30, HOUR_SECONDS)?.value).toBe(30);
      const unread = afterBoth(signal, 900, 'timeout', HOUR_SECONDS);
      expect(unread).toMatchObject({ value: null, unknown: { reason: 'timeout' } });
      expect(afterBoth(signal, null, null, 60)?.unknown?.reason).toBe('not-collected');
      const notReadNow = afterBoth(signal, 900, null, 60);
      if (signal.derivation.how === 'latest') expect(notReadNow).toMatchObject({ value: 900, at: at(0) });
      else expect(notReadNow?.unknown?.reason).toBe('not-collected');
    },
  );

  it('is what some signals are, and two reports what most are', () => {
    expect(RECENT.length).toBeGreaterThan(0);
    expect(COUNTED.length).toBeGreaterThan(RECENT.length);
  });
});
