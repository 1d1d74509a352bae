import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Events, type LogEvent } from '../../../lib/probe/logs/events.ts';
import { scanLog } from '../../../lib/probe/logs/scan.ts';
import type { Window } from '../../../lib/probe/logs/stamps.ts';
import type { Counts } from '../../../lib/probe/logs/tally.ts';

export const fixture = (name: string): Buffer =>
  readFileSync(resolve(import.meta.dirname, `../../fixtures/logs/${name}.log`));

/** Scans a log that comes in pieces of so many bytes. */
export function scanned(log: Buffer | string, window: Window | null = null, pieceBytes = 4096): Counts {
  const bytes = Buffer.from(log);
  const scan = scanLog(window);
  for (let at = 0; at < bytes.length; at += pieceBytes) scan.push(bytes.subarray(at, at + pieceBytes));
  return scan.end();
}

export const countsIn = ({ sightings }: Counts): Readonly<Record<string, number>> =>
  Object.fromEntries(sightings.map((s) => [s.signature, s.count]));

export function eventsIn(text: string): readonly LogEvent[] {
  const seen: LogEvent[] = [];
  const events = new Events((event) => seen.push(event));
  for (const line of text.split('\n')) events.line(line, null);
  events.end();
  return seen;
}
