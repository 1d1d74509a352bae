import type { Tier } from '../lib/model/report.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import type { Deployed } from './deploy.ts';
import type { Cloud } from './parts/ministack.ts';
import type { Supervisor } from './parts/supervisor.ts';
import { until } from './parts/until.ts';
import { invoke, readSnapshot, readToken } from './remote.ts';
import { schedulesOf } from './schedules.ts';

const COMPLETE_WITHIN_SECONDS = 120;

/**
 * Waits for the first complete snapshot of the first installation. Schedules fire only once a minute, so all probes are
 * run ahead of their time and those of the minute once more, because rates need two looks; and each look is assessed
 * before the next, because only the latest report of a target is kept.
 */
export async function firstSnapshot(
  supervisor: Supervisor,
  cloud: Cloud,
  deployed: Deployed,
): Promise<{ readonly token: string; readonly snapshot: Snapshot }> {
  const token = await readToken(cloud, deployed);
  const schedules = await schedulesOf(deployed);
  const run = (wanted: (tier: Tier | null) => boolean) =>
    Promise.all(schedules.filter((s) => wanted(s.tier)).map((schedule) => invoke(cloud, schedule)));
  const assess = () => run((tier) => tier === null);
  await run((tier) => tier !== null);
  await assess();
  await run((tier) => tier === 'minute');
  await assess();
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
