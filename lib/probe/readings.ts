import * as v from 'valibot';
import type { Reading } from '../model/reading.ts';
import { type Unknown, UnknownSchema } from '../model/unknown.ts';
import { cleanText } from './clean.ts';
import type { Sample } from './collector.ts';

interface Origin {
  readonly target: string;
  readonly at: string;
}

const LABEL_CHARACTERS_MAX = 200;
const INVALID: Unknown = { reason: 'invalid', detail: 'the collector returned no number' };
const LEFT_OUT: Unknown = { reason: 'failed', detail: 'the collector left it out' };

const cleanLabels = (labels: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels).map(([key, text]) => [
      key,
      cleanText(String(text)).slice(0, LABEL_CHARACTERS_MAX),
    ]),
  );

function readingOf(sample: Sample, origin: Origin): Reading {
  const labels = sample.labels === undefined ? {} : { labels: cleanLabels(sample.labels) };
  const base = { signal: sample.signal, ...origin, ...labels };
  if (typeof sample.value === 'number' && Number.isFinite(sample.value))
    return { ...base, value: sample.value };
  return { ...base, value: null, unknown: v.is(UnknownSchema, sample.value) ? sample.value : INVALID };
}

/** The same reason for every one of these signals. */
export const unknownReadings = (
  signals: readonly string[],
  unknown: Unknown,
  origin: Origin,
): readonly Reading[] => signals.map((signal) => readingOf({ signal, value: unknown }, origin));

/**
 * What a collector returned, as readings. Nothing it was not answerable for gets through, and nothing it was
 * answerable for goes missing: both become, or leave behind, an unknown.
 */
export function readingsOf(signals: readonly string[], samples: unknown, origin: Origin): readonly Reading[] {
  const usable = (Array.isArray(samples) ? samples : []).filter(
    (s): s is Sample => typeof s === 'object' && s !== null && signals.includes((s as Sample).signal),
  );
  const seen = new Set(usable.map((s) => s.signal));
  return [
    ...usable.map((sample) => readingOf(sample, origin)),
    ...unknownReadings(
      signals.filter((s) => !seen.has(s)),
      LEFT_OUT,
      origin,
    ),
  ];
}
