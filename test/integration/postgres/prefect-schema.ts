import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { stateFolder } from '../../../local/parts/places.ts';
import { pythonEnvironment } from '../../../local/parts/python.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';

/** The Prefect that PREFECT_COMMAND names, for trying another release, else the one this project pins. */
export async function prefectCommand(): Promise<string> {
  const named = process.env.PREFECT_COMMAND;
  if (named !== undefined) return named;
  return (await pythonEnvironment(new Supervisor(stateFolder('test', 'logs')), () => {})).program('prefect');
}

/** Lets a real Prefect make its tables in a database, with its own migrations. */
export async function migratePrefect(url: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'vitals-prefect-'));
  try {
    await execa(await prefectCommand(), ['server', 'database', 'upgrade', '--yes'], {
      env: {
        PREFECT_HOME: home,
        PREFECT_API_DATABASE_CONNECTION_URL: url.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:'),
        PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
      },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
