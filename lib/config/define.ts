import * as v from 'valibot';
import { ConfigError, type ConfigProblem } from './errors.ts';
import { type Config, type ConfigInput, ConfigSchema } from './schema.ts';

const SHOWN_CHARACTERS = 80;

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;

/** How a value is shown back: a secret written where a reference belongs must not reach a terminal or a log. */
function shown(value: unknown, path: string): string {
  if (value === undefined) return 'nothing';
  if (/passw|secret|token|credential|auth/i.test(path)) return `${kindOf(value)} (not shown)`;
  const json = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/"]*@/g, '//…@');
  return json.length > SHOWN_CHARACTERS ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json;
}

const isUnknownKey = (issue: v.BaseIssue<unknown>): boolean =>
  issue.type === 'strict_object' && issue.expected === 'never';

function allowedBy(issue: v.BaseIssue<unknown>): string {
  if (isUnknownKey(issue)) return 'no such key';
  if (issue.kind === 'schema' && issue.expected !== null) return issue.expected;
  return issue.message;
}

function problemOf(issue: v.BaseIssue<unknown>): ConfigProblem {
  const path = v.getDotPath(issue) ?? '(the configuration)';
  // What stands under a misspelt key may be anything, a password included: only its kind is told.
  const found = isUnknownKey(issue) ? kindOf(issue.path?.at(-1)?.value) : shown(issue.input, path);
  return { path, found, allowed: allowedBy(issue) };
}

/** @throws ConfigError that lists everything wrong at once. */
export function parseConfig(input: unknown): Config {
  const result = v.safeParse(ConfigSchema, input, { abortEarly: false, abortPipeEarly: true });
  if (!result.success) throw new ConfigError(result.issues.map(problemOf));
  return result.output;
}

/**
 * What `vitals.config.ts` exports. Typed where it is written, checked when it is read.
 *
 * @example export default defineConfig({ installations: [{ name: 'production', postgres: [...] }] });
 * @throws ConfigError that lists everything wrong at once.
 */
export const defineConfig = (input: ConfigInput): Config => parseConfig(input);
