import { type Level, levelNamed } from './levels.ts';

/** How a record begins: its weight, when it says so, and its text without time and weight. */
export interface Head {
  readonly level: Level | null;
  readonly message: string;
}

/** Prefect: `08:00:00.123 | ERROR   | prefect.server - …`. */
const PREFECT = /^\d\d:\d\d:\d\d\.\d{3} \| ([A-Z]{4,8}) {0,4}\| /;
/** Uvicorn, and others of Python: `ERROR:    …`. */
const BARE = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL): {1,9}/;
/** Whatever else begins with a time, PostgreSQL and kopf among them. */
const TIMED = /^\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d/;
const WEIGHT = /\b(?:TRACE|DEBUG|LOG|NOTICE|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL|PANIC)\b/;
const WEIGHT_WITHIN_CHARACTERS = 200;

/** Null when a line begins no record of its own. */
export function headOf(line: string): Head | null {
  const first = line.charCodeAt(0);
  const isDigitOrBracket = (first >= 48 && first <= 57) || first === 91;
  if (isDigitOrBracket) {
    const prefect = PREFECT.exec(line);
    if (prefect !== null) {
      return { level: levelNamed(prefect[1] ?? ''), message: line.slice(prefect[0].length) };
    }
    if (!TIMED.test(line)) return null;
    const weight = WEIGHT.exec(line.slice(0, WEIGHT_WITHIN_CHARACTERS));
    return { level: weight === null ? null : levelNamed(weight[0]), message: line };
  }
  const bare = BARE.exec(line);
  return bare === null ? null : { level: levelNamed(bare[1] ?? ''), message: line.slice(bare[0].length) };
}
