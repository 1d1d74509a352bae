import type { Fact, Facts } from '../model/report.ts';

const TEXT_CHARACTERS_MAX = 500;
const ENTRIES_MAX = 200;
const DEPTH_MAX = 6;

/** Control, format and bidirectional characters, and lone surrogates: nothing a terminal or a chat should act on. */
const HOSTILE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;

/** Text from outside, made harmless: one line, no control characters, at most 500 characters unless told otherwise. */
export function cleanText(text: string, charactersMax: number = TEXT_CHARACTERS_MAX): string {
  const harmless = text.slice(0, charactersMax * 4).replace(HOSTILE, ' ');
  return harmless.length > charactersMax
    ? `${harmless.slice(0, charactersMax - 1).toWellFormed()}…`
    : harmless;
}

function cleanFact(fact: Fact, depth: number): Fact {
  if (typeof fact === 'string') return cleanText(fact);
  if (typeof fact === 'number') return Number.isFinite(fact) ? fact : null;
  if (fact === null || typeof fact !== 'object') return fact;
  if (depth >= DEPTH_MAX) return null;
  if (Array.isArray(fact)) return fact.slice(0, ENTRIES_MAX).map((entry) => cleanFact(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(fact)
      .slice(0, ENTRIES_MAX)
      .map(([key, value]) => [cleanText(key), cleanFact(value, depth + 1)]),
  );
}

/** Facts as they may leave a probe: texts harmless, numbers finite, nothing deep or long. */
export const cleanFacts = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([key, fact]) => [key, cleanFact(fact, 0)]));
