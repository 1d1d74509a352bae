import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroupTarget, PostgresLogTarget } from '../../config/targets.ts';
import type { Collector, Sample } from '../collector.ts';
import { failureOf } from '../failure.ts';
import type { Probe, Visit } from '../frame.ts';
import type { Window } from '../logs/stamps.ts';
import { type ClientOf, classifyCloudWatch } from './client.ts';
import { isSilent, type Minute, readMinute, windowOf } from './minute.ts';

type AnyTarget = LogGroupTarget | PostgresLogTarget;

/** A minute of a log group, all of it read: whether it can be read is seen in no other way. */
export interface LogGroupConnection {
  readonly client: CloudWatchLogsClient;
  readonly window: Window;
  readonly minute: Minute;
  /** 1 when nothing was shipped for an hour, 0 when something was. */
  readonly silent: Sample['value'];
}

/** Many pages take their time; a function has fifty seconds in all. */
const BUDGET = { openMs: 32_000, collectorMs: 8_000, totalMs: 42_000 };
/** The reading ends itself before the frame would end it, so that what was read by then is told. */
const READING_MS = 28_000;

interface Reading {
  /** Read before and after the minute as well. */
  readonly marginMs: number;
  readonly filterPattern?: string | undefined;
}

export interface MinutesOf<T extends AnyTarget> {
  readonly up: string;
  readonly clientOf: ClientOf;
  readonly readingOf: (target: T) => Reading;
  readonly collector: Collector<LogGroupConnection, T>;
}

/** That it could not be found out costs nothing else: the minute was read. */
async function silenceOf(...asking: Parameters<typeof isSilent>): Promise<Sample['value']> {
  try {
    const silent = await isSilent(...asking);
    return typeof silent === 'boolean' ? Number(silent) : silent;
  } catch (error) {
    const { reason, detail } = failureOf(error, classifyCloudWatch);
    return { reason, detail };
  }
}

async function open(
  clientOf: ClientOf,
  { logGroup, region }: AnyTarget,
  { marginMs, filterPattern }: Reading,
  abort: AbortSignal,
  visit: Visit,
): Promise<LogGroupConnection> {
  const window = windowOf(visit);
  const wider = { from: window.from - marginMs, to: window.to + marginMs };
  const client = clientOf(region);
  const inTime = AbortSignal.any([abort, AbortSignal.timeout(READING_MS)]);
  try {
    const minute = await readMinute(client, { logGroup, window: wider, filterPattern }, inTime);
    const isQuiet = minute.events.length === 0 && !minute.isTruncated;
    const silent = isQuiet ? await silenceOf(client, { logGroup, window, filterPattern }, inTime) : 0;
    return { client, window, minute, silent };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/** A probe that reads one minute of a log group and then says what is in it. */
export const probeOfMinutes = <T extends AnyTarget>({
  up,
  clientOf,
  readingOf,
  collector,
}: MinutesOf<T>): Probe<T, LogGroupConnection> => ({
  async open(target, abort, visit) {
    const connection = await open(clientOf, target, readingOf(target), abort, visit);
    const samples: readonly Sample[] = [{ signal: up, value: 1 }];
    return { connection, samples };
  },
  // Whatever is the matter with CloudWatch, it says nothing of what would stand in the logs.
  closed: ({ reason, detail }) => [{ signal: up, value: { reason, detail } }],
  signals: [up],
  collectors: [collector],
  budget: BUDGET,
  classify: classifyCloudWatch,
  discard: ({ client }) => client.destroy(),
  close: async ({ client }) => client.destroy(),
});
