import { LOGS_SIGNALS } from '../../catalogue/signals/logs.ts';
import type { LogGroupTarget } from '../../config/targets.ts';
import type { Collector } from '../collector.ts';
import type { Probe } from '../frame.ts';
import type { Readings } from '../logs/read.ts';
import { type Scan, scanLog } from '../logs/scan.ts';
import type { Source } from '../logs/sources.ts';
import type { Window } from '../logs/stamps.ts';
import { factsOf, samplesOf } from '../logs/summary.ts';
import type { ClientOf } from './client.ts';
import { type LogGroupConnection, probeOfMinutes } from './connection.ts';
import type { Minute } from './minute.ts';
import { isPrefects, patternFor, printedIn } from './shipped.ts';

const UP = 'logs.up';
const CONTAINERS_MAX = 400;
/** Read beyond the minute on both sides: a record belongs to the minute of its first line, with all of its lines. */
const MARGIN_MS = 5_000;

interface Container {
  readonly source: Source;
  readonly scan: Scan;
}

/** What each container printed in the minute, classified as if its own log had been read. */
export function readingsIn(
  { events, isTruncated }: Minute,
  namespaces: readonly string[],
  window: Window,
): Readings {
  const containers = new Map<string, Container>();
  const unread = new Set<string>();
  for (const event of events) {
    const { source, text } = printedIn(event);
    if (!isPrefects(source, namespaces)) continue;
    const key = JSON.stringify([source.namespace, source.pod, source.container]);
    const container = containers.get(key) ?? { source, scan: scanLog(window) };
    if (!containers.has(key) && containers.size >= CONTAINERS_MAX) {
      unread.add(key);
      continue;
    }
    containers.set(key, container);
    const at = new Date(event.at).toISOString();
    const lines = text.trimEnd().split('\n');
    container.scan.push(Buffer.from(lines.map((line) => `${at} ${line}\n`).join('')));
  }
  const readings = [...containers.values()].map(({ source, scan }) => ({
    source,
    counts: scan.end(),
    isTruncated,
  }));
  return { readings, unread: unread.size, failure: null };
}

const shippedLogs: Collector<LogGroupConnection, LogGroupTarget> = {
  name: 'shipped-logs',
  tier: 'minute',
  signals: LOGS_SIGNALS.map((s) => s.id).filter((id) => id !== UP),
  cheap: 'a minute of a log group, bounded in pages and bytes; CloudWatch asks no money for it',
  async collect({ minute, window, silent }, _, { namespaces, logGroup }) {
    const readings = readingsIn(minute, namespaces, window);
    return {
      samples: samplesOf(readings, silent),
      facts: { ...factsOf(readings, window), log_group: logGroup },
    };
  },
};

/** Reads what Prefect's containers print from a log group they are shipped to. */
export const prefectLogGroupProbe = (clientOf: ClientOf): Probe<LogGroupTarget, LogGroupConnection> =>
  probeOfMinutes({
    up: UP,
    clientOf,
    readingOf: ({ namespaces }) => ({ marginMs: MARGIN_MS, filterPattern: patternFor(namespaces) }),
    collector: shippedLogs,
  });
