import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import type { Report } from '../../lib/model/report.ts';
import { KubernetesApi } from '../parts/kubernetes-api.ts';
import { AWS_KEYS, EVERYTHING, lookAt, serveHealthy } from '../probe/kubernetes/watching.ts';
import { at, installation, Monitor } from './builders.ts';

export type Input = NonNullable<Parameters<typeof lookAt>[1]>['input'];

/** What was read just now, as if it had been read at another moment. */
export const movedTo = (seconds: number, report: Report): Report => ({
  ...report,
  startedAt: at(seconds),
  readings: report.readings.map((reading) => ({ ...reading, at: at(seconds) })),
});

/** A cluster for one test file: before each of its tests it is well again. */
export function servedCluster() {
  let started: KubernetesApi | undefined;
  const api = (): KubernetesApi => {
    if (started === undefined) throw new Error('the cluster is there from the first test on');
    return started;
  };
  beforeAll(async () => {
    for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
    started = await KubernetesApi.start();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await started?.close();
  });
  beforeEach(() => serveHealthy(api()));

  const monitorOf = (input: Partial<Parameters<typeof installation>[0]> = {}) =>
    new Monitor(
      installation({
        postgres: [],
        redis: [],
        prefect: [],
        kubernetes: [{ access: api().access, ...EVERYTHING, logs: false }],
        ...input,
      }),
    );

  /** What one look at the cluster as it is served comes to. */
  const assessed = async (input: Input = {}) =>
    monitorOf().look(0, movedTo(0, await lookAt(api(), { input })));

  const findingOf = async (id: string, input: Input = {}) => {
    const { snapshot } = await assessed(input);
    const found = snapshot.findings.find((f) => f.id === id);
    return (
      found && {
        ...found,
        texts: found.evidence.map((e) => e.text),
        commands: found.remedy.map((r) => r.command),
      }
    );
  };

  return { api, monitorOf, assessed, findingOf };
}
