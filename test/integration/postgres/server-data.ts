import { chown, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { PostgresHome } from '../../../local/parts/postgres-home.ts';
import type { Supervisor } from '../../../local/parts/supervisor.ts';

async function give({ runAs }: PostgresHome, path: string): Promise<void> {
  if (runAs !== undefined) await chown(path, runAs.uid, runAs.gid);
}

/** Writes a file into a directory of the server, for the server alone to read. */
export async function lay(
  home: PostgresHome,
  directory: string,
  name: string,
  content: string,
): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content, { mode: 0o600 });
  await give(home, path);
  return path;
}

interface First {
  readonly user: string;
  readonly password: string;
  /** Lines put before the usual ones of pg_hba.conf. */
  readonly rules: readonly string[];
}

/** Makes the data of a new server, with its superuser. */
export async function initialise(
  supervisor: Supervisor,
  home: PostgresHome,
  { user, password, rules }: First,
): Promise<void> {
  const secret = await lay(home, home.folder, 'password', password);
  await mkdir(home.data, { mode: 0o700 });
  await give(home, home.data);
  await supervisor.run({
    name: 'initdb',
    file: home.program('initdb'),
    args: ['-D', home.data, '-U', user, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync'].concat([
      `--pwfile=${secret}`,
    ]),
    cwd: home.folder,
    as: home.runAs,
  });
  const usual = await readFile(join(home.data, 'pg_hba.conf'), 'utf8');
  await lay(home, home.data, 'pg_hba.conf', [...rules, usual].join('\n'));
}

/**
 * Makes the data of a server that follows another, out of the other's. What is written after a checkpoint the copy
 * replays from the log, as after a crash; nobody may write to it meanwhile.
 */
export async function copyOf(directory: string, home: PostgresHome): Promise<void> {
  await cp(directory, home.data, { recursive: true });
  await rm(join(home.data, 'postmaster.pid'), { force: true });
  await lay(home, home.data, 'standby.signal', '');
  const { stdout } = await execa('find', [home.data]);
  await Promise.all(stdout.split('\n').map((path) => give(home, path)));
}
