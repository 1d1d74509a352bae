import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresDown } from '../../../lib/catalogue/findings/postgres-down.ts';
import { signalGroup } from '../../../local/parts/process.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer();
  await server.newDatabase('prefect');
});
afterAll(() => server?.stop());

const lookNow = () => look(server.target('prefect'), ['minute']);

describe('a server that was stopped', () => {
  it('is found down, every other reading is unknown, and all is well once it is started again', async () => {
    expect(judge(postgresDown, await lookNow())).toBeNull();
    await server.halt();
    const seen = await lookNow();
    expect(seen.value('postgres.up')).toBe(0);
    expect(judge(postgresDown, seen)).toMatchObject({
      severity: 'critical',
      evidence: [{ text: 'postgres/prefect does not accept sessions', signal: 'postgres.up', value: 0 }],
    });
    expect(textOf(judge(postgresDown, seen))).toContain(`pg_isready -h 127.0.0.1 -p ${server.port}`);
    expect(seen.readings.filter((r) => r.value !== null).map((r) => r.signal)).toEqual(['postgres.up']);
    expect(seen.unknown('postgres.connections.used_percent')).toBe('refused');

    await server.resume();
    const after = await lookNow();
    expect(after.value('postgres.up')).toBe(1);
    expect(judge(postgresDown, after)).toBeNull();
  });
});

describe('a server that takes connections and answers none', () => {
  it('is found down as long as it is frozen', async () => {
    signalGroup(server.group(), 'SIGSTOP');
    const seen = await lookNow().finally(() => signalGroup(server.group(), 'SIGCONT'));
    expect(seen.unknown('postgres.connect_ms')).toBe('timeout');
    expect(judge(postgresDown, seen)?.severity).toBe('critical');
    await eventually(async () => expect(judge(postgresDown, await lookNow())).toBeNull());
  });
});

describe('a server whose database is gone', () => {
  it('is not said to be down: what was asked for is missing', async () => {
    const seen = await look(server.target('dropped'), ['minute']);
    expect(seen.unknown('postgres.up')).toBe('missing');
    expect(() => judge(postgresDown, seen)).toThrow(/there is no such database/);
  });
});
