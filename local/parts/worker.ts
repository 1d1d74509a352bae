import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './places.ts';
import { clientEnvironment, type PrefectServer } from './prefect.ts';
import type { RunningPart } from './process.ts';
import type { PythonEnvironment } from './python.ts';
import type { Supervisor } from './supervisor.ts';

const FLOWS = join(ROOT, 'local', 'flows');
/** As in local/flows/deploy.py. */
const POOL = 'local';
/** Each run is a Python process of its own: more at once would slow two cores down. */
const RUNS_AT_ONCE = 3;

export interface WorkerOptions {
  readonly python: PythonEnvironment;
  readonly prefect: Pick<PrefectServer, 'apiUrl'>;
  readonly folder: string;
}

async function isOnline(apiUrl: string): Promise<boolean> {
  const response = await fetch(`${apiUrl}/work_pools/${POOL}/workers/filter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(5000),
  });
  const workers: unknown = await response.json();
  return response.ok && Array.isArray(workers) && workers.length > 0;
}

/**
 * Deploys the sample flows and starts a worker that runs them as their schedules say.
 *
 * @throws PartFailed
 */
export async function startSampleWork(
  supervisor: Supervisor,
  { python, prefect, folder }: WorkerOptions,
): Promise<RunningPart> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const env = clientEnvironment(folder, prefect.apiUrl);
  await supervisor.run({
    name: 'prefect-deployments',
    file: python.program('python'),
    args: [join(FLOWS, 'deploy.py')],
    cwd: folder,
    env,
  });
  return supervisor.start({
    name: 'prefect-worker',
    file: python.program('prefect'),
    args: ['worker', 'start', '--pool', POOL, '--name', 'sample-worker', '--limit', String(RUNS_AT_ONCE)],
    cwd: folder,
    env,
    isReady: () => isOnline(prefect.apiUrl),
    readyWithinSeconds: 60,
  });
}
