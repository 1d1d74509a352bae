/** What kind of trouble a line speaks of; findings and counts go by it where one signature alone says too little. */
export const THEMES = [
  'http2',
  'connection',
  'timeout',
  'auth',
  'database',
  'slow-query',
  'server',
  'docket',
  'messaging',
  'events',
  'worker',
  'submission',
  'observer',
  'parameters',
  'rate-limit',
  'noise',
] as const;
export type Theme = (typeof THEMES)[number];

/**
 * A line that was really printed stands in the fixture `from` names; `source` says that the text is the one Prefect's
 * source, or its users' reports, have. `also` are the other signatures that the same event shows.
 */
export interface Example {
  readonly text: string;
  readonly from: string;
  readonly also?: readonly string[];
}

/**
 * A text that means something, as data. `pattern` is put to an event: its message, a line break, and the line that
 * names its exception. Whatever matches contains one of `anchors`, which are searched for first. Patterns are linear:
 * every repetition is bounded and cannot run over what follows it.
 */
export interface Signature {
  readonly id: string;
  readonly theme: Theme;
  readonly pattern: RegExp;
  readonly anchors: readonly string[];
  /** The releases of Prefect that print it, when not all do: from `since` on, up to and with `until`. */
  readonly releases?: { readonly since?: string; readonly until?: string };
  readonly examples: readonly Example[];
  /** Texts much like it that mean something else. */
  readonly nearMisses: readonly string[];
  readonly meaning: string;
}

const escaped = (text: string): string => text.replace(/[.[\]()*+?^$|{}\\]/g, '\\$&');

/**
 * Matches an exception by its name: bare where it stands first in a line, as JSON records have it, else only behind
 * one of its modules. Modules that only wrap another's exception are not taken for it.
 */
export const exception = (modules: readonly string[], name: string): RegExp =>
  new RegExp(`(?:^|\\b(?:${modules.map(escaped).join('|')})\\.)${escaped(name)}\\b`, 'm');

/** Matches an exception only behind its module. */
export const exceptionOf = (module: string, name: string): RegExp =>
  new RegExp(`\\b${escaped(module)}\\.${escaped(name)}\\b`);

export const SOURCE = 'source';
