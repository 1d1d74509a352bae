import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Another release is tried by naming its executable. */
const PREFECT = process.env.PREFECT_COMMAND ?? 'prefect';

/** Lets a real Prefect make its tables in a database, with its own migrations. */
export async function migratePrefect(url: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'vitals-prefect-'));
  try {
    await execa(PREFECT, ['server', 'database', 'upgrade', '-y'], {
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
