/** Seconds from one ISO 8601 time to another, negative when the second is the earlier one. */
export const secondsBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;

/** For sorting by time, the earliest first. */
export const byTime = (a: string, b: string): number => Date.parse(a) - Date.parse(b);
