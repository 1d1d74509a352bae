import { setTimeout as pause } from 'node:timers/promises';
import type { Forecast } from '../../lib/model/forecast.ts';
import type { IncidentChange } from '../../lib/model/incident.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { Rounds } from '../rounds.ts';
import { Lock } from './lock.ts';
import { ROUND_SECONDS, type Stage } from './stage.ts';
import { type Bustle, LITTLE, Traffic, USUAL } from './traffic.ts';

/** Quiet for so many rounds in a row is quiet. */
const CALM_ROUNDS = 3;
const BEFORE_ROUNDS_MAX = 24;
/** The lock stays until it is foreseen when Redis is full, which no line through fewer than six points can tell. */
const LOCKED_ROUNDS_MIN = 5;
export const LOCKED_ROUNDS_MAX = 12;
/** What comes back while a busy machine catches up is waited for two minutes and more before it is told to be over. */
const AFTER_ROUNDS_MAX = 48;

export const ACTS = ['before', 'locked', 'after'] as const;
export type Act = (typeof ACTS)[number];
export const BUSTLE_OF: Readonly<Record<Act, Bustle>> = { before: USUAL, locked: USUAL, after: LITTLE };

/** One round: what was seen and what people were told. `number` counts from 1 in each act. */
export interface Moment {
  readonly act: Act;
  readonly number: number;
  readonly at: string;
  readonly snapshot: Snapshot;
  readonly changes: readonly IncidentChange[];
  /** Requests of the traffic that the API did not fulfil. */
  readonly unfulfilled: number;
}

export interface Replay {
  readonly lockedAt: string;
  readonly releasedAt: string;
  readonly moments: readonly Moment[];
}

/** Nothing is found that anybody would be told of. */
export const isCalm = ({ snapshot }: Moment): boolean =>
  snapshot.findings.every((f) => f.severity === 'info') && snapshot.incidents.length === 0;

/** When the memory of Redis is full if it goes on as it does. */
export const memoryForecast = ({ snapshot }: Moment): Forecast | undefined =>
  snapshot.forecasts.find((f) => f.signal === 'redis.memory.used_percent');

const now = () => new Date().toISOString();

export interface Replaying {
  readonly signal: AbortSignal;
  /** Told as each act begins, and after each of its rounds. */
  onAct(act: Act): void;
  onMoment(moment: Moment): void;
}

/**
 * Plays the incident on the stage: the same traffic until the release and little of it afterwards, tables locked in the middle until it is foreseen when Redis is full.
 * It is watched as deployed, only more often. What should have come of it is not judged here.
 */
export async function replay(
  { sample, installation }: Stage,
  { signal, onAct, onMoment }: Replaying,
): Promise<Replay> {
  const rounds = new Rounds(installation);
  const traffic = new Traffic(sample.prefect.apiUrl, signal);
  const moments: Moment[] = [];
  await traffic.prepare();
  let isFirst = true;

  const play = async (act: Act, roundsMax: number, isOver: (own: readonly Moment[]) => boolean) => {
    onAct(act);
    const own: Moment[] = [];
    while (own.length < roundsMax && !isOver(own)) {
      const [unfulfilled] = await Promise.all([
        traffic.round(BUSTLE_OF[act]),
        pause(ROUND_SECONDS * 1000, undefined, { signal }),
      ]);
      const { snapshot, changes } = await rounds.look(isFirst ? ['minute', 'quarter-hour'] : ['minute']);
      isFirst = false;
      const moment = { act, number: own.length + 1, at: now(), snapshot, changes, unfulfilled };
      own.push(moment);
      moments.push(moment);
      onMoment(moment);
    }
  };
  const endsCalm = (own: readonly Moment[]) =>
    own.length >= CALM_ROUNDS && own.slice(-CALM_ROUNDS).every(isCalm);

  const isForeseen = (own: readonly Moment[]) =>
    own.length >= LOCKED_ROUNDS_MIN && own.some((m) => memoryForecast(m) !== undefined);

  await play('before', BEFORE_ROUNDS_MAX, endsCalm);
  const lockedAt = now();
  const lock = await Lock.take(sample);
  try {
    await play('locked', LOCKED_ROUNDS_MAX, isForeseen);
  } finally {
    await lock.release();
  }
  const releasedAt = now();
  await play('after', AFTER_ROUNDS_MAX, endsCalm);
  return { lockedAt, releasedAt, moments };
}
