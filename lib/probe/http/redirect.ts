import type { Answer } from './ask.ts';

export type RedirectsTo = 'the same host' | 'another host' | 'nowhere';

/** Where an answer would send a client that follows; null when it sends nobody on. */
export function redirectOf({ status, location }: Answer, askedUrl: string): RedirectsTo | null {
  if (status < 300 || status >= 400) return null;
  if (location === '' || !URL.canParse(location, askedUrl)) return 'nowhere';
  return new URL(location, askedUrl).host === new URL(askedUrl).host ? 'the same host' : 'another host';
}
