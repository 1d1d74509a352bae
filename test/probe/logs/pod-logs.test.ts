import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../../lib/config/define.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { isLogGroup, type LogsTarget, targetsOf } from '../../../lib/config/targets.ts';
import type { Report } from '../../../lib/model/report.ts';
import { ReportSchema } from '../../../lib/model/report.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { logsProbe } from '../../../lib/probe/logs/connection.ts';
import { KubernetesApi } from '../../parts/kubernetes-api.ts';
import { pod } from '../../parts/kubernetes-objects.ts';
import { AWS_KEYS, saidOf, serve } from '../kubernetes/watching.ts';
import { fixture } from './reading.ts';

type KubernetesInput = NonNullable<ConfigInput['installations'][number]['kubernetes']>[number];

let api: KubernetesApi;
beforeAll(async () => {
  for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
  api = await KubernetesApi.start();
});
beforeEach(() => api.reset());
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

/** The last whole minute, as a schedule half a minute past it sees it. */
const TO = Math.floor(Date.now() / 60_000) * 60_000;
const SCHEDULED = new Date(TO + 30_000);
const within = (second: number) => new Date(TO - 60_000 + second * 1000).toISOString();
const stamped = (text: string, second = 30) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${within(second)} ${line}\n`)
    .join('');

const logPath = (name: string, namespace = 'prefect') => `/api/v1/namespaces/${namespace}/pods/${name}/log`;

function targetOf(input: Partial<KubernetesInput> = {}): LogsTarget {
  const config = parseConfig({
    installations: [{ name: 'production', kubernetes: [{ access: api.access, ...input }] }],
  });
  const target = config.installations.flatMap(targetsOf).find((t) => t.kind === 'logs');
  if (target?.kind !== 'logs' || isLogGroup(target)) throw new Error('there is no target');
  return target;
}

async function look(input: Partial<KubernetesInput> = {}): Promise<Report> {
  const report = await probe(logsProbe(endpointOnEks), targetOf(input), {
    installation: 'production',
    tier: 'minute',
    intervalSeconds: 60,
    scheduledAt: SCHEDULED,
    now: () => new Date(),
  });
  expect(api.strange).toEqual([]);
  return v.parse(ReportSchema, report);
}

const counted = (report: Report, signature: string) =>
  report.readings.find((r) => r.signal === 'logs.signature' && r.labels?.signature === signature)?.value;

describe('the probe of logs', () => {
  it('counts what each pod says, and tells where, when and one line of it', async () => {
    serve(api, 'pods', [pod('server-1'), pod('server-2')]);
    api.text(logPath('server-1'), stamped(fixture('pool-exhausted-server-3.8.8').toString()));
    api.text(logPath('server-2'), stamped(fixture('auth-server-3.8.8').toString(), 59));
    const report = await look();
    expect(report.errors).toEqual([]);
    expect(saidOf(report, 'logs.up')).toBe(1);
    expect(saidOf(report, 'logs.containers.read')).toBe(2);
    expect(saidOf(report, 'logs.containers.unread')).toBe(0);
    expect(saidOf(report, 'logs.errors')).toBe(3);
    expect(saidOf(report, 'logs.auth_errors')).toBe(8);
    expect(saidOf(report, 'logs.database_errors')).toBe(3);
    expect(counted(report, 'db-pool-exhausted')).toBe(3);
    expect(counted(report, 'agent-stopped')).toBe(0);
    expect(report.facts.log_signatures).toContainEqual({
      signature: 'http-401',
      theme: 'auth',
      meaning: 'somebody without, or with a wrong, password or key was refused',
      count: 8,
      first: within(59),
      last: within(59),
      pods: [{ pod: 'server-2', count: 8 }],
      sample: 'uvicorn.access - 127.0.0.1:58154 - "GET /api/work_pools/local HTTP/1.1" 401',
    });
    expect(report.facts.log_window).toEqual({ from: within(0), to: within(60) });
  });

  it('asks for no more than a minute and a bounded end of it, with times', async () => {
    serve(api, 'pods', [pod('server-1')]);
    api.text(logPath('server-1'), '');
    await look({ logs: { labelSelector: 'app=prefect' } });
    const [list, log] = api.requests.map((url) => url.searchParams);
    expect(list?.get('labelSelector')).toBe('app=prefect');
    expect(log?.get('timestamps')).toBe('true');
    expect(Number(log?.get('limitBytes'))).toBe(2 * 1024 * 1024);
    const since = Number(log?.get('sinceSeconds')) * 1000;
    expect(Date.now() - since).toBeLessThanOrEqual(TO - 60_000);
  });

  it('counts nothing that was written before or after its minute', async () => {
    serve(api, 'pods', [pod('server-1')]);
    const lines = [-1, 0, 59.999, 60, 70].map((second) => stamped('Agent stopped!', second));
    api.text(logPath('server-1'), lines.join(''));
    expect(counted(await look(), 'agent-stopped')).toBe(2);
  });

  it('reads the last words of a container that was restarted', async () => {
    const lastEnd = { reason: 'Error', exitCode: 1, secondsAgo: 30 };
    serve(api, 'pods', [
      pod('server-1', { restarts: 1, lastEnd }),
      pod('old', { restarts: 1, lastEnd: { ...lastEnd, secondsAgo: 900 } }),
    ]);
    api.on(logPath('server-1'), (url, response) => {
      const isPrevious = url.searchParams.get('previous') === 'true';
      response
        .writeHead(200)
        .end(isPrevious ? stamped('RuntimeError: Service exceeded error threshold.') : '');
    });
    api.text(logPath('old'), '');
    const report = await look();
    expect(counted(report, 'loop-gave-up')).toBe(1);
    expect(saidOf(report, 'logs.containers.read')).toBe(3);
  });

  it("takes the errors of flow runs for the flows' own, but knows their signatures", async () => {
    serve(api, 'pods', [pod('run-1', { workPool: 'etl' })]);
    api.text(logPath('run-1'), stamped(fixture('invalid-parameters-flow-3.8.8').toString()));
    const report = await look();
    expect(saidOf(report, 'logs.errors')).toBe(0);
    expect(counted(report, 'invalid-parameters')).toBe(2);
    expect(report.facts.log_errors_by_pod).toEqual([]);
  });

  it('reads no log when there is none to read', async () => {
    serve(api, 'pods', [pod('waiting', { waiting: 'ImagePullBackOff' })]);
    const report = await look();
    expect(saidOf(report, 'logs.containers.read')).toBe(0);
    expect(saidOf(report, 'logs.silent')).toBe(1);
  });

  it('is not silent while a container runs, however little that says', async () => {
    serve(api, 'pods', [pod('server-1')]);
    api.text(logPath('server-1'), '');
    expect(saidOf(await look(), 'logs.silent')).toBe(0);
  });

  it('is left out where a cluster says so', () => {
    const config = parseConfig({
      installations: [{ name: 'p', kubernetes: [{ access: api.access, logs: false }] }],
    });
    expect(config.installations.flatMap(targetsOf).map((target) => target.kind)).toEqual(['kubernetes']);
  });
});

describe('the probe of logs, answered badly,', () => {
  it('loses a pod that vanished and a log that is refused, and no more', async () => {
    serve(api, 'pods', [pod('gone'), pod('refused'), pod('server-1')]);
    api.refuse(logPath('gone'), 404, 'NotFound');
    api.refuse(logPath('refused'), 400, 'BadRequest');
    api.text(logPath('server-1'), stamped('Agent stopped!'));
    const report = await look();
    expect(counted(report, 'agent-stopped')).toBe(1);
    expect(saidOf(report, 'logs.containers.read')).toBe(1);
    expect(saidOf(report, 'logs.containers.unread')).toBe(1);
  });

  it('says why when nothing may be read, and counts nothing', async () => {
    serve(api, 'pods', [pod('server-1')]);
    api.refuse(logPath('server-1'), 403, 'Forbidden');
    const report = await look();
    expect(saidOf(report, 'logs.up')).toBe(1);
    expect(saidOf(report, 'logs.errors')).toBe('permission');
    api.refuse('/api/v1/namespaces/prefect/pods', 403, 'Forbidden');
    const blind = await look();
    expect(saidOf(blind, 'logs.up')).toBe('permission');
    expect(saidOf(blind, 'logs.signature')).toBe('permission');
  });

  it('stops reading what is longer than it asked for, and says that it is cut', async () => {
    serve(api, 'pods', [pod('endless')]);
    api.on(logPath('endless'), (_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(stamped('Agent stopped!\n'.repeat(2000))));
      };
      response.on('drain', more);
      more();
    });
    const report = await look();
    expect(saidOf(report, 'logs.containers.truncated')).toBe(1);
    expect(counted(report, 'agent-stopped')).toBeGreaterThan(1000);
  });

  it('keeps what leaves small and clean, whatever a pod writes', async () => {
    const hostile = `Failed to submit flow run postgresql://prefect:hunter2@db/x \u001b]8;;http://evil\u0007 ${'A'.repeat(9000)}`;
    const pods = Array.from({ length: 60 }, (_, n) => pod(`server-${n}`));
    serve(api, 'pods', pods);
    for (const { metadata } of pods) api.text(logPath(metadata.name), stamped(hostile));
    const report = await look();
    expect(counted(report, 'submission-failed')).toBe(60);
    const text = JSON.stringify(report);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('\\u001b');
    expect(text.length).toBeLessThan(40_000);
  });

  it('reads a large cluster a few logs at a time, and leaves the rest unread', async () => {
    let open = 0;
    let most = 0;
    const pods = Array.from({ length: 450 }, (_, n) => pod(`server-${n}`));
    serve(api, 'pods', pods);
    for (const { metadata } of pods) {
      api.on(logPath(metadata.name), async (_, response) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        response.writeHead(200).end(stamped('Agent stopped!'));
      });
    }
    const report = await look();
    expect(most).toBeLessThanOrEqual(4);
    expect(saidOf(report, 'logs.containers.read')).toBe(400);
    expect(saidOf(report, 'logs.containers.unread')).toBe(50);
    expect(counted(report, 'agent-stopped')).toBe(400);
  });
});
