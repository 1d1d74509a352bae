import { STATUS_OF_SEVERITY, TWO_MINUTELY_REPORTS_SECONDS } from '../finding.ts';

/** What nearly every finding shares: two minutely reports to open, two to close, critical means error. */
export const MINUTELY = {
  pendingSeconds: TWO_MINUTELY_REPORTS_SECONDS,
  recoverySeconds: TWO_MINUTELY_REPORTS_SECONDS,
  status: STATUS_OF_SEVERITY,
} as const;

/** For what changes slowly and is read rarely: one report is enough either way. */
export const IN_ONE_REPORT = {
  pendingSeconds: 0,
  recoverySeconds: 0,
  status: STATUS_OF_SEVERITY,
} as const;
