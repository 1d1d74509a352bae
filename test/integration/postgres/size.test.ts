import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { autovacuum: 'off' } });
  await server.newDatabase('prefect');
});
afterAll(() => server?.stop());

describe('the size of a database', () => {
  it('grows by what is written, and its growth an hour follows from two probes', async () => {
    const target = server.target('prefect');
    const before = await look(target, ['quarter-hour']);
    await server.write(
      'prefect',
      "CREATE TABLE log AS SELECT repeat('x', 1000) FROM generate_series(1, 5000)",
    );
    const after = await look(target, ['quarter-hour'], before);
    const grown = after.value('postgres.database.bytes') - before.value('postgres.database.bytes');
    expect(grown).toBeGreaterThan(5_000_000);
    expect(after.value('postgres.database.growth_bytes_per_hour')).toBeGreaterThan(grown);
  });
});
