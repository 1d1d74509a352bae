const DAY_SECONDS = 86_400;
const ISO_DURATION =
  /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Seconds of a setting: Prefect writes some as numbers and some as ISO 8601 durations. Null for anything else. */
export function secondsOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const parts = ISO_DURATION.exec(value)?.slice(1);
  if (parts === undefined || parts.every((p) => p === undefined)) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((p) => Number(p ?? 0));
  return days * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds;
}
