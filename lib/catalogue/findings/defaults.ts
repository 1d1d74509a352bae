import { STATUS_OF_SEVERITY, TWO_MINUTELY_REPORTS_SECONDS } from '../finding.ts';

/** What nearly every finding shares: two minutely reports to open, two to close, critical means error. */
export const MINUTELY = {
  pendingSeconds: TWO_MINUTELY_REPORTS_SECONDS,
  recoverySeconds: TWO_MINUTELY_REPORTS_SECONDS,
  status: STATUS_OF_SEVERITY,
} as const;
