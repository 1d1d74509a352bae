import type { Snapshot } from '../model/snapshot.ts';
import { bytes, count, duration, milliseconds, percent } from './format.ts';
import { whyUnknown } from './unknown.ts';

type Service = Snapshot['services']['perpetual'][number];
type Details = Service['details'];

/** Names say their unit at their end. */
const UNITS: readonly (readonly [ending: string, shown: (value: number) => string])[] = [
  ['_seconds', duration],
  ['_ms', milliseconds],
  ['_percent', percent],
  ['_bytes', bytes],
];

/** `overdue_seconds: 90` as `overdue` and `1 min`; what is not known is left out. */
export function detailsOf({ details }: Service): readonly (readonly [label: string, value: string])[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (value === null) return [];
    const [ending, shown] = UNITS.find(([e]) => name.endsWith(e)) ?? ['', count];
    const isMeasure = typeof value === 'number';
    const label = (isMeasure ? name.slice(0, name.length - ending.length) : name).replaceAll('_', ' ');
    return [[label, isMeasure ? shown(value) : String(value)] as const];
  });
}

type Word = readonly [name: string, words: (value: number) => string];

/** What a service does, worth a word at any time. */
const PACE: readonly Word[] = [
  ['runs_per_minute', (n) => `${count(n)} runs a minute`],
  ['lag', (n) => (n === 0 ? 'nothing waits' : `${count(n)} messages wait`)],
];

/** What it should have done: at rest it is zero or short, and no news. */
const DEBT: readonly Word[] = [
  ['overdue_seconds', (n) => `overdue for ${duration(n)}`],
  ['running_seconds', (n) => `one run takes ${duration(n)} already`],
  ['work_overdue_seconds', (n) => `work waits for ${duration(n)}`],
  ['pending', (n) => `${count(n)} not confirmed`],
  ['oldest_pending_seconds', (n) => `the oldest for ${duration(n)}`],
  ['not_stored_seconds', (n) => `nothing stored for ${duration(n)}`],
  ['consecutive_failures', (n) => `${count(n)} failures in a row`],
];

const told = (details: Details, words: readonly Word[], isTold: (value: number) => boolean) =>
  words.flatMap(([name, inWords]) => {
    const value = details[name];
    return typeof value === 'number' && isTold(value) ? [inWords(value)] : [];
  });

/** A service in a few words: what is wrong with it, where something is, and its pace. */
export function inShort({ status, details, error }: Service): string {
  const { unknown, unknown_detail: detail } = details;
  const debt = status === 'healthy' ? [] : told(details, DEBT, (value) => value >= 1);
  return [
    ...(error ? [error] : []),
    ...(typeof unknown === 'string'
      ? [whyUnknown({ reason: unknown, detail: typeof detail === 'string' ? detail : '' })]
      : []),
    ...debt,
    ...told(details, PACE, () => true),
  ].join(', ');
}
