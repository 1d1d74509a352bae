import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingOverrides } from '../lib/config/finding-overrides.ts';
import { type Deployed, deploy } from './deploy.ts';
import { firstSnapshot } from './first-look.ts';
import { type Cloud, startEmulator } from './parts/ministack.ts';
import { stateFolder } from './parts/places.ts';
import type { PythonEnvironment } from './parts/python.ts';
import type { Supervisor } from './parts/supervisor.ts';
import { invoke } from './remote.ts';
import { type Sample, sampleConfig, startSample } from './sample.ts';
import { schedulesOf } from './schedules.ts';
import { keepSecret } from './secrets.ts';

/** An installation of one's own and, watching it, this app as deployed to an emulator of one's own. */
export interface Whole {
  readonly sample: Sample;
  readonly cloud: Cloud;
  readonly deployed: Deployed;
  readonly token: string;
  /** Probes and assesses now what is looked at every minute, instead of when its minute comes. */
  round(): Promise<void>;
}

/**
 * Starts all parts, deploys to them and waits for the first complete snapshot.
 *
 * @param state the name of the folder that keeps what they write
 * @param findings what is changed of the catalogue's findings
 * @throws PartFailed
 */
export async function startWhole(
  supervisor: Supervisor,
  python: PythonEnvironment,
  state: string,
  findings: FindingOverrides = {},
): Promise<Whole> {
  const [sample, cloud] = await Promise.all([
    startSample(supervisor, python, state),
    startEmulator(supervisor, python, { folder: stateFolder(state, 'ministack') }),
  ]);
  const { installations, ...rest } = sampleConfig(sample, {
    postgres: await keepSecret(cloud, 'sample-postgres', sample.prefect.database.monitor.password),
    valkey: await keepSecret(cloud, 'sample-valkey', sample.valkey.password),
  });
  const config = { ...rest, installations: installations.map((i) => ({ ...i, findings })) };
  const file = join(stateFolder(state), 'vitals.config.json');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  const deployed = await deploy(supervisor, cloud, file);
  const { token } = await firstSnapshot(supervisor, cloud, deployed);
  const schedules = await schedulesOf(deployed);
  const run = (tier: 'minute' | null) =>
    Promise.all(schedules.filter((s) => s.tier === tier).map((s) => invoke(cloud, s)));
  return {
    sample,
    cloud,
    deployed,
    token,
    round: async () => {
      await run('minute');
      await run(null);
    },
  };
}
