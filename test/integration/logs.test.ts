import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { scanLog } from '../../lib/probe/logs/scan.ts';
import { freePort, LOOPBACK } from '../../local/parts/loopback.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { clientEnvironment } from '../../local/parts/prefect.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';

const folder = await mkdtemp(join(stateFolder('test'), 'own-'));
const supervisor = new Supervisor(join(folder, 'logs'));
afterAll(async () => {
  await supervisor.stopAll();
  await rm(folder, { recursive: true, force: true });
});

async function signaturesIn(file: string): Promise<readonly string[]> {
  const scan = scanLog();
  for await (const chunk of createReadStream(file)) scan.push(chunk);
  return scan.end().sightings.map((s) => s.signature);
}

it('knows what a worker of this very Prefect says when nothing answers at the address of the API', async () => {
  const python = await pythonEnvironment(supervisor, () => {});
  const logFile = join(folder, 'logs', 'worker-alone.log');
  const expected = ['worker-api-unreachable', 'events-socket-unreachable'];
  await supervisor.start({
    name: 'worker-alone',
    file: python.program('prefect'),
    args: ['worker', 'start', '--pool', 'any', '--type', 'process'],
    cwd: folder,
    env: clientEnvironment(folder, `http://${LOOPBACK}:${await freePort()}/api`),
    isReady: async () => {
      const seen = await signaturesIn(logFile);
      return expected.every((signature) => seen.includes(signature));
    },
    readyWithinSeconds: 60,
  });
  expect(await signaturesIn(logFile)).toEqual(expect.arrayContaining(expected));
});
