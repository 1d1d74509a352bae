import type { Status } from '../../lib/model/status.ts';

/** What scripts go by: 0 healthy, 1 warning, 2 degraded or error, 3 unknown. */
export const EXIT_OF: Readonly<Record<Status, number>> = {
  healthy: 0,
  warning: 1,
  degraded: 2,
  error: 2,
  unknown: 3,
};

/** sysexits' EX_USAGE: the configuration or the command line cannot be used. */
export const EXIT_BAD_CONFIGURATION = 64;
