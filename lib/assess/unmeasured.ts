import type { Snapshot } from '../model/snapshot.ts';
import type { Unknown } from '../model/unknown.ts';

const NOT_MEASURED: Unknown = { reason: 'not-collected', detail: 'not measured by this version' };
const UNKNOWN = { status: 'unknown', unknown: NOT_MEASURED } as const;

/**
 * The parts of an installation nothing is measured of. They say so, and count in no status: what nobody promised to
 * watch is no fault.
 */
export const UNMEASURED = {
  network: UNKNOWN,
  forecasts: [],
} satisfies Partial<Snapshot>;
