import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assess } from '../../../lib/assess/assess.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import { isLogGroup, targetsOf } from '../../../lib/config/targets.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { logsProbe } from '../../../lib/probe/logs/connection.ts';
import { KubernetesApi } from '../../parts/kubernetes-api.ts';
import { pod } from '../../parts/kubernetes-objects.ts';
import { AWS_KEYS, serve } from '../../probe/kubernetes/watching.ts';
import { fixture } from '../../probe/logs/reading.ts';
import { findingIn } from '../watcher.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, reportOf } from './prefect-look.ts';

/** Real tables, and a cluster whose worker wrote what a real client of Prefect writes when an answer comes too late. */
const prefect = ownPrefect();
let cluster: KubernetesApi;

const MINUTE_MS = 60_000;
const MINUTE_END = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const stamp = new Date(MINUTE_END - MINUTE_MS / 2).toISOString();

beforeAll(async () => {
  for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
  cluster = await KubernetesApi.start();
  serve(cluster, 'pods', [pod('worker-1')]);
  const written = fixture('read-timeout-client-3.8.8').toString().trimEnd().split('\n');
  cluster.text(
    '/api/v1/namespaces/prefect/pods/worker-1/log',
    written.map((line) => `${stamp} ${line}\n`).join(''),
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster?.close();
});

/** What is concluded of the database and of the logs of a whole minute. */
async function judged(): Promise<Finding | null> {
  const { host, port, database, user, password, tls } = prefect.target;
  const orion = { name: 'orion', host, port, database, user, tls, ...(password && { password }) };
  const [installation] = parseConfig({
    installations: [{ name: 'test', postgres: [orion], kubernetes: [{ access: cluster.access }] }],
  }).installations;
  const targets = installation === undefined ? [] : targetsOf(installation);
  const tables = targets.find((t) => t.kind === 'postgres');
  const logs = targets.find((t) => t.kind === 'logs');
  if (installation === undefined || tables === undefined || logs === undefined || isLogGroup(logs))
    throw new Error('there are no targets');
  const now = () => new Date();
  const scheduledAt = new Date(MINUTE_END + MINUTE_MS / 2);
  const visit = { installation: 'test', tier: 'minute' as const, intervalSeconds: 60, scheduledAt, now };
  const reports = [await reportOf(tables, 'minute'), await probe(logsProbe(endpointOnEks), logs, visit)];
  const asked = { installation, reports, vended: null, previous: null, now: now(), version: 'test' };
  return findingIn(assess(asked).snapshot, 'submission-timeout-pending') ?? null;
}

describe('submission-timeout-pending', () => {
  it('does not hold for requests that timed out while every run starts', async () => {
    expect(await judged()).toBeNull();
  });

  it('holds once runs are stuck PENDING as well, which it names', async () => {
    await prefect.runs(2, {
      state_type: 'PENDING',
      state_name: 'Pending',
      state_timestamp: ago('15 minutes'),
    });
    const verdict = await judged();
    expect(verdict?.severity).toBe('critical');
    expect(evidenceOf(verdict)).toContain('2 runs are stuck PENDING');
    expect(commandsOf(verdict)).toContain('prefect config set PREFECT_API_REQUEST_TIMEOUT=60');
    for (const { id } of (await prefect.client.query('SELECT id FROM flow_run')).rows)
      expect(commandsOf(verdict)).toContain(`prefect flow-run cancel ${id}`);
  });

  it('goes away once they are cancelled', async () => {
    await prefect.client.query("UPDATE flow_run SET state_type = 'CANCELLED', state_name = 'Cancelled'");
    expect(await judged()).toBeNull();
  });
});
