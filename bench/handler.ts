import { performance } from 'node:perf_hooks';
import process from 'node:process';
import Table from 'cli-table3';
import { createApi } from '../lib/api/router.ts';
import { bundlePage } from '../lib/page/bundle.ts';
import { openSnapshots } from '../lib/store/snapshot.ts';
import { CONTEXT, eventOf, SIGNED_IN, TOKEN } from '../test/api/gateway.ts';
import { snapshotsOf } from './handler/snapshots.ts';
import { tableHolding, type WireItem, wireItemOf } from './handler/table.ts';
import { shown } from './timing.ts';

const REQUESTS = 1000;
/** On a busy machine; fewer are then told. */
const REQUESTS_MAX = 2000;
const WARMING = 100;
/** More than the API keeps compressed, so that one that comes round again is as new as the first time. */
const SNAPSHOTS = 60;
const BOUND = { answerMs: 5, knownMs: 2 } as const;

interface Case {
  readonly name: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another snapshot for every request, instead of always the same. */
  readonly isNewEachTime?: true;
  readonly isKnown?: true;
  /** In milliseconds, of the 99th percentile. */
  readonly bound: number | null;
}

const GZIP = { 'accept-encoding': 'gzip, deflate, br' };
const WHOLE = '/snapshot?detailed=true';
const CASES: readonly Case[] = [
  { name: 'whole', path: WHOLE, bound: BOUND.answerMs },
  { name: 'whole, gzip', path: WHOLE, headers: GZIP, bound: BOUND.answerMs },
  { name: 'whole, 304', path: WHOLE, headers: GZIP, isKnown: true, bound: BOUND.knownMs },
  { name: 'brief, gzip', path: '/snapshot', headers: GZIP, bound: BOUND.answerMs },
  { name: 'brief, 304', path: '/snapshot', headers: GZIP, isKnown: true, bound: BOUND.knownMs },
  {
    name: 'brief, gzip, each a new one',
    path: '/snapshot',
    headers: GZIP,
    isNewEachTime: true,
    bound: BOUND.answerMs,
  },
  {
    name: 'whole, gzip, each a new one',
    path: WHOLE,
    headers: GZIP,
    isNewEachTime: true,
    bound: BOUND.answerMs,
  },
  { name: 'health', path: '/health', bound: null },
  { name: 'metrics, gzip', path: '/metrics', headers: GZIP, bound: null },
];

/** Of requests while which nothing else was given the processor: that is a matter of the machine. Sorted. */
async function elapsedMs(ask: () => Promise<unknown>): Promise<readonly number[]> {
  for (let i = 0; i < WARMING; i++) await ask();
  const elapsed: number[] = [];
  const interruptions = () => process.resourceUsage().involuntaryContextSwitches;
  for (let i = 0; i < REQUESTS_MAX && elapsed.length < REQUESTS; i++) {
    const interrupted = interruptions();
    const began = performance.now();
    await ask();
    const ms = performance.now() - began;
    if (interruptions() === interrupted) elapsed.push(ms);
  }
  return elapsed.toSorted((one, other) => one - other);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;

/**
 * How long the API's handler takes for an answer, DynamoDB left out: from the gateway's event to what the gateway is given, in a
 * function that has served before.
 */
export async function measureHandler(
  progress: (text: string) => void,
): Promise<{ readonly text: string; readonly isWithinBound: boolean }> {
  progress(`assessing ${SNAPSHOTS} minutes`);
  const snapshots = snapshotsOf(SNAPSHOTS);
  const items = snapshots.map(wireItemOf);
  let turn = 0;
  const held = (): WireItem => {
    const item = items[turn % items.length];
    if (item === undefined) throw new Error('there is no snapshot');
    return item;
  };
  const api = createApi({
    readSnapshot: openSnapshots(tableHolding(held)),
    readMoments: async () => [],
    access: { by: 'token', token: async () => TOKEN },
    installations: snapshots.slice(0, 1).map((s) => s.installation),
    page: await bundlePage(),
    now: () => new Date(Date.parse(snapshots[turn % items.length]?.observed_at ?? '') + 30_000),
  });

  const rows = new Table({
    head: ['GET', 'KB', 'sent KB', 'requests', 'median ms', 'p99 ms', 'max ms', 'bound ms'],
    style: { head: [], border: [] },
  });
  let isWithinBound = true;
  for (const { name, path, headers, isNewEachTime, isKnown, bound } of CASES) {
    progress(name);
    const asked = { ...SIGNED_IN, ...headers };
    const plain = await api(eventOf(path, { headers: SIGNED_IN }), CONTEXT);
    const known = isKnown && { 'if-none-match': String(plain.headers?.etag) };
    const event = eventOf(path, { headers: { ...asked, ...known } });
    const { statusCode, body = '', isBase64Encoded } = await api(event, CONTEXT);
    if (statusCode !== (isKnown ? 304 : 200) && path !== '/health') throw new Error(`${name}: ${statusCode}`);
    const elapsed = await elapsedMs(() => {
      if (isNewEachTime) turn++;
      return api(event, CONTEXT);
    });
    const p99 = at(elapsed, 0.99);
    if (bound !== null && !(p99 < bound)) isWithinBound = false;
    rows.push([
      name,
      (Buffer.byteLength(plain.body ?? '') / 1000).toFixed(0),
      (Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8') / 1000).toFixed(1),
      elapsed.length,
      ...[at(elapsed, 0.5), p99, at(elapsed, 1)].map((ms) => (Number.isNaN(ms) ? '–' : shown(ms))),
      bound ?? '',
    ]);
  }
  return { text: `${rows}\nbounds ${isWithinBound ? 'kept' : 'BROKEN'}`, isWithinBound };
}
