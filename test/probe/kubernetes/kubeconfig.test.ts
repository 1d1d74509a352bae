import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../lib/config/load.ts';
import { targetsOf } from '../../../lib/config/targets.ts';
import { probeTarget } from '../../../lib/probe/index.ts';
import { eksToken } from '../../../lib/probe/kubernetes/access/eks.ts';
import { KubernetesApi } from '../../parts/kubernetes-api.ts';
import { AWS_KEYS, saidOf, serveHealthy } from './watching.ts';

let api: KubernetesApi;
let folder: string;

beforeAll(async () => {
  for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
  folder = await mkdtemp(join(tmpdir(), 'vitals-kubeconfig-'));
  api = await KubernetesApi.start();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => serveHealthy(api));

/** A configuration with its kubeconfig beside it, as `npm run check` finds them. */
async function lookWith(kubeconfig: string) {
  await writeFile(join(folder, 'kubeconfig'), kubeconfig);
  const kubernetes = [{ access: { from: 'kubeconfig', file: './kubeconfig' } }];
  const file = join(folder, 'vitals.config.json');
  await writeFile(file, JSON.stringify({ installations: [{ name: 'production', kubernetes }] }));
  const [target] = (await loadConfig(file)).installations.flatMap(targetsOf);
  if (target === undefined) throw new Error('there is no target');
  const now = () => new Date();
  return probeTarget(target, { installation: 'production', tier: 'minute', intervalSeconds: 60, now });
}

const kubeconfig = (token: string) => `
apiVersion: v1
kind: Config
current-context: here
contexts: [{ name: here, context: { cluster: it, user: me } }]
clusters: [{ name: it, cluster: { server: "${api.access.endpoint}/", certificate-authority-data: ${api.access.certificateAuthority} } }]
users: [{ name: me, user: { token: ${token} } }]
`;

describe('a cluster by its kubeconfig', () => {
  it('is read whole', async () => {
    const report = await lookWith(kubeconfig(await eksToken(api.access)));
    expect(report.errors).toEqual([]);
    expect(saidOf(report, 'kubernetes.up')).toBe(1);
    expect(saidOf(report, 'kubernetes.pods')).toBe(3);
  });

  it('is not down when its token is old', async () => {
    const at = new Date(Date.now() - 120_000);
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'of-nobody' };
    const report = await lookWith(kubeconfig(await eksToken(api.access, { credentials, at })));
    expect(saidOf(report, 'kubernetes.up')).toBe('auth');
  });

  it('that cannot be understood is a failure to sign in, and nothing of it is told', async () => {
    const report = await lookWith('users: [{ token: hunter2');
    expect(saidOf(report, 'kubernetes.up')).toBe('auth');
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });
});
