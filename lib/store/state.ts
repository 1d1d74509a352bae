import * as v from 'valibot';
import { type AssessState, AssessStateSchema } from '../model/assessment.ts';
import { DocumentError, unpack } from './document.ts';
import { STATE_KEY } from './keys.ts';
import { readItem, type Table } from './table.ts';

/** The state of the last assessment, when that was, and the number it must be replaced under; 0 before the first. */
export interface StoredState {
  readonly state: AssessState | null;
  readonly version: number;
  readonly assessedAt: Date | null;
}

const Timestamp = v.fallback(v.nullable(v.pipe(v.string(), v.isoTimestamp())), null);

/**
 * A state written by another version of this app may no longer be readable. It is then forgotten, which costs the
 * rates of one minute and starts open incidents anew: better than a monitor that stands still until somebody looks.
 */
export async function readState(table: Table, installation: string): Promise<StoredState> {
  const item = await readItem(table, installation, STATE_KEY);
  if (item === undefined) return { state: null, version: 0, assessedAt: null };
  const version = v.parse(v.number(), item.version);
  const at = v.parse(Timestamp, item.assessed_at);
  const assessedAt = at === null ? null : new Date(at);
  try {
    return { state: unpack(AssessStateSchema, item.body), version, assessedAt };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    console.warn({
      message: 'the state of the last assessment is forgotten',
      installation,
      why: error.message,
    });
    return { state: null, version, assessedAt };
  }
}
