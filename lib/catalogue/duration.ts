const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** A time as a person says it: 45 s, 12 min, 3.5 h, 8 d. Up to twice a unit the smaller one tells more. */
export function duration(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= 2 * size) ?? ['s', 1];
  const value = seconds / size;
  return `${Number(value.toFixed(value < 10 && unit !== 's' ? 1 : 0))} ${unit}`;
}
