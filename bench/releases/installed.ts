import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolder } from '../../local/parts/places.ts';
import {
  environmentIn,
  findPython,
  indexSettings,
  type PythonEnvironment,
} from '../../local/parts/python.ts';
import type { Supervisor } from '../../local/parts/supervisor.ts';
import type { Release } from './releases.ts';

/** The environment of one release, made at the first call: a minute and 400 MB. @throws NoPython, PartFailed */
export async function installed(
  supervisor: Supervisor,
  { prefect, requirements, dependenciesOf = prefect }: Release,
): Promise<PythonEnvironment> {
  const folder = join(stateFolder('releases'), prefect);
  const complete = join(folder, 'complete');
  const environment = environmentIn(folder, prefect.replaceAll('.', '_'));
  if (existsSync(complete)) return environment;
  await rm(folder, { recursive: true, force: true });
  const python = await findPython();
  await supervisor.run({ name: `python-${prefect}`, file: python, args: ['-m', 'venv', folder] });
  const install = (name: string, ...packages: readonly string[]) =>
    supervisor.run({
      name,
      file: environment.program('python'),
      args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...packages],
      env: indexSettings(),
    });
  await install(`packages-${prefect}`, `prefect==${dependenciesOf}`, ...requirements);
  if (dependenciesOf !== prefect) await install(`prefect-${prefect}`, '--no-deps', `prefect==${prefect}`);
  await writeFile(complete, '');
  return environment;
}
