import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT, STATE } from './places.ts';
import type { Supervisor } from './supervisor.ts';

const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11'];
const OLDEST_MINOR = 11;
const REQUIREMENTS = join(ROOT, 'local', 'requirements.txt');
const FOLDER_PREFIX = 'python-';

/** Where the programs of local/requirements.txt are installed. */
export interface PythonEnvironment {
  /** Changes with every change of the requirements. */
  readonly version: string;
  /** The file of a program that a package brings, such as `prefect`. */
  program(name: string): string;
  /** Where a package's own files are. */
  packageFolder(name: string): Promise<string>;
}

/** Thrown when no usable Python is on the PATH. */
export class NoPython extends Error {
  override readonly name = 'NoPython';

  constructor(found: readonly string[]) {
    const seen = found.length === 0 ? 'none was found' : `found ${found.join('; ')}`;
    super(
      `Prefect needs Python 3.${OLDEST_MINOR} or newer with its venv module (${seen}).\n` +
        'On Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: python.org or your package manager.',
    );
  }
}

const ABOUT_PYTHON =
  'import sys, importlib.util as u; print(*sys.version_info[:2], all(map(u.find_spec, ("venv", "ensurepip"))))';

/** @throws NoPython */
export async function findPython(): Promise<string> {
  const unfit: string[] = [];
  for (const candidate of CANDIDATES) {
    const { failed, stdout } = await execa(candidate, ['-c', ABOUT_PYTHON], { reject: false });
    if (failed) continue;
    const [major, minor, canMakeEnvironments] = stdout.split(' ');
    const isNewEnough = major === '3' && Number(minor) >= OLDEST_MINOR;
    if (isNewEnough && canMakeEnvironments === 'True') return candidate;
    unfit.push(`${candidate} ${major}.${minor}${isNewEnough ? ' without venv' : ''}`);
  }
  throw new NoPython(unfit);
}

/** What pip needs of the user's settings to reach their package index. */
export function indexSettings(): Record<string, string> {
  const wanted = /^(PIP_\w+|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      wanted.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

/** The environment that stands complete in a folder. */
export function environmentIn(folder: string, version: string): PythonEnvironment {
  return {
    version,
    program: (name) => join(folder, 'bin', name),
    packageFolder: async (name) => {
      const where = `import importlib.util as u; print(u.find_spec(${JSON.stringify(name)}).submodule_search_locations[0])`;
      return (await execa(join(folder, 'bin', 'python'), ['-c', where])).stdout;
    },
  };
}

/**
 * Makes the environment at the first call after a change of local/requirements.txt, and deletes those of earlier versions.
 * `progress` is told what is being installed.
 *
 * @throws NoPython, and PartFailed when the packages cannot be installed.
 */
export async function pythonEnvironment(
  supervisor: Supervisor,
  progress: (text: string) => void,
): Promise<PythonEnvironment> {
  const requirements = await readFile(REQUIREMENTS);
  const version = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const folder = join(STATE, FOLDER_PREFIX + version);
  const complete = join(folder, 'complete');
  if (existsSync(complete) && existsSync(join(folder, 'bin', 'python')))
    return environmentIn(folder, version);

  progress('finding Python');
  const python = await findPython();
  const others = (await readdir(STATE)).filter((name) => name.startsWith(FOLDER_PREFIX));
  await Promise.all(others.map((name) => rm(join(STATE, name), { recursive: true })));

  progress('making an environment');
  await supervisor.run({ name: 'python-environment', file: python, args: ['-m', 'venv', folder] });
  await supervisor.run(
    {
      name: 'python-packages',
      file: join(folder, 'bin', 'python'),
      args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps'].concat([
        '--require-hashes',
        '--requirement',
        REQUIREMENTS,
      ]),
      env: indexSettings(),
    },
    (line) => progress(line.trim()),
  );
  await writeFile(complete, '');
  return environmentIn(folder, version);
}
