import type { ProbeFailure } from '../failure.ts';

/**
 * Whose connections are used up: those of the whole server or of the database, and then nobody ordinary gets one; or
 * only those of the role the probe logs in as, which says nothing about anybody else. `unclear` is what a proxy or a
 * server that keeps its reasons to itself leaves us with.
 */
export type Saturation = 'server' | 'database' | 'role' | 'unclear';

/**
 * Four limits share one SQLSTATE (53300), and the message is in the server's language. The name of the function that
 * refused is neither translated nor changed from PostgreSQL 14 to 18.
 */
const REFUSED_BY: Readonly<Record<string, Saturation>> = {
  InitProcess: 'server',
  InitPostgres: 'server',
  BackendInitialize: 'server',
  ProcessStartupPacket: 'server',
  CheckMyDatabase: 'database',
  InitializeSessionUserId: 'role',
};

/** Which limit a refusal is about; undefined when it is about none. */
export function saturationOf({ reason, cause }: ProbeFailure): Saturation | undefined {
  if (reason !== 'saturated') return undefined;
  const routine = cause instanceof Error && 'routine' in cause ? cause.routine : undefined;
  return (typeof routine === 'string' ? REFUSED_BY[routine] : undefined) ?? 'unclear';
}
