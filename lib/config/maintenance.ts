import { Cron } from 'croner';
import * as v from 'valibot';
import { Timestamp } from './fields.ts';

const isCron = (pattern: string): boolean => {
  try {
    new Cron(pattern, { paused: true });
    return true;
  } catch {
    return false;
  }
};
const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const Once = v.pipe(
  v.strictObject({ from: Timestamp, to: Timestamp, note: v.optional(v.string()) }),
  v.check((w) => Date.parse(w.from) < Date.parse(w.to), 'a window whose `from` is before its `to`'),
);

/** Begins whenever the clock of `timeZone` reaches `cron` and lasts `minutes`. */
const Repeated = v.strictObject({
  cron: v.pipe(v.string(), v.check(isCron, 'a cron pattern such as `0 2 * * SUN`')),
  timeZone: v.optional(v.pipe(v.string(), v.check(isTimeZone, 'a time zone such as Europe/Berlin')), 'UTC'),
  minutes: v.pipe(v.number(), v.minValue(1, 'at least a minute'), v.maxValue(7 * 24 * 60, 'a week at most')),
  note: v.optional(v.string()),
});

/** When alerts are muted, and CloudWatch's alarms do not call; what is watched goes on being judged. */
export const Maintenance = v.union([Once, Repeated], 'a window: `from` and `to`, or `cron` and `minutes`');
