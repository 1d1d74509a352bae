import type { Unknown } from '../../model/unknown.ts';
import { type Classify, failureOf, type ProbeFailure } from '../failure.ts';

/** SQLSTATE classes and codes that say why there is no answer. */
const KNOWN: Readonly<Record<string, ReturnType<Classify>>> = {
  '28000': ['auth', 'the role may not log in this way (28000)'],
  '28P01': ['auth', 'the password is not accepted (28P01)'],
  '3D000': ['missing', 'there is no such database (3D000)'],
  '42501': ['permission', 'the role may not read this (42501)'],
  '42P01': ['missing', 'there is no such table (42P01)'],
  '42703': ['missing', 'there is no such column (42703)'],
  '0A000': ['missing', 'the server does not offer this (0A000)'],
  '42704': ['missing', 'there is no such object (42704)'],
  '42883': ['missing', 'there is no such function (42883)'],
  '53300': ['saturated', 'a limit of connections is reached (53300)'],
  '55000': ['missing', 'the server is not set up for this (55000)'],
  '55P03': ['timeout', 'a lock was not granted in time (55P03)'],
  '57014': ['timeout', 'the statement was cancelled at its time limit (57014)'],
  '57P01': ['refused', 'the server is shutting down (57P01)'],
  '57P03': ['refused', 'the server is starting up or shutting down (57P03)'],
};

/** Unlike the codes of Node's sockets, every one of them has a digit. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** SQLSTATEs after which the session is gone: broken, ended by an administrator, or by one of its own timeouts. */
const ENDS_SESSION = /^(08|57P|25P03)/;

export const classifyPostgres: Classify = (error) => {
  const byState = typeof error.code === 'string' ? KNOWN[error.code] : undefined;
  if (byState !== undefined) return byState;
  if (error.message.includes('does not support SSL')) return ['tls', 'the server does not speak TLS'];
  if (/timeout expired|timeout exceeded/i.test(error.message)) return ['timeout', 'no answer in time'];
  if (/terminated unexpectedly|not queryable/i.test(error.message)) {
    return ['protocol', 'the server closed the connection'];
  }
  if (/invalid response|Received unexpected/i.test(error.message)) {
    return ['protocol', 'what answers does not speak the PostgreSQL protocol'];
  }
  if (/SASL|password must be a string/i.test(error.message))
    return ['auth', 'no password, or the wrong kind, was given'];
  return undefined;
};

/** A statement the server itself refused or ended leaves the session as it was. */
export function survives({ reason, cause }: ProbeFailure): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string' && SQLSTATE.test(code)) return !ENDS_SESSION.test(code);
  return reason !== 'timeout' && reason !== 'protocol' && reason !== 'refused';
}

/**
 * What a statement brings, or why it brings nothing where a collector can do without it.
 *
 * @throws whatever cost the session as well: nothing more can be asked on it.
 */
export async function orUnknown<T>(statement: Promise<T>): Promise<T | Unknown> {
  try {
    return await statement;
  } catch (error) {
    const failure = failureOf(error, classifyPostgres);
    if (!survives(failure)) throw error;
    return { reason: failure.reason, detail: failure.detail };
  }
}

export const isUnknown = <T extends object | number>(value: T | Unknown): value is Unknown =>
  typeof value === 'object' && 'reason' in value;
