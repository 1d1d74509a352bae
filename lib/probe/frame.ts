import type { Target } from '../config/targets.ts';
import type { Reading } from '../model/reading.ts';
import {
  type CollectorError,
  type Facts,
  REPORT_BYTES_MAX,
  type Report,
  type Tier,
} from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { OutOfTime, within } from './budget.ts';
import { cleanFacts } from './clean.ts';
import type { Collected, Collector, Sample } from './collector.ts';
import { type Classify, failureOf, ProbeFailure } from './failure.ts';
import { readingsOf, unknownReadings } from './readings.ts';

/** How one kind of target is opened, read and closed. */
export interface Probe<T extends Target, Connection> {
  /** Opens the one connection of this probe, or throws. What it reads by that goes into the report as well. */
  open(target: T, abort: AbortSignal, visit: Visit): Promise<{ connection: Connection } & Collected>;
  /**
   * The readings that stand when the target could not be opened: whether it is up, and whatever else the failure
   * itself says; of a collector's signal it then says everything.
   */
  closed(failure: ProbeFailure): readonly Sample[];
  /** The signals `open` and `closed` are answerable for. */
  readonly signals: readonly string[];
  readonly collectors: readonly Collector<Connection, T>[];
  /** What a kind needs where the usual budget is not enough. */
  readonly budget?: Budget;
  /** Names the reason behind an error of this kind's driver. */
  readonly classify: Classify;
  /** Whether the connection may go on being used after a collector failed that way; when unset, but for time. */
  survives?(failure: ProbeFailure): boolean;
  /** Ends the connection at once, whatever is under way on it. Must not throw. */
  discard(connection: Connection): void;
  /** Ends the connection in good order. */
  close(connection: Connection): Promise<void>;
}

/** What the frame allows, in milliseconds: a collector, opening, and everything together. */
export interface Budget {
  readonly openMs: number;
  readonly collectorMs: number;
  readonly totalMs: number;
}
export const BUDGET: Budget = { openMs: 6_000, collectorMs: 4_000, totalMs: 20_000 };
const CLOSE_MS = 1_000;

/** Which probing of a target this is: what the schedule says, and the clock. */
export interface Visit {
  readonly installation: string;
  readonly tier: Tier;
  readonly intervalSeconds: number;
  /** When the schedule meant it to be, where that is known: a visit may be late. */
  readonly scheduledAt?: Date;
  readonly budget?: Budget;
  readonly now: () => Date;
}

/**
 * Probes one target once. It never throws and never takes longer than its budget: whatever goes wrong in a collector
 * costs that collector's readings, which become unknown with the reason, and nothing else. After a collector ran out
 * of time, or lost its connection, that is discarded and a new one opened for the next.
 */
export async function probe<T extends Target, C>(
  kind: Probe<T, C>,
  target: T,
  visit: Visit,
): Promise<Report> {
  const budget = visit.budget ?? kind.budget ?? BUDGET;
  const started = visit.now();
  const left = () => budget.totalMs - (visit.now().getTime() - started.getTime());
  const readings: Reading[] = [];
  const errors: CollectorError[] = [];
  let facts: Facts = {};
  let connection: C | undefined;

  const take = (signals: readonly string[], collected: Collected) => {
    const at = visit.now().toISOString();
    readings.push(...readingsOf(signals, collected.samples, { target: target.id, at }));
    facts = { ...facts, ...cleanFacts(collected.facts ?? {}) };
  };
  const fail = (collector: string, signals: readonly string[], failure: ProbeFailure) => {
    const { reason, detail } = failure;
    // What a target does not have is no error of the probing: the readings say that it is missing.
    if (reason !== 'missing') errors.push({ collector, reason, detail });
    readings.push(
      ...unknownReadings(signals, { reason, detail }, { target: target.id, at: visit.now().toISOString() }),
    );
  };
  /** Whether a target is up is the minute tier's to say: an answer a quarter of an hour old would contradict it. */
  const takeConnection = (signals: readonly string[], collected: Collected) => {
    if (visit.tier === 'minute') take(signals, collected);
  };
  const open = async () => {
    const opened = await within(
      Math.min(budget.openMs, left()),
      (abort) => kind.open(target, abort, visit),
      (late) => kind.discard(late.connection),
    );
    connection = opened.connection;
    return opened;
  };

  const survives = (failure: ProbeFailure) =>
    !(failure instanceof OutOfTime) && (kind.survives?.(failure) ?? failure.reason !== 'timeout');

  const due = kind.collectors.filter((c) => c.tier === visit.tier);
  try {
    takeConnection(kind.signals, await open());
  } catch (error) {
    const failure = failureOf(error, kind.classify);
    errors.push({ collector: 'connection', reason: failure.reason, detail: failure.detail });
    const samples = kind.closed(failure);
    const said = [...new Set([...kind.signals, ...samples.map((s) => s.signal)])];
    takeConnection(said, { samples });
    const unknown: Unknown = { reason: failure.reason, detail: failure.detail };
    const at = visit.now().toISOString();
    const unsaid = due.flatMap((c) => c.signals).filter((signal) => !said.includes(signal));
    readings.push(...unknownReadings(unsaid, unknown, { target: target.id, at }));
    return finish();
  }

  for (const collector of due) {
    try {
      if (left() <= 0) throw new ProbeFailure('timeout', "the probe's budget was used up before");
      if (connection === undefined) await open();
      const current = connection as C;
      const limitMs = Math.min(budget.collectorMs, left());
      take(collector.signals, await within(limitMs, (abort) => collector.collect(current, abort, target)));
    } catch (error) {
      const failure = failureOf(error, kind.classify);
      fail(collector.name, collector.signals, failure);
      if (connection !== undefined && !survives(failure)) {
        kind.discard(connection);
        connection = undefined;
      }
    }
  }
  if (connection !== undefined) {
    const open = connection;
    await within(CLOSE_MS, () => kind.close(open)).catch(() => kind.discard(open));
  }
  return finish();

  function finish(): Report {
    const report: Report = {
      installation: visit.installation,
      target: target.id,
      kind: target.kind,
      tier: visit.tier,
      intervalSeconds: visit.intervalSeconds,
      startedAt: started.toISOString(),
      durationMs: visit.now().getTime() - started.getTime(),
      readings,
      facts,
      errors,
    };
    if (Buffer.byteLength(JSON.stringify(report)) <= REPORT_BYTES_MAX) return report;
    const tooLarge = {
      collector: 'facts',
      reason: 'invalid',
      detail: 'the facts were too large and left out',
    } as const;
    return { ...report, facts: {}, errors: [...errors, tooLarge] };
  }
}
