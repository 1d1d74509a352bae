import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { clusterAt } from '../../../lib/probe/kubernetes/access/cluster.ts';
import { eksEndpoint, eksToken } from '../../../lib/probe/kubernetes/access/eks.ts';
import { faultOf, KubernetesApi } from '../../parts/kubernetes-api.ts';
import { node, pod } from '../../parts/kubernetes-objects.ts';
import { AWS_KEYS, lookAt, PATHS, saidOf, serve, serveHealthy } from './watching.ts';

let api: KubernetesApi;

beforeAll(async () => {
  for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
  api = await KubernetesApi.start();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});
beforeEach(() => serveHealthy(api));
afterEach(() => expect(api.strange).toEqual([]));

const clusterFor = async () => clusterAt(eksEndpoint(api.access, await eksToken(api.access)));

describe('permissions', () => {
  it.each([
    ['nodes', 'kubernetes.nodes', 'kubernetes.pods'],
    ['pods', 'kubernetes.pods', 'kubernetes.nodes'],
    ['deployments', 'kubernetes.workloads', 'kubernetes.pods'],
    ['nodeMetrics', 'kubernetes.nodes.cpu.highest_percent', 'kubernetes.nodes'],
  ] as const)('that lack for %s cost what is read of it, and nothing else', async (what, lost, kept) => {
    api.refuse(PATHS[what], 403, 'Forbidden');
    const report = await lookAt(api);
    expect(saidOf(report, lost)).toBe('permission');
    expect(saidOf(report, kept)).toEqual(expect.any(Number));
    expect(JSON.stringify(report)).not.toContain('secret-');
  });
});

describe('a list in pages', () => {
  const twoThousand = Array.from({ length: 2_000 }, (_, i) => pod(`pod-${i}`));

  it('is read to its end: 2,000 pods in eight requests, 300 nodes in two', async () => {
    serve(api, 'pods', twoThousand);
    serve(
      api,
      'nodes',
      Array.from({ length: 300 }, (_, i) => node(`node-${i}`)),
    );
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.pods')).toBe(2_000);
    expect(saidOf(report, 'kubernetes.nodes')).toBe(300);
    expect(api.requests.filter((url) => url.pathname === PATHS.pods)).toHaveLength(8);
    expect(api.requests.filter((url) => url.pathname === PATHS.nodes)).toHaveLength(2);
    expect(api.requests.length).toBeLessThan(30);
  });

  it('comes whole where the API server makes no pages from its cache', async () => {
    api.list(PATHS.pods, { kind: 'PodList', apiVersion: 'v1', items: twoThousand }, false);
    expect(saidOf(await lookAt(api), 'kubernetes.pods')).toBe(2_000);
  });

  it('is read again from its beginning when it expires on the way', async () => {
    let expired = 0;
    const again = Array.from({ length: 300 }, (_, i) => pod(`pod-${i}`));
    serve(api, 'pods', again);
    api.instead(PATHS.pods, (request, response, usual) => {
      if (request.searchParams.has('continue') && expired++ === 0)
        return api.status(response, 410, 'Expired');
      return usual(request, response);
    });
    expect(saidOf(await lookAt(api), 'kubernetes.pods')).toBe(300);
    expect(expired).toBeGreaterThan(0);
  });

  it('that expires every time is not known', async () => {
    serve(api, 'pods', twoThousand);
    api.instead(PATHS.pods, (request, response, usual) =>
      request.searchParams.has('continue') ? api.status(response, 410, 'Expired') : usual(request, response),
    );
    expect(saidOf(await lookAt(api), 'kubernetes.pods')).toBe('failed');
    expect(api.requests.filter((url) => url.pathname === PATHS.pods)).toHaveLength(4);
  });

  it('that is too long to look at is not counted in part', async () => {
    serve(
      api,
      'pods',
      Array.from({ length: 5_001 }, (_, i) => pod(`pod-${i}`)),
    );
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.pods')).toBe('failed');
    expect(saidOf(report, 'kubernetes.nodes')).toBe(3);
  });
});

describe('an answer', () => {
  it.each([
    ['broken JSON', '{"kind":"PodList","items":[{'],
    ['a list that is none', '{"kind":"PodList","items":7}'],
    ['not JSON', '<html>login</html>'],
    ['nothing at all', '{}'],
  ])('of %s makes what was asked unknown', async (what, body) => {
    const type = what === 'not JSON' ? 'text/html' : 'application/json';
    api.on(PATHS.pods, (_, response) => void response.writeHead(200, { 'content-type': type }).end(body));
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.pods')).toBe('protocol');
    expect(saidOf(report, 'kubernetes.nodes')).toBe(3);
  });

  it('with quantities that are no numbers makes the nodes unknown', async () => {
    serve(api, 'nodes', [node('node-1', { cpu: 'many' })]);
    expect(saidOf(await lookAt(api), 'kubernetes.nodes')).toBe('invalid');
  });

  it('that redirects is not followed', async () => {
    api.on(PATHS.pods, (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end());
    expect(saidOf(await lookAt(api), 'kubernetes.pods')).toBe('protocol');
  });

  it('that breaks off makes what was asked unknown, and the next is asked all the same', async () => {
    api.on(PATHS.nodes, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"kind"');
      response.destroy();
    });
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.nodes')).toBe('protocol');
    expect(saidOf(report, 'kubernetes.pods')).toBe(3);
  });

  it('that does not come is given up on, and the rest is read over a new connection', async () => {
    api.on(PATHS.nodes, () => {});
    const report = await lookAt(api, { budget: { openMs: 3_000, collectorMs: 300, totalMs: 15_000 } });
    expect(saidOf(report, 'kubernetes.nodes')).toBe('timeout');
    expect(saidOf(report, 'kubernetes.pods')).toBe(3);
  });

  it('from a server whose certificate is of another authority is not listened to', async () => {
    const other = await KubernetesApi.start();
    try {
      const { certificateAuthority } = other.access;
      const report = await lookAt(api, { input: { access: { ...api.access, certificateAuthority } } });
      expect(saidOf(report, 'kubernetes.up')).toBe('tls');
      expect(api.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe('nothing that answers', () => {
  it('is an API server that is down', async () => {
    const gone = await KubernetesApi.start();
    const { access } = gone;
    await gone.close();
    expect(saidOf(await lookAt(api, { input: { access } }), 'kubernetes.up')).toBe(0);
  });
});

describe('the client', () => {
  it('streams the end of a log', async () => {
    api.text('/api/v1/namespaces/prefect/pods/server-1/log', 'one\ntwo\n');
    const cluster = await clusterFor();
    const request = {
      namespace: 'prefect',
      pod: 'server-1',
      container: 'main',
      sinceSeconds: 60,
      limitBytes: 9,
    };
    const log = await cluster.podLog({ ...request, timestamps: true }, new AbortController().signal);
    const chunks = await log.toArray();
    expect(Buffer.concat(chunks).toString()).toBe('one\ntwo\n');
    expect(api.requests.at(-1)?.search).toBe('?container=main&sinceSeconds=60&limitBytes=9&timestamps=true');
    cluster.destroy();
  });

  it('says that a pod is gone, and stops a log that does not end', async () => {
    const path = '/api/v1/namespaces/prefect/pods/server-1/log';
    const cluster = await clusterFor();
    const request = {
      namespace: 'prefect',
      pod: 'server-1',
      container: 'main',
      sinceSeconds: 60,
      limitBytes: 9,
    };
    api.refuse(path, 404, 'NotFound');
    const never = new AbortController();
    await expect(cluster.podLog(request, never.signal)).rejects.toMatchObject({ reason: 'missing' });

    api.on(path, (_, response) => void response.writeHead(200).write('and so on\n'));
    const log = await cluster.podLog(request, never.signal);
    await once(log, 'readable');
    never.abort();
    await expect(log.toArray()).rejects.toThrow();
    cluster.destroy();
  });

  it('cannot change anything', async () => {
    const cluster = await clusterFor();
    const deleting = (cluster.core as unknown as { deleteNode(what: object): Promise<unknown> }).deleteNode({
      name: 'node-1',
    });
    await expect(deleting).rejects.toMatchObject({ reason: 'permission' });
    expect(api.requests).toEqual([]);
    cluster.destroy();
  });
});

describe('the API server of these tests', () => {
  it('lets in only a token that EKS would', async () => {
    const now = Date.now();
    const token = await eksToken(api.access);
    const changed = (change: (url: string) => string) => {
      const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8');
      return `Bearer k8s-aws-v1.${Buffer.from(change(url)).toString('base64url')}`;
    };
    expect(faultOf(`Bearer ${token}`, now)).toBeNull();
    expect(faultOf(`Bearer ${token}`, now + 61_000)).toBe('too old');
    expect(faultOf(undefined, now)).toBe('no token of EKS');
    expect(
      faultOf(
        changed((url) => url.replace('sts.eu-central-1', 'sts.us-east-1')),
        now,
      ),
    ).toMatch(/region/);
    expect(
      faultOf(
        changed((url) => url.replace('%3Bx-k8s-aws-id', '')),
        now,
      ),
    ).toBe('for any cluster');
    expect(
      faultOf(
        changed((url) => url.replace('=60', '=600')),
        now,
      ),
    ).toBe('valid for too long');
  });
});
