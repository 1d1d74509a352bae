import { type Fault, shows } from '../fault.ts';
import { LOGS } from './places.ts';

const said = (signature: string, count: number) => ({ 'logs.signature': { [signature]: count } });

/** What Prefect writes of what goes wrong. */
export const OF_LOGS: readonly Fault[] = [
  shows('sign-ins fail', `auth-errors@${LOGS}`, { 'logs.auth_errors': 12 }),
  shows('services lose their database', `db-connection-errors@${LOGS}`, { 'logs.database_errors': 12 }),
  shows('queries are slow', `slow-query-warnings@${LOGS}`, { 'logs.slow_queries': 30 }),
  shows('HTTP/2 breaks', `http2-protocol-error@${LOGS}`, said('h2-protocol-error', 1)),
  shows('connections are reset', `connection-reset@${LOGS}`, said('httpx-read-error', 9)),
  shows('parameters are invalid', `invalid-parameters@${LOGS}`, said('invalid-parameters', 1)),
  shows('errors burst', `error-log-burst@${LOGS}`, { 'logs.errors': 90 }),
  shows(
    'a run cannot be submitted twice',
    `submission-timeout-pending@${LOGS}`,
    said('abort-already-pending', 1),
  ),
  shows('late runs are marked slowly', `mark-late-overrun@${LOGS}`, said('mark-late-overrun', 4)),
  shows('the observer falls behind', `observer-behind@${LOGS}`, said('observer-event-failed', 3)),
  shows('submissions fail', `submission-failed-not-crashed@${LOGS}`, said('submission-failed', 2)),
];
