import type { FindingDefinition } from '../finding.ts';
import { authErrors } from './auth-errors.ts';
import { connectionReset } from './connection-reset.ts';
import { dbConnectionErrors } from './db-connection-errors.ts';
import { errorLogBurst } from './error-log-burst.ts';
import { http2ProtocolError } from './http2-protocol-error.ts';
import { invalidParameters } from './invalid-parameters.ts';
import { logSilent } from './log-silent.ts';
import { markLateOverrun } from './mark-late-overrun.ts';
import { observerBehind } from './observer-behind.ts';
import { slowQueryWarnings } from './slow-query-warnings.ts';
import { slowStatementsLogged } from './slow-statements-logged.ts';
import { submissionFailedNotCrashed } from './submission-failed-not-crashed.ts';
import { submissionTimeoutPending } from './submission-timeout-pending.ts';

/** What is concluded from the logs of Prefect's pods, and from PostgreSQL's own. */
export const LOGS_FINDINGS: readonly FindingDefinition[] = [
  http2ProtocolError,
  connectionReset,
  submissionTimeoutPending,
  authErrors,
  dbConnectionErrors,
  slowQueryWarnings,
  slowStatementsLogged,
  errorLogBurst,
  markLateOverrun,
  observerBehind,
  invalidParameters,
  submissionFailedNotCrashed,
  logSilent,
];
