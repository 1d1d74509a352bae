import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresIdleInTransaction } from '../../../lib/catalogue/findings/postgres-idle-in-transaction.ts';
import { postgresLongTransaction } from '../../../lib/catalogue/findings/postgres-long-transaction.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer();
  await server.newDatabase('prefect');
});
afterAll(() => server?.stop());

/** The finding with thresholds a test can reach without waiting for minutes. */
const sooner = <T extends object>(finding: T, seconds: number): T => ({
  ...finding,
  thresholds: { warning: { enter: seconds, leave: seconds } },
});

describe('a transaction left idle', () => {
  it('is found with its pid and role, and gone once it is ended by the command shown', async () => {
    await server.admin.query(`CREATE ROLE "Some ""one" LOGIN PASSWORD 'x'`);
    const session = await server.connect('prefect', {
      user: 'Some "one',
      password: 'x',
      application_name: 'forgetful',
    });
    const [{ pid }] = (await session.query('SELECT pg_backend_pid() AS pid')).rows;
    await session.query('BEGIN; SELECT 1');

    const finding = sooner(postgresIdleInTransaction, 0.2);
    const verdict = await eventually(async () => {
      const found = judge(finding, await look(server.target('prefect'), ['minute']));
      expect(found).not.toBeNull();
      return found;
    });
    expect(textOf(verdict)).toContain(`pid ${pid}, role Some "one, application forgetful, from 127.0.0.1`);
    const commands = verdict?.remedy?.flatMap((r) => r.command ?? []) ?? [];
    expect(commands).toContain(`SELECT pg_terminate_backend(${pid});`);
    for (const command of commands) await server.admin.query(command);

    await eventually(async () =>
      expect(judge(finding, await look(server.target('prefect'), ['minute']))).toBeNull(),
    );
    const { rows } = await server.admin.query("SELECT rolconfig FROM pg_roles WHERE rolname = 'Some \"one'");
    expect(rows[0].rolconfig).toEqual(['idle_in_transaction_session_timeout=60s']);
  });
});

describe('a transaction open for long', () => {
  it('is found while it works, and its statement can be cancelled by the command shown', async () => {
    const session = await server.connect('prefect', { application_name: 'nightly dump' });
    const working = session.query('SELECT pg_sleep(600)').catch((error) => error);

    const finding = sooner(postgresLongTransaction, 0.2);
    const seen = await eventually(async () => {
      const now = await look(server.target('prefect'), ['minute']);
      expect(judge(finding, now)).not.toBeNull();
      return now;
    });
    expect(seen.value('postgres.query.longest_seconds')).toBeGreaterThan(0.2);
    expect(judge(postgresLongTransaction, seen)).toBeNull();
    const verdict = judge(finding, seen);
    expect(textOf(verdict)).toContain('application nightly dump');
    const cancel = verdict?.remedy?.find((r) => r.command?.includes('pg_cancel_backend'))?.command ?? '';
    await server.admin.query(cancel);
    expect(await working).toMatchObject({ code: '57014' });

    await eventually(async () =>
      expect(judge(finding, await look(server.target('prefect'), ['minute']))).toBeNull(),
    );
  });

  it('is none of another database, of the probe, or of a worker of the server', async () => {
    const elsewhere = await server.newDatabase('elsewhere');
    await elsewhere.query('BEGIN; SELECT 1');
    const seen = await look(server.target('prefect'), ['minute']);
    expect(seen.value('postgres.transaction.oldest_seconds')).toBe(0);
    expect(seen.value('postgres.transaction.oldest_idle_seconds')).toBe(0);
    expect(seen.value('postgres.query.longest_seconds')).toBe(0);
  });
});

describe('sessions of others', () => {
  it('are unknown, not idle, to a role that may not look into them', async () => {
    await server.admin.query("CREATE ROLE nosy LOGIN PASSWORD 'a password for a test'");
    await server.connect('prefect');
    const seen = await look(server.target('prefect', { user: 'nosy' }), ['minute']);
    expect(seen.unknown('postgres.transaction.oldest_seconds')).toBe('permission');
    expect(seen.unknown('postgres.clients.busiest')).toBe('permission');
    expect(seen.unknown('postgres.connections.active')).toBe('permission');
    expect(seen.value('postgres.connections.total')).toBeGreaterThan(1);
    await server.admin.query('GRANT pg_monitor TO nosy');
    const sighted = await look(server.target('prefect', { user: 'nosy' }), ['minute']);
    expect(sighted.value('postgres.transaction.oldest_seconds')).toBe(0);
    expect(sighted.value('postgres.clients.busiest')).toBeGreaterThan(0);
  });
});
