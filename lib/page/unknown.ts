import type { Unknown, UnknownReason } from '../model/unknown.ts';

const WORDS: Readonly<Record<UnknownReason, string>> = {
  refused: 'connection refused',
  timeout: 'no answer in time',
  dns: 'its name does not resolve',
  auth: 'the login is not accepted',
  tls: 'no trusted TLS connection',
  protocol: 'something else answers there',
  saturated: 'it takes no more connections',
  permission: 'the probe may not read this',
  missing: 'it is not there',
  invalid: 'it answered nonsense',
  failed: 'the probe failed',
  'not-configured': 'not configured',
  'not-collected': 'not collected yet',
  'needs-two-probes': 'a second probe is needed',
  'counter-reset': 'its counters were reset',
  'no-traffic': 'there was no traffic to judge by',
  stale: 'too old',
};

const isReason = (text: string): text is UnknownReason => Object.hasOwn(WORDS, text);

/** A reason in words; what is none is told as it came. */
export const reasonInWords = (reason: string): string => (isReason(reason) ? WORDS[reason] : reason);

/** The reason in words, with what the probe adds to it. */
export const whyUnknown = ({
  reason,
  detail,
}: Omit<Unknown, 'reason'> & { readonly reason: string }): string =>
  detail === '' ? reasonInWords(reason) : `${reasonInWords(reason)} (${detail})`;
