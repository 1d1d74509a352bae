import * as v from 'valibot';
import { type Level, levelNamed, levelNumbered } from './levels.ts';

/** A record that was one JSON line. */
export interface JsonRecord {
  readonly level: Level | null;
  readonly message: string;
  readonly exception: string | null;
}

const Text = v.fallback(v.optional(v.string()), undefined);
const Any = v.fallback(v.optional(v.union([v.string(), v.number()])), undefined);
const ExceptionInfo = v.object({ type: v.string(), message: v.fallback(v.string(), '') });

/** What Prefect's JSON formatter writes, and the names structlog, Google and others have for the same. */
const Line = v.object({
  name: Text,
  logger: Text,
  message: Text,
  msg: Text,
  event: Text,
  args: v.fallback(v.optional(v.array(v.unknown())), undefined),
  levelname: Text,
  severity: Text,
  level: Any,
  exc_info: v.fallback(v.optional(v.union([v.string(), ExceptionInfo])), undefined),
  exception: Text,
});

const PLACEHOLDER = /%(?:[-+ #0]{0,5}\d{0,3}(?:\.\d{1,3})?([sdrifx])|%)/g;

const shown = (arg: unknown, conversion: string): string =>
  typeof arg === 'string' ? (conversion === 'r' ? `'${arg}'` : arg) : (JSON.stringify(arg) ?? String(arg));

/** Prefect writes a message as it was before its arguments were filled in. */
function filledIn(message: string, args: readonly unknown[]): string {
  if (args.length === 0) return message;
  let next = 0;
  return message.replace(PLACEHOLDER, (placeholder, conversion: string | undefined) => {
    if (conversion === undefined) return '%';
    return next < args.length ? shown(args[next++], conversion) : placeholder;
  });
}

const lastLine = (text: string): string | null => {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  return lines.at(-1) ?? null;
};

function exceptionOf({ exc_info: info, exception }: v.InferOutput<typeof Line>): string | null {
  if (typeof info === 'object') return info.message === '' ? info.type : `${info.type}: ${info.message}`;
  const traceback = typeof info === 'string' ? info : exception;
  return traceback === undefined ? null : lastLine(traceback);
}

function levelOf({ levelname, severity, level }: v.InferOutput<typeof Line>): Level | null {
  if (typeof level === 'number') return levelNumbered(level);
  const name = levelname ?? severity ?? level;
  return name === undefined ? null : levelNamed(name);
}

/** Whether a line looks like one JSON object. */
export const isJsonLine = (line: string): boolean => line.startsWith('{') && line.trimEnd().endsWith('}');

/** What a record of weight has in it somewhere; by this it is worth being parsed. */
export const WEIGHTY = /"(?:ERROR|CRITICAL|FATAL|error|critical|fatal)"|:[45]0[,}]/;

/** Null when a line is no record in JSON. */
export function jsonRecordOf(line: string): JsonRecord | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // A line that merely looks like JSON, or was cut, is read as text.
    return null;
  }
  const result = v.safeParse(Line, parsed);
  if (!result.success) return null;
  const { name, logger, message, msg, event, args = [] } = result.output;
  const text = message ?? (msg === undefined ? event : filledIn(msg, args));
  if (text === undefined) return null;
  const who = name ?? logger;
  return {
    level: levelOf(result.output),
    message: who === undefined ? text : `${who} - ${text}`,
    exception: exceptionOf(result.output),
  };
}
