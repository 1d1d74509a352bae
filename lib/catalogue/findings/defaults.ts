import { STATUS_OF_SEVERITY, TWO_MINUTELY_REPORTS_SECONDS } from '../finding.ts';

/** What nearly every finding shares: two minutely reports to open, two to close, critical means error. */
export const MINUTELY = {
  pendingSeconds: TWO_MINUTELY_REPORTS_SECONDS,
  recoverySeconds: TWO_MINUTELY_REPORTS_SECONDS,
  status: STATUS_OF_SEVERITY,
} as const;

/** What rests on a look every quarter of an hour: it changes slowly, and one report is enough either way. */
export const QUARTER_HOURLY = { pendingSeconds: 0, recoverySeconds: 0, status: STATUS_OF_SEVERITY } as const;
