import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { type Finding, findingKey } from '../model/finding.ts';

/** What an address asks for; null where it leaves that open. */
export interface Route {
  readonly installation: string | null;
  /** A finding's id or, where several targets have it, `id@target`. */
  readonly finding: string | null;
}

/** `#/findings/redis-down`, `#/installations/staging`, or one after the other. */
const ADDRESS = /^#(?:\/installations\/([^/]+))?(?:\/findings\/(.+))?$/;

function decoded(part: string | undefined): string | null {
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The route that the part of an address after `#` names. */
export function routeIn(hash: string): Route {
  const [, installation, finding] = ADDRESS.exec(hash) ?? [];
  return { installation: decoded(installation), finding: decoded(finding) };
}

/** The other way round. */
export function hashOf({ installation, finding }: Route): string {
  const steps = [
    ...(installation === null ? [] : ['installations', installation]),
    ...(finding === null ? [] : ['findings', finding]),
  ];
  return `#/${steps.map(encodeURIComponent).join('/')}`;
}

export const isNamed = (finding: Finding, named: string | null): boolean =>
  named !== null && (finding.id === named || findingKey(finding) === named);

/** What the address names now; it follows links, Back and Forward. */
export function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return routeIn(hash);
}

/** The installation that links have to name: null where only one is watched. */
export const LinkedInstallation = createContext<string | null>(null);

/** Links to findings by their keys, good for passing on: they lead to the installation shown. */
export function useLinkToKey(): (key: string) => string {
  const installation = useContext(LinkedInstallation);
  return (finding) => hashOf({ installation, finding });
}
