import { join } from 'node:path';
import { execa } from 'execa';
import { freePort, LOOPBACK } from '../../../local/parts/loopback.ts';
import { stateFolder } from '../../../local/parts/places.ts';
import { pythonEnvironment } from '../../../local/parts/python.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';

const HERE = import.meta.dirname;

const environment = (supervisor: Supervisor) => pythonEnvironment(supervisor, () => {});

/** Runs one of the scripts beside this file, with JSON in and JSON out. */
export async function runScript(script: string, input: unknown): Promise<unknown> {
  const python = await environment(new Supervisor(stateFolder('test', 'service', 'logs')));
  const { stdout } = await execa(python.program('python'), [join(HERE, script)], {
    input: JSON.stringify(input),
  });
  return JSON.parse(stdout);
}

/** The service of app.py, until the supervisor stops everything. Its address ends with its port. */
export async function startService(supervisor: Supervisor, port?: number): Promise<string> {
  const python = await environment(supervisor);
  const chosen = port ?? (await freePort());
  const url = `http://${LOOPBACK}:${chosen}`;
  await supervisor.start({
    name: 'service',
    file: python.program('uvicorn'),
    args: ['app:app', '--host', LOOPBACK, '--port', String(chosen), '--log-level', 'warning'],
    cwd: HERE,
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    isReady: async () => (await fetch(`${url}/ok`)).ok,
    readyWithinSeconds: 60,
  });
  return url;
}
