import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { PostgresTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { type Classify, isDown, type ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { forget, textOf } from '../secret.ts';
import { tlsOptionsOf } from '../tls.ts';
import { connections } from './connections.ts';
import { locks } from './locks.ts';
import { prefectTables } from './prefect-tables.ts';
import { session } from './session.ts';

/** The server ends a statement of ours before the frame gives up on it, so nothing keeps running there. */
const STATEMENT_TIMEOUT_MS = 3_000;
const LOCK_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;

/** Read only, and nothing compiled: that takes longer than our statements do. */
const SESSION_OPTIONS = '-c default_transaction_read_only=on -c jit=off';

/** SQLSTATE classes and codes that say why there is no answer. */
const SQLSTATES: Readonly<Record<string, ReturnType<Classify>>> = {
  '28000': ['auth', 'the role may not log in this way (28000)'],
  '28P01': ['auth', 'the password is not accepted (28P01)'],
  '3D000': ['missing', 'there is no such database (3D000)'],
  '42501': ['permission', 'the role may not read this (42501)'],
  '42P01': ['missing', 'there is no such table (42P01)'],
  '42703': ['missing', 'there is no such column (42703)'],
  '42883': ['missing', 'there is no such function (42883)'],
  '53300': ['saturated', 'every connection is taken (53300)'],
  '55P03': ['timeout', 'a lock was not granted in time (55P03)'],
  '57014': ['timeout', 'the statement was cancelled at its time limit (57014)'],
  '57P01': ['refused', 'the server is shutting down (57P01)'],
  '57P03': ['refused', 'the server is starting up or shutting down (57P03)'],
};

export const classifyPostgres: Classify = (error) => {
  const byState = typeof error.code === 'string' ? SQLSTATES[error.code] : undefined;
  if (byState !== undefined) return byState;
  if (error.message.includes('does not support SSL')) return ['tls', 'the server does not speak TLS'];
  if (/timeout expired|timeout exceeded/i.test(error.message)) return ['timeout', 'no answer in time'];
  if (/terminated unexpectedly|invalid response|Received unexpected/i.test(error.message)) {
    return ['protocol', 'what answers does not speak the PostgreSQL protocol'];
  }
  if (/SASL|password must be a string/i.test(error.message))
    return ['auth', 'no password, or the wrong kind, was given'];
  return undefined;
};

async function open(target: PostgresTarget, abort: AbortSignal) {
  const password = target.password === undefined ? undefined : await textOf(target.password);
  const client = new pg.Client({
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    ...(password !== undefined && { password }),
    ssl: tlsOptionsOf(target.tls, target.host) ?? false,
    application_name: 'prefect-vitals',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    options: SESSION_OPTIONS,
  });
  // A connection that breaks between two statements says so here; the next statement fails and is accounted for.
  client.on('error', () => {});
  abort.addEventListener('abort', () => discard(client), { once: true });
  const before = performance.now();
  try {
    await client.connect();
  } catch (cause) {
    discard(client);
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === '28P01') forget(target.password);
    throw cause;
  }
  const samples: readonly Sample[] = [
    { signal: 'postgres.up', value: 1 },
    { signal: 'postgres.connect_ms', value: performance.now() - before },
  ];
  return { connection: client, samples };
}

/** Closes the socket at once. The server notices at its next write, and its statement timeout ends what still runs. */
function discard(client: pg.Client): void {
  client.connection.stream.destroy();
}

function closed(failure: ProbeFailure): readonly Sample[] {
  const { reason, detail } = failure;
  const connectTime: Sample = { signal: 'postgres.connect_ms', value: { reason, detail } };
  return [{ signal: 'postgres.up', value: isDown(reason) ? 0 : { reason, detail } }, connectTime];
}

export const postgresProbe: Probe<PostgresTarget, pg.Client> = {
  open,
  closed,
  signals: ['postgres.up', 'postgres.connect_ms'],
  collectors: [session, connections, locks, ...prefectTables],
  classify: classifyPostgres,
  discard,
  close: (client) => client.end(),
};
