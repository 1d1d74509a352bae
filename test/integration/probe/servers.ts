import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { stateFolder } from '../../../local/parts/places.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../local/parts/postgres.ts';
import { type PrefectOptions, type PrefectServer, startPrefect } from '../../../local/parts/prefect.ts';
import { pythonEnvironment } from '../../../local/parts/python.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';
import { startValkey, type ValkeyOptions, type ValkeyServer } from '../../../local/parts/valkey.ts';

/** Servers of one test file's own, which it may break: they end with the file, and so do their data. */
export async function ownServers() {
  const folder = await mkdtemp(join(stateFolder('test'), 'own-'));
  const supervisor = new Supervisor(join(folder, 'logs'));
  afterAll(async () => {
    await supervisor.stopAll();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    postgres: (options: Omit<PostgresOptions, 'folder'> = {}): Promise<PostgresServer> =>
      startPostgres(supervisor, { folder: join(folder, options.name ?? 'postgres'), ...options }),
    valkey: async (options: Omit<ValkeyOptions, 'folder'> = {}): Promise<ValkeyServer> =>
      startValkey(supervisor, await pythonEnvironment(supervisor, () => {}), {
        folder: join(folder, options.name ?? 'valkey'),
        ...options,
      }),
    prefect: async (options: Omit<PrefectOptions, 'folder' | 'python'>): Promise<PrefectServer> =>
      startPrefect(supervisor, {
        python: await pythonEnvironment(supervisor, () => {}),
        folder: join(folder, 'prefect'),
        ...options,
      }),
  };
}
