import type { Reading } from '../model/reading.ts';
import type { Unknown } from '../model/unknown.ts';
import { secondsBetween } from './clock.ts';
import { reasonOf } from './readings.ts';

/** By how much a counter grew, and in what time. */
export interface Growth {
  readonly by: number;
  readonly seconds: number;
}

export const NOT_COLLECTED: Unknown = {
  reason: 'not-collected',
  detail: 'the probe did not read the counter',
};
const FIRST_PROBE: Unknown = { reason: 'needs-two-probes', detail: 'the counter was read once so far' };
const RESTARTED: Unknown = { reason: 'counter-reset', detail: 'the counter went back: the server restarted' };
export const TOO_FEW: Unknown = {
  reason: 'no-traffic',
  detail: 'too little happened between two probes to judge',
};

/** Tells a reason from whatever stands where none is needed. */
export const isUnknown = <T extends object>(x: T | Unknown): x is Unknown => 'reason' in x;

/** How a counter grew between two readings of it, or why that is not known. */
export function growthOf(
  present: Reading | undefined,
  before: Reading | undefined,
  mayShrink = false,
): Growth | Unknown {
  if (present === undefined) return NOT_COLLECTED;
  if (present.value === null) return reasonOf(present);
  if (before === undefined || before.value === null) return FIRST_PROBE;
  const seconds = secondsBetween(before.at, present.at);
  if (seconds <= 0) return FIRST_PROBE;
  const by = present.value - before.value;
  return by < 0 && !mayShrink ? RESTARTED : { by, seconds };
}
