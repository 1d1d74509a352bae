/** What a record says of its own weight. */
export type Level = 'debug' | 'info' | 'warning' | 'error';

const LEVELS: Readonly<Record<string, Level>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  LOG: 'info',
  NOTICE: 'info',
  INFO: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERROR: 'error',
  ERR: 'error',
  CRITICAL: 'error',
  FATAL: 'error',
  PANIC: 'error',
};

export const levelNamed = (name: string): Level | null => LEVELS[name.toUpperCase()] ?? null;

/** Python's numbers of levels. */
export const levelNumbered = (number: number): Level =>
  number >= 40 ? 'error' : number >= 30 ? 'warning' : number >= 20 ? 'info' : 'debug';
