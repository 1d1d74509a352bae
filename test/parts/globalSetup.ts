import type { TestProject } from 'vitest/node';
import { claim } from '../../local/parts/claim.ts';
import { type Cloud, startEmulator } from '../../local/parts/ministack.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { type Sample, startSample } from '../../local/sample.ts';

/** What tests are told of the running parts: addresses and logins, but not the processes, which stay here. */
export type SharedSample = {
  readonly postgres: Omit<Sample['postgres'], 'process'>;
  readonly valkey: Omit<Sample['valkey'], 'process'>;
  readonly prefect: Omit<Sample['prefect'], 'api' | 'services' | 'startServices'>;
};

declare module 'vitest' {
  export interface ProvidedContext {
    readonly sample: SharedSample;
    readonly cloud: Cloud;
  }
}

/** Starts one PostgreSQL, Valkey, Prefect and emulator for all tests that only look. A part that is missing fails all. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await claim(stateFolder('test'));
  const supervisor = new Supervisor(stateFolder('test', 'logs'));
  try {
    const python = await pythonEnvironment(supervisor, () => {});
    const [sample, emulator] = await Promise.all([
      startSample(supervisor, python, 'test'),
      startEmulator(supervisor, python, { folder: stateFolder('test', 'ministack') }),
    ]);
    const { process: _postgres, ...postgres } = sample.postgres;
    const { process: _valkey, ...valkey } = sample.valkey;
    const { apiUrl, database } = sample.prefect;
    provide('sample', { postgres, valkey, prefect: { apiUrl, database } });
    const { endpoint, environment, folder } = emulator;
    provide('cloud', { endpoint, environment, folder });
  } catch (error) {
    await supervisor.stopAll();
    throw error;
  }
  return () => supervisor.stopAll();
}
