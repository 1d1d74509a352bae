import { describe, expect, it } from 'vitest';
import type { Episode } from '../../lib/model/episode.ts';
import { ASKED_EVERY_MS, stillNew } from '../../lib/vended/read.ts';

const ASKED_AT = '2026-11-21T08:00:00.000Z';
const vended = { askedAt: ASKED_AT, readings: [] };
const msLater = (ms: number) => new Date(Date.parse(ASKED_AT) + ms);
const left = (...phases: readonly Episode['phase'][]) => ({
  vended,
  episodes: phases.map((phase) => ({ phase })),
});

describe('what CloudWatch said last', () => {
  it.each([
    ['nothing is wrong', left(), ASKED_EVERY_MS.calm],
    ['nothing is wrong any more', left('closed'), ASKED_EVERY_MS.calm],
    ['something may be wrong', left('pending'), ASKED_EVERY_MS.troubled],
    ['something is wrong', left('closed', 'open'), ASKED_EVERY_MS.troubled],
    ['something gets better', left('recovering'), ASKED_EVERY_MS.troubled],
  ])('is new enough up to its time where %s', (_, before, everyMs) => {
    expect(stillNew(before, msLater(everyMs - 1))).toBe(vended);
    expect(stillNew(before, msLater(everyMs))).toBeNull();
  });

  it('is asked for where it never was', () => {
    expect(stillNew(null, msLater(0))).toBeNull();
    expect(stillNew({ vended: null, episodes: [] }, msLater(0))).toBeNull();
  });

  it('is asked for sooner where something is wrong', () => {
    expect(ASKED_EVERY_MS.troubled).toBeLessThan(ASKED_EVERY_MS.calm);
  });
});
