import type { Incident, IncidentChange } from '../../lib/model/incident.ts';
import { type Act, isCalm, LOCKED_ROUNDS_MAX, type Moment, memoryForecast, type Replay } from './replay.ts';

/** Rounds within which the snapshot names the cause and what follows from it. */
const NAMED_WITHIN_ROUNDS = 3;
const ROOT = 'postgres-lock-contention@postgres/orion';
const CONSEQUENCES = ['docket-backlog-growing@redis/main', 'consumer-lagging@redis/main'];

const of = ({ moments }: Replay, ...acts: readonly Act[]): readonly Moment[] =>
  moments.filter((m) => acts.includes(m.act));
const toldIn = (moments: readonly Moment[]): readonly IncidentChange[] => moments.flatMap((m) => m.changes);
const named = ({ finding }: Pick<Incident, 'finding'>): string => `${finding.id}@${finding.target}`;
const said = (changes: readonly IncidentChange[]): string =>
  changes.length === 0 ? 'nothing' : changes.map((c) => `${c.kind} ${named(c.incident)}`).join(', ');

/** Whether a snapshot names the root cause and all that should follow from it. */
function namesAll({ snapshot: { root_cause } }: Moment): boolean {
  if (root_cause === null || `${root_cause.finding}@${root_cause.target}` !== ROOT) return false;
  return CONSEQUENCES.every((key) => root_cause.consequences.includes(key));
}

/** What went otherwise than it should, a sentence each; none when all is well. */
export function differences(replay: Replay): readonly string[] {
  const locked = of(replay, 'locked');
  const before = of(replay, 'before').at(-1);
  const end = of(replay, 'after').at(-1);
  const whileLocked = toldIn(locked);
  const afterwards = toldIn(of(replay, 'after'));
  const ids = new Set([...whileLocked, ...afterwards].map((c) => c.incident.id));

  const expectations: readonly (readonly [isMet: boolean, otherwise: string])[] = [
    [before !== undefined && isCalm(before), 'it was not quiet before anything was locked'],
    [
      locked.some((m) => m.number <= NAMED_WITHIN_ROUNDS && namesAll(m)),
      `no snapshot of the first ${NAMED_WITHIN_ROUNDS} rounds named ${ROOT} with ${CONSEQUENCES.join(' and ')} as its consequences`,
    ],
    [
      locked.some((m) => memoryForecast(m) !== undefined),
      `in ${LOCKED_ROUNDS_MAX} rounds nobody foresaw that Redis fills`,
    ],
    [
      [before, end].every((m) => m !== undefined && memoryForecast(m) === undefined),
      'it was foreseen that Redis fills while nothing was locked',
    ],
    [
      whileLocked.length === 1 && whileLocked.every((c) => c.kind === 'opened' && named(c.incident) === ROOT),
      `people were to be told once, of ${ROOT}; they were told: ${said(whileLocked)}`,
    ],
    [
      afterwards.length === 1 && afterwards.every((c) => c.kind === 'recovered') && ids.size === 1,
      `its recovery was to be told once and nothing else; told was: ${said(afterwards)}`,
    ],
    [end !== undefined && isCalm(end), 'it was not quiet again after the release'],
  ];
  return expectations.flatMap(([isMet, otherwise]) => (isMet ? [] : [otherwise]));
}
