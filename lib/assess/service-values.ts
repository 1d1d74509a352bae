/** A moment so many seconds after another. */
export const shifted = (at: string, seconds: number): string =>
  new Date(Date.parse(at) + seconds * 1000).toISOString();

/** To a tenth: what is read once a minute is no more exact. */
export const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 10) / 10;
