const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const LOCAL_TIME = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const count = (value: number): string => NUMBER.format(value);
export const percent = (value: number): string => `${NUMBER.format(value)} %`;

export const milliseconds = (value: number): string =>
  value < 1000 ? `${NUMBER.format(value)} ms` : `${NUMBER.format(value / 1000)} s`;

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), units.length - 1);
  return `${NUMBER.format(value / 1024 ** power)} ${units[power]}`;
}

/** A length of time in its one or two largest units: `42 s`, `3 min`, `2 h 5 min`, `4 d 1 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pair = (large: number, largeUnit: string, small: number, smallUnit: string) => {
    const rest = Math.floor((whole % large) / small);
    return `${Math.floor(whole / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`;
  };
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  return whole < DAY ? pair(HOUR, 'h', MINUTE, 'min') : pair(DAY, 'd', HOUR, 'h');
}

/** Seconds from an ISO time to `now`, or null when it is not a time. */
export function secondsSince(iso: string, now: Date): number | null {
  const seconds = (now.getTime() - Date.parse(iso)) / 1000;
  return Number.isNaN(seconds) ? null : seconds;
}

export const localTime = (iso: string): string =>
  Number.isNaN(Date.parse(iso)) ? iso : LOCAL_TIME.format(new Date(iso));
