import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresLockContention } from '../../../lib/catalogue/findings/postgres-lock-contention.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { max_prepared_transactions: '2', autovacuum: 'off' } });
  await server.newDatabase('prefect');
  await server.write('prefect', 'CREATE TABLE flow_run (id int PRIMARY KEY, state text)');
  await server.write('prefect', "INSERT INTO flow_run VALUES (1, 'PENDING'), (2, 'PENDING'), (3, 'PENDING')");
});
afterAll(() => server?.stop());

/** The finding, entered as soon as anybody waits at all. */
const atOnce = { ...postgresLockContention, thresholds: { warning: { enter: 0.05, leave: 0.05 } } };

const lookNow = () => look(server.target('prefect'), ['minute']);

const take = (id: number) => `UPDATE flow_run SET state = 'RUNNING' WHERE id = ${id}`;

const whenWaiting = (sessions: number) =>
  eventually(async () => {
    const seen = await lookNow();
    expect(seen.value('postgres.blocked.sessions')).toBe(sessions);
    const verdict = judge(atOnce, seen);
    expect(verdict).not.toBeNull();
    return verdict;
  });

describe('sessions that wait for locks', () => {
  it('are found with the root of a chain of three, and free once it is ended by the command shown', async () => {
    const chain = [];
    for (const id of [1, 2, 3]) {
      const session = await server.connect('prefect', { application_name: `replica ${id}` });
      await session.query('BEGIN');
      await session.query(take(id));
      chain.push(session);
    }
    const [root, second, third] = chain;
    const last = await server.connect('prefect');
    const waiting = [second?.query(take(1)), third?.query(take(2)), last.query(take(3))];
    const [{ pid }] = (await root?.query('SELECT pg_backend_pid() AS pid'))?.rows ?? [];

    const verdict = await whenWaiting(3);
    expect(textOf(verdict)).toMatch(
      new RegExp(
        `pid ${pid}, replica 1, idle in transaction, in a transaction for \\d+ s: 3 wait behind it, 3 deep`,
      ),
    );
    // Unless told otherwise it is a warning from five seconds on.
    await eventually(async () =>
      expect(judge(postgresLockContention, await lookNow())?.severity).toBe('warning'),
    );
    await server.admin.query(verdict?.remedy?.at(-1)?.command ?? '');
    await waiting[0];
    await second?.query('COMMIT');
    await waiting[1];
    await third?.query('COMMIT');
    await waiting[2];
    const after = await lookNow();
    expect(after.value('postgres.blocked.sessions')).toBe(0);
    expect(judge(atOnce, after)).toBeNull();
  });

  it('may wait for a prepared transaction, which has no session to end', async () => {
    await server.write('prefect', `BEGIN; ${take(1)}; PREPARE TRANSACTION 'forgotten'`);
    const waiter = await server.connect('prefect');
    const waiting = waiter.query(take(1));
    const text = textOf(await whenWaiting(1));
    expect(text).toContain('a prepared transaction: 1 wait behind it');
    expect(text).not.toContain('pg_terminate_backend');
    const owner = await server.connect('prefect');
    await owner.query("ROLLBACK PREPARED 'forgotten'");
    await waiting;
    expect(judge(atOnce, await lookNow())).toBeNull();
  });
});
