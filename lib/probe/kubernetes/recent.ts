/** What ended this long ago is still worth an alarm; ten minutes outlast a crash loop's first waits. */
const RECENT_SECONDS = 10 * 60;

export const secondsSince = (milliseconds: number): number => (Date.now() - milliseconds) / 1000;

/** Whether something happened lately; what has no time is of no known age, and counts. */
export const isRecent = (milliseconds: number): boolean => !(secondsSince(milliseconds) > RECENT_SECONDS);
