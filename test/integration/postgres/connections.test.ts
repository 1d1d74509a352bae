import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgresConnectionsHigh } from '../../../lib/catalogue/findings/postgres-connections-high.ts';
import { postgresDown } from '../../../lib/catalogue/findings/postgres-down.ts';
import { eventually, judge, look, type Seen, textOf } from './look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

const SESSIONS = 9;
const RESERVED = 3;

let server: Server;
const held: pg.Client[] = [];

beforeAll(async () => {
  server = await openServer({
    settings: {
      max_connections: String(SESSIONS),
      superuser_reserved_connections: String(RESERVED),
      max_wal_senders: '0',
      autovacuum: 'off',
    },
  });
  for (const role of ['app', 'probe']) {
    await server.admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
  }
  await server.admin.query('GRANT pg_monitor TO probe');
  await server.admin.query('CREATE DATABASE prefect');
});
afterAll(() => server?.stop());

async function hold(count: number, user: string): Promise<void> {
  for (let i = 0; i < count; i++) {
    held.push(await server.connect('prefect', { user, application_name: 'prefect-server' }));
  }
}

/** Ends what a test held, and waits until the server has noticed. */
async function release(): Promise<void> {
  for (const client of held.splice(0)) await client.end();
  await eventually(async () => {
    const { rows } = await server.admin.query(
      "SELECT 1 FROM pg_stat_activity WHERE usename IN ('app', 'probe')",
    );
    expect(rows).toEqual([]);
  });
}
afterEach(release);

const lookAsProbe = (): Promise<Seen> => look(server.target('prefect', { user: 'probe' }), ['minute']);

describe('connections used up to the superuser reserve', () => {
  it('are a critical finding while the server counts as up, and over once they are given back', async () => {
    await hold(SESSIONS - RESERVED - 1, 'app');
    const seen = await lookAsProbe();
    expect(seen.unknown('postgres.connections.total')).toBe('saturated');
    expect(seen.value('postgres.up')).toBe(1);
    expect(seen.value('postgres.connections.used_percent')).toBe(100);
    expect(judge(postgresDown, seen)).toBeNull();
    const verdict = judge(postgresConnectionsHigh, seen);
    expect(verdict?.severity).toBe('critical');
    expect(textOf(verdict)).toContain('the probe was turned away');

    await release();
    const after = await lookAsProbe();
    expect(after.value('postgres.connections.limit')).toBe(SESSIONS - RESERVED);
    expect(judge(postgresConnectionsHigh, after)).toBeNull();
  });

  it('are found all the same when superusers took the reserve as well', async () => {
    await hold(SESSIONS - 1, 'postgres');
    const seen = await lookAsProbe();
    expect(seen.value('postgres.up')).toBe(1);
    expect(judge(postgresConnectionsHigh, seen)?.severity).toBe('critical');
  });

  it('are named with who holds them as long as the probe still gets in', async () => {
    await hold(SESSIONS - RESERVED - 2, 'app');
    const seen = await lookAsProbe();
    expect(seen.value('postgres.clients.connections', 'prefect-server')).toBe(4);
    const verdict = judge(postgresConnectionsHigh, seen);
    expect(verdict?.severity).toBe('critical');
    expect(textOf(verdict)).toContain('6 of 6 connections in use (100.0 %)');
    expect(textOf(verdict)).toContain('4 by prefect-server as app from 127.0.0.1');
  });
});

describe("the probe's own limit", () => {
  it('says nothing about the server: neither that it is down nor that it is full', async () => {
    await server.admin.query('ALTER ROLE probe CONNECTION LIMIT 1');
    await hold(1, 'probe');
    const seen = await lookAsProbe();
    expect(seen.unknown('postgres.up')).toBe('saturated');
    expect(seen.unknown('postgres.connections.used_percent')).toBe('saturated');
    expect(() => judge(postgresDown, seen)).toThrow(/own CONNECTION LIMIT is used up/);
    await server.admin.query('ALTER ROLE probe CONNECTION LIMIT -1');
  });
});

describe('a limit below the server’s', () => {
  it('of the database shuts out everybody ordinary, so the server is up and full', async () => {
    await server.admin.query('ALTER DATABASE prefect CONNECTION LIMIT 1');
    await hold(1, 'app');
    const seen = await lookAsProbe();
    expect(seen.value('postgres.up')).toBe(1);
    expect(judge(postgresConnectionsHigh, seen)?.severity).toBe('critical');
    await server.admin.query('ALTER DATABASE prefect CONNECTION LIMIT -1');
  });

  it('of another role is seen before it is reached, although the server has room', async () => {
    await server.admin.query('ALTER ROLE app CONNECTION LIMIT 2');
    await hold(2, 'app');
    const seen = await lookAsProbe();
    expect(seen.value('postgres.connections.used_percent')).toBeLessThan(80);
    expect(seen.value('postgres.clients.limit_used_percent', 'role app')).toBe(100);
    expect(textOf(judge(postgresConnectionsHigh, seen))).toContain('role app uses 100.0 % of its own limit');
    await server.admin.query('ALTER ROLE app CONNECTION LIMIT -1');
    expect(judge(postgresConnectionsHigh, await lookAsProbe())).toBeNull();
  });
});
