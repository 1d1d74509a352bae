import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { stateFolder } from '../../local/parts/places.ts';
import { startPostgres } from '../../local/parts/postgres.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { startSampleWork } from '../../local/parts/worker.ts';
import { PrefectAlone } from './prefect-alone.ts';

const folder = (name: string) => stateFolder('test', 'labels', name);
const supervisor = new Supervisor(folder('logs'));
let prefect: PrefectAlone;

beforeAll(async () => {
  const python = await pythonEnvironment(supervisor, () => {});
  const postgres = await startPostgres(supervisor, { folder: folder('postgres') });
  prefect = await PrefectAlone.prepare(supervisor, python, postgres, folder('prefect'));
  await prefect.run({ services: true });
  await startSampleWork(supervisor, { python, prefect, folder: folder('worker') });
});
afterAll(() => supervisor.stopAll());

interface Run {
  readonly labels: Readonly<Record<string, unknown>>;
}

/** What worker-imbalance rests on, since Prefect has no column for it. */
it('a worker writes its name and its pool into the labels of every run it takes', async () => {
  const taken = { flow_runs: { state: { type: { any_: ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED'] } } } };
  await vi.waitFor(
    async () => {
      const [run] = await prefect.post<readonly Run[]>('/flow_runs/filter', taken);
      expect(run?.labels).toMatchObject({
        'prefect.worker.name': 'sample-worker',
        'prefect.work-pool.name': 'local',
      });
    },
    { timeout: 90_000, interval: 500 },
  );
});
