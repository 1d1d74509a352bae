import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { PostgresTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Sample } from '../collector.ts';
import { isDown, type ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { tlsOptionsOf } from '../tls.ts';
import { cancelOnServer } from './cancel.ts';
import { POSTGRES_COLLECTORS } from './collectors.ts';
import { forgetPassword, passwordOf } from './password.ts';
import { type Saturation, saturationOf } from './saturation.ts';
import { classifyPostgres, survives } from './sqlstate.ts';

/** The server ends a statement of ours before the frame gives up on it, so nothing keeps running there. */
const STATEMENT_TIMEOUT_MS = 3_000;
const LOCK_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;

/** Read only, and nothing compiled: that takes longer than our statements do. */
const SESSION_OPTIONS = '-c default_transaction_read_only=on -c jit=off';

async function open(target: PostgresTarget, abort: AbortSignal) {
  const password = await passwordOf(target);
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
    if (code === '28P01') forgetPassword(target);
    throw cause;
  }
  const samples: readonly Sample[] = [
    { signal: 'postgres.up', value: 1 },
    { signal: 'postgres.connect_ms', value: performance.now() - before },
  ];
  return { connection: client, samples };
}

/** Closes the socket at once, and has what still runs on the server ended. */
function discard(client: pg.Client): void {
  client.connection.stream.destroy();
  cancelOnServer(client);
}

const NOT_ENTERED: Readonly<Partial<Record<Saturation, string>>> = {
  role: "the role's own CONNECTION LIMIT is used up: nothing is known of the others",
  unclear: 'a limit of connections is reached, and the server does not say which',
};

/**
 * A server that turns away everybody is up, and full: that is an answer. One that turns away only this role, or does
 * not say whom, has told nothing about itself.
 */
function closed(failure: ProbeFailure): readonly Sample[] {
  const saturation = saturationOf(failure);
  const detail = (saturation && NOT_ENTERED[saturation]) ?? failure.detail;
  const unknown: Unknown = { reason: failure.reason, detail };
  const connectTime: Sample = { signal: 'postgres.connect_ms', value: unknown };
  if (saturation === 'server' || saturation === 'database') {
    const full: Sample = { signal: 'postgres.connections.used_percent', value: 100 };
    return [{ signal: 'postgres.up', value: 1 }, connectTime, full];
  }
  return [{ signal: 'postgres.up', value: isDown(failure.reason) ? 0 : unknown }, connectTime];
}

export const postgresProbe: Probe<PostgresTarget, pg.Client> = {
  open,
  closed,
  signals: ['postgres.up', 'postgres.connect_ms'],
  collectors: POSTGRES_COLLECTORS,
  classify: classifyPostgres,
  survives,
  discard,
  close: (client) => client.end(),
};
