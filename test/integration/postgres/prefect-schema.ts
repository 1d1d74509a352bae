import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Server } from './server.ts';

/** Makes Prefect's tables in a database, by the Prefect that PREFECT_EXECUTABLE names, else the one on the PATH. */
export async function makePrefectSchema(server: Server, database: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'vitals-prefect-'));
  const url = server.url(database).replace('postgresql:', 'postgresql+asyncpg:');
  await execa(process.env.PREFECT_EXECUTABLE ?? 'prefect', ['server', 'database', 'upgrade', '--yes'], {
    env: { PREFECT_HOME: home, PREFECT_API_DATABASE_CONNECTION_URL: url },
  });
  await rm(home, { recursive: true, force: true });
}
