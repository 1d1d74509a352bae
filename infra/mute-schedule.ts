import type { InstallationConfig } from '../lib/config/schema.ts';

type Window = InstallationConfig['maintenance'][number];

/** A maintenance window as CloudWatch's mute rules have it. Minutes are whole; an `at` is in UTC. */
export interface MuteSchedule {
  readonly expression: string;
  readonly timeZone: string;
  readonly minutes: number;
}

/** Why a window cannot be had as a mute rule. */
export interface Unsayable {
  readonly because: string;
}

const MINUTE_MS = 60_000;
const MINUTES_MAX = 15 * 24 * 60;
const DAYS: readonly string[] = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** All that CloudWatch takes in a field: no steps, no `L`, no `#`. */
const FIELD = /^(?:\*|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)?(?:,[A-Za-z0-9]+(?:-[A-Za-z0-9]+)?)*)$/;
/** croner's `L` and `W`, which would pass for names. */
const BY_THE_CALENDAR = /^(?:L|LW|\d*W|\d+L)$/i;

/** Days are counted from Sunday, which is 0 and 7. */
function dayOf(text: string): number {
  const named = DAYS.indexOf(text.toUpperCase());
  return named === -1 ? Number(text) : named;
}

/** By name and one by one: whose 1 is a Monday, and whether a range may pass Sunday, differs among crons. */
function daysOfWeek(field: string): string {
  if (field === '*') return field;
  const days = field.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(dayOf);
    const length = (to < from ? to + DAYS.length : to) - from + 1;
    return Array.from({ length }, (_, i) => DAYS[(from + i) % DAYS.length]);
  });
  return [...new Set(days)].join(',');
}

function repeated({ cron, timeZone, minutes }: Extract<Window, { cron: string }>): MuteSchedule | Unsayable {
  const fields = cron.trim().split(/\s+/);
  const [minute, hour, day, month, weekDay] = fields;
  if (fields.length !== 5 || weekDay === undefined) return { because: `"${cron}" has not five fields` };
  const strange = fields.find((f) => !FIELD.test(f) || f.split(/[,-]/).some((w) => BY_THE_CALENDAR.test(w)));
  if (strange !== undefined) {
    return { because: `of "${strange}" it knows neither steps nor signs but "*", "-" and ","` };
  }
  if (day !== '*' && weekDay !== '*') {
    return { because: `"${cron}" names days of the month and of the week: make it two windows` };
  }
  return {
    expression: `cron(${[minute, hour, day, month, daysOfWeek(weekDay)].join(' ')})`,
    timeZone,
    minutes: Math.ceil(minutes),
  };
}

/** The schedule that mutes all of a window; nothing for one that is over at `now`. */
export function muteScheduleOf(window: Window, now: Date): MuteSchedule | Unsayable | undefined {
  if ('cron' in window) return repeated(window);
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  if (to <= now.getTime()) return undefined;
  const start = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const minutes = Math.ceil((to - start) / MINUTE_MS);
  if (minutes > MINUTES_MAX) return { because: 'it mutes for fifteen days at most: make it several windows' };
  return { expression: `at(${new Date(start).toISOString().slice(0, 16)})`, timeZone: 'UTC', minutes };
}
