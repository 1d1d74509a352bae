import { styleText } from 'node:util';
import { findingKey } from '../../lib/model/finding.ts';
import type { IncidentChange } from '../../lib/model/incident.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { letterOf } from './letter.ts';
import { HOLDER } from './lock.ts';
import type { Moment, Replay } from './replay.ts';
import { ROUND_SECONDS } from './stage.ts';
import { type Bustle, LITTLE, USUAL } from './traffic.ts';

type Style = Parameters<typeof styleText>[0];
/** Paints a text, or leaves it as it is where nobody wants colour. */
export type Paint = (style: Style, text: string) => string;

const INDENT = ' '.repeat(10);
const MEBIBYTE = 2 ** 20;

export const painter = (colour: boolean): Paint => {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
};

/** Minutes and seconds since the tables were locked, signed. */
function clock(at: string, since: string): string {
  const seconds = Math.round((Date.parse(at) - Date.parse(since)) / 1000);
  const [minutes, rest] = [Math.floor(Math.abs(seconds) / 60), Math.abs(seconds) % 60];
  return `${seconds < 0 ? '-' : '+'}${minutes}:${String(rest).padStart(2, '0')}`;
}

const largest = (values: readonly unknown[]): number =>
  Math.max(0, ...values.filter((value) => typeof value === 'number'));

const seconds = (count: number) => (count < 120 ? `${count} s` : `${Math.round(count / 60)} min`);

/** What is foreseen to run out, in the order of what comes first. */
const foreseen = ({ forecasts }: Snapshot): readonly string[] =>
  forecasts.map(({ signal, target, labels, value, limit, seconds_left, points, window_seconds }) => {
    const which = labels === undefined ? target : `${target} ${Object.values(labels).join(' ')}`;
    const figure = (n: number) => n.toFixed(n < 100 ? 1 : 0);
    return `${signal} of ${which} goes from ${figure(value)} to ${figure(limit)} in ${seconds(seconds_left)}, by ${points} points in ${window_seconds} s`;
  });

/** How full everything is, in one line. */
function figures({ database, docket, services, redis }: Snapshot): string {
  const [valkey] = redis;
  const mebibytes = (bytes: number | null | undefined) =>
    bytes == null ? '?' : (bytes / MEBIBYTE).toFixed(1);
  return [
    `${database.blocked_sessions ?? '?'} sessions wait for a lock`,
    `${docket.pending_tasks ?? '?'} tasks in docket`,
    `${largest(services.consumer.map((c) => c.details.lag))} events unread`,
    `Redis ${mebibytes(valkey?.memory_used_bytes)} of ${mebibytes(valkey?.memory_limit_bytes)} MiB`,
  ].join(', ');
}

const alarming = ({ findings }: Snapshot) => findings.filter((f) => f.severity !== 'info');

/** What is seen that was not seen the round before, and what no longer is. */
function news({ snapshot }: Moment, before: Moment | undefined, paint: Paint): readonly string[] {
  const was = before === undefined ? [] : alarming(before.snapshot);
  const is = alarming(snapshot);
  const has = (all: typeof is, key: string) => all.some((f) => findingKey(f) === key);
  const root = (s: Snapshot | undefined) =>
    s?.root_cause ? `${s.root_cause.finding}@${s.root_cause.target}` : null;
  const cause = snapshot.root_cause;
  return [
    ...is
      .filter((f) => !has(was, findingKey(f)))
      .map((f) => {
        const from = f.caused_by === undefined ? '' : `, follows from ${f.caused_by}`;
        return `${paint('yellow', 'seen')}   ${f.title} (${findingKey(f)}${from}): ${f.evidence[0]?.text ?? ''}`;
      }),
    ...was
      .filter((f) => !has(is, findingKey(f)))
      .map((f) => `${paint('green', 'gone')}   ${f.title} (${findingKey(f)})`),
    ...(cause !== null && root(snapshot) !== root(before?.snapshot)
      ? [`${paint('bold', 'root')}   ${cause.title} (${root(snapshot)})`]
      : []),
  ];
}

/** The message as it leaves, set off from what surrounds it. */
function letter(change: IncidentChange, paint: Paint): readonly string[] {
  const { subject, text } = letterOf(change);
  const bar = paint(change.kind === 'recovered' ? 'green' : 'red', '|');
  return [
    paint('bold', `An alert leaves (${change.kind}):`),
    ...[subject, '', ...text.split('\n')].map((line) => `${bar} ${line}`),
  ];
}

const bustle = ({ polls, events }: Bustle): string =>
  `${polls} polls of work pools and ${events} events of task runs`;

/** The whole replay as a timeline for people; times count from when the tables were locked. */
export function story({ lockedAt, releasedAt, moments }: Replay, paint: Paint): string {
  const titleOf: Readonly<Record<Moment['act'], readonly [at: string, text: string]>> = {
    before: [moments[0]?.at ?? lockedAt, `Every ${ROUND_SECONDS} s: a round of probes, ${bustle(USUAL)}.`],
    locked: [lockedAt, `A session named ${HOLDER} locks the tables of flow runs, task runs and work queues.`],
    after: [releasedAt, `The session lets go. From now on ${bustle(LITTLE)} a round.`],
  };
  const lines = moments.flatMap((moment, index) => {
    const before = moments[index - 1];
    const [since, text] = titleOf[moment.act];
    const title =
      before?.act === moment.act ? [] : ['', `${clock(since, lockedAt).padEnd(8)}  ${paint('bold', text)}`];
    const refused = moment.unfulfilled === 0 ? '' : `, ${moment.unfulfilled} requests not fulfilled`;
    return [
      ...title,
      `${clock(moment.at, lockedAt).padEnd(8)}  round ${moment.number}: ${figures(moment.snapshot)}${refused}`,
      ...[
        ...news(moment, before, paint),
        ...foreseen(moment.snapshot).map((line) => `${paint('cyan', 'ahead')}  ${line}`),
        ...moment.changes.flatMap((c) => letter(c, paint)),
      ].map((line) => `${INDENT}${line}`.trimEnd()),
    ];
  });
  return lines.join('\n').trimStart();
}
