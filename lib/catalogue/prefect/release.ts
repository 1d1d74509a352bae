/** The numbers a release starts with; a development release counts as the one it leads to. */
const numbersOf = (release: string): readonly number[] =>
  (/^\d+(\.\d+)*/.exec(release)?.[0] ?? '').split('.').map(Number);

/** Whether a release is this one or a later one, such as 3.8.4.dev6 and 3.8.4. */
export function isAtLeast(release: string, since: string): boolean {
  const [own, other] = [numbersOf(release), numbersOf(since)];
  for (const [index, number] of other.entries()) {
    const difference = (own[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
