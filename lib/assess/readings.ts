import type { Reading } from '../model/reading.ts';
import type { Unknown } from '../model/unknown.ts';

type Labels = Reading['labels'];

/** The same labels are named several times while a report is assessed. */
const NAMED = new WeakMap<NonNullable<Labels>, string>();

/** Names a set of labels, whatever order they were written in. */
export function labelsKey(labels: Labels): string {
  if (labels === undefined) return '[]';
  const named = NAMED.get(labels);
  if (named !== undefined) return named;
  const entries = Object.entries(labels);
  const name = JSON.stringify(
    entries.length < 2 ? entries : entries.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  NAMED.set(labels, name);
  return name;
}

/** What makes two readings of one target the same thing measured twice. */
export const readingKey = (reading: Pick<Reading, 'signal' | 'labels'>): string =>
  `${reading.signal} ${labelsKey(reading.labels)}`;

/** Why a reading has no value. */
export const reasonOf = (reading: Reading): Unknown =>
  reading.unknown ?? { reason: 'failed', detail: 'the probe gave no reason' };
