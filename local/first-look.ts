import type { Snapshot } from '../lib/model/snapshot.ts';
import type { Deployed } from './deploy.ts';
import type { Cloud } from './parts/ministack.ts';
import type { Supervisor } from './parts/supervisor.ts';
import { until } from './parts/until.ts';
import { invoke, readSnapshot, readToken } from './remote.ts';
import { schedulesOf } from './schedules.ts';

const COMPLETE_WITHIN_SECONDS = 120;

/**
 * Waits for the first complete snapshot of the first installation. Schedules fire only once a minute, so every one of
 * them is run once ahead of its time, and those of the minute once more: rates need two looks.
 */
export async function firstSnapshot(
  supervisor: Supervisor,
  cloud: Cloud,
  deployed: Deployed,
): Promise<{ readonly token: string; readonly snapshot: Snapshot }> {
  const token = await readToken(cloud, deployed);
  const schedules = await schedulesOf(deployed);
  const run = (all: typeof schedules) => Promise.all(all.map((schedule) => invoke(cloud, schedule)));
  await run(schedules);
  await run(schedules.filter((s) => s.input.includes('"tier":"minute"')));
  let snapshot: Snapshot | null = null;
  await until(
    'the first complete snapshot',
    async () => {
      snapshot = await readSnapshot(deployed, token);
      return snapshot?.monitor.complete === true;
    },
    { withinSeconds: COMPLETE_WITHIN_SECONDS, signal: supervisor.signal },
  );
  if (snapshot === null) throw new Error('there is no snapshot');
  return { token, snapshot };
}
