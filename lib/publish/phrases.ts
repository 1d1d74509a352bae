import type { Evidence } from '../model/finding.ts';
import type { ChangeKind } from '../model/incident.ts';
import type { Alert, Effect } from './alert.ts';

/** The first word people see of each kind of change. */
export const HEADLINES: Readonly<Record<ChangeKind, string>> = {
  opened: 'PROBLEM',
  escalated: 'WORSE',
  reminder: 'STILL',
  recovered: 'RECOVERED',
};

export const headlineOf = ({ kind, installation, title, target }: Alert): string =>
  `${HEADLINES[kind]} ${installation}: ${title} (${target})`;

/** 2026-11-21 02:00 UTC */
export const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** How long something lasted: 1 minute, 3 hours 20 minutes, 2 days 5 hours. */
export function lasted(from: string, to: string): string {
  const minutes = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const parts =
    days > 0
      ? [counted(days, 'day'), hours % 24 > 0 ? counted(hours % 24, 'hour') : '']
      : [hours > 0 ? counted(hours, 'hour') : '', minutes % 60 > 0 ? counted(minutes % 60, 'minute') : ''];
  return parts.filter((part) => part !== '').join(' ');
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

/** What was seen, and the value it was judged by. */
export function evidenceOf({ text, signal, value, threshold }: Evidence): string {
  if (signal === undefined || value === undefined || value === null) return text;
  const limit = threshold === undefined ? '' : `, limit ${figure(threshold)}`;
  return `${text} [${signal} = ${figure(value)}${limit}]`;
}

/** When it began, how bad it is and for how long, in a sentence or two. */
export function courseOf(alert: Alert): string {
  const { kind, since, until, severity, peak, worseThan, number } = alert;
  const length = lasted(since, until);
  switch (kind) {
    case 'recovered':
      return `Over since ${moment(until)}. It began ${moment(since)} and lasted ${length}; at its worst it was ${peak}.`;
    case 'escalated':
      return `Now ${severity}${worseThan === null ? '' : `, ${worseThan} until now`}. It began ${moment(since)}, ${length} ago.`;
    case 'reminder':
      return `Still ${severity}. It began ${moment(since)}, ${length} ago; this is the ${ordinal(number)} message about it.`;
    case 'opened':
      return `Since ${moment(since)}, for ${length}: ${severity}.`;
  }
}

function ordinal(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
}

/** What stands above the effects: what follows from a problem is over with it. */
export const effectsHeading = ({ kind }: Alert): string =>
  kind === 'recovered' ? 'What was over with it' : 'What follows from it';

/** One that may still turn out to be nothing, or is nothing any more while the incident goes on, is told to be so. */
export function effectOf(
  { title, finding, severity, isOver, isConfirmed }: Effect,
  kind: ChangeKind,
): string {
  const course = !isConfirmed ? ', not confirmed yet' : isOver && kind !== 'recovered' ? ', over' : '';
  return `${title} (${finding}, ${severity}${course})`;
}

/** How sure the root cause is; nothing when there is no doubt. */
export const doubtsOf = ({ ties, unjudged }: Alert): readonly string[] => [
  ...(ties.length > 0 ? [`As likely the root cause: ${ties.join(', ')}.`] : []),
  ...(unjudged.length > 0 ? [`May lie deeper, but could not be judged: ${unjudged.join(', ')}.`] : []),
];
