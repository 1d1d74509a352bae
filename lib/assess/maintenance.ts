// Cron patterns in a time zone have summer time and leap days to get right: croner does, and has no dependencies.
import { Cron } from 'croner';
import type { InstallationConfig } from '../config/schema.ts';

type Window = InstallationConfig['maintenance'][number];

/** A repeated window holds when its pattern was last met no longer ago than it lasts. */
function holds(window: Window, now: Date): boolean {
  const at = now.getTime();
  if ('from' in window) return Date.parse(window.from) <= at && at < Date.parse(window.to);
  const { cron, timeZone, minutes } = window;
  const earliest = new Date(at - minutes * 60_000);
  const start = new Cron(cron, { paused: true, timezone: timeZone }).nextRun(earliest);
  return start !== null && start.getTime() <= at;
}

/** Whether people asked not to be told anything now. A window ends just before its end. */
export const inMaintenance = (windows: readonly Window[], now: Date): boolean =>
  windows.some((window) => holds(window, now));
