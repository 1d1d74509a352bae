import { cleanText } from '../clean.ts';

/** Long enough to know a line again by. */
const SAMPLE_CHARACTERS_MAX = 240;
const LOOKED_AT_CHARACTERS = 2_000;
const HIDDEN = '…';

/**
 * What must not leave with a sample, and what stands in its place: a login in an address, what follows the name of a
 * secret, keys that are known by their look, whatever is too long and too mixed for a word, addresses of people, and
 * the values a flow was given.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/:\/\/[^\s/@]{1,400}@/g, `://${HIDDEN}@`],
  [/\b(Bearer|Basic|Negotiate)\s{1,4}[\w.~+/=-]{4,2000}/gi, `$1 ${HIDDEN}`],
  [
    /\b([\w.-]{0,40}(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|auth[_-]?string|cookie|signature)[\w.-]{0,40}["']?\s{0,3}[:=]\s{0,3})("[^"]{0,2000}"?|'[^']{0,2000}'?|[^\s,;&"'})\]]{1,2000})/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(?:pn[ubta]_|ghp_|gho_|xox[abprs]-|sk-|AKIA|ASIA)[\w-]{8,200}/g, HIDDEN],
  [/\beyJ[\w-]{8,2000}(?:\.[\w-]{0,2000}){0,2}/g, HIDDEN],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g, HIDDEN],
  [/\b(input_value=|'input': )[^\n]{1,2000}/g, `$1${HIDDEN}`],
  [/\b(parameters: ?)[^\n]{1,2000}/gi, `$1${HIDDEN}`],
  [/(?<![\w-])(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w+=-]{40,2000}/g, HIDDEN],
];

/** A line as it may be shown: one line, harmless, without what looks like a secret, and short. */
export function sampleOf(text: string): string {
  const harmless = cleanText(
    SECRETS.reduce(
      (rest, [secret, instead]) => rest.replace(secret, instead),
      text.slice(0, LOOKED_AT_CHARACTERS),
    ),
  ).trim();
  return harmless.length > SAMPLE_CHARACTERS_MAX
    ? `${harmless.slice(0, SAMPLE_CHARACTERS_MAX - 1)}${HIDDEN}`
    : harmless;
}
