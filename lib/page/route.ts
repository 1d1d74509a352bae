import { useEffect, useState } from 'preact/hooks';
import { type Finding, findingKey } from '../model/finding.ts';

const FINDING = /^#\/findings\/(.+)$/;

/** The finding that an address names, by its id or, where several targets have it, by `id@target`. */
export function findingIn(hash: string): string | null {
  const [, named] = FINDING.exec(hash) ?? [];
  if (named === undefined) return null;
  try {
    return decodeURIComponent(named);
  } catch {
    return null;
  }
}

export const linkTo = (finding: Pick<Finding, 'id' | 'target'>): string =>
  `#/findings/${encodeURIComponent(findingKey(finding))}`;
export const linkToKey = (key: string): string => `#/findings/${encodeURIComponent(key)}`;

export const isNamed = (finding: Finding, named: string | null): boolean =>
  named !== null && (finding.id === named || findingKey(finding) === named);

/** What the address names now; it follows links, Back and Forward. */
export function useNamedFinding(): string | null {
  const [named, setNamed] = useState(() => findingIn(location.hash));
  useEffect(() => {
    const changed = () => setNamed(findingIn(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return named;
}
