import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../../lib/config/define.ts';
import { kubernetesGrantsFor } from '../../../lib/config/kubernetes-grants.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { targetsOf } from '../../../lib/config/targets.ts';
import { proxiedThrough } from '../../../lib/config/via.ts';
import type { Report } from '../../../lib/model/report.ts';
import { type Budget, probe } from '../../../lib/probe/frame.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { serviceProbeThrough } from '../../../lib/probe/service/connection.ts';
import { scrapeThroughClusters } from '../../../lib/probe/service/through-cluster.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { KubernetesApi } from '../../parts/kubernetes-api.ts';
import { AWS_KEYS } from '../kubernetes/watching.ts';

type ServiceInput = NonNullable<ConfigInput['installations'][number]['services']>[number];
const AUTH: ServiceInput = {
  name: 'auth',
  via: { kubernetes: 'prod', namespace: 'prefect', service: 'auth-api', port: 4300 },
};
const PROXY = '/api/v1/namespaces/prefect/services/auth-api%3A4300/proxy';
const METRICS = 'http_requests_total{status="200"} 90\nhttp_requests_total{status="503"} 10\n';

const serviceProbe = serviceProbeThrough(scrapeThroughClusters(endpointOnEks, { headMs: 500, livezMs: 300 }));
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

const installationWith = (service: ServiceInput, endpoint: string = api.access.endpoint) => {
  const [installation] = parseConfig({
    installations: [
      {
        name: 'production',
        services: [service],
        kubernetes: [{ name: 'prod', access: { ...api.access, endpoint } }],
      },
    ],
  }).installations;
  if (installation === undefined) throw new Error('there is no installation');
  return installation;
};

function look(service: ServiceInput = AUTH, endpoint?: string, budget?: Budget): Promise<Report> {
  const [target] = targetsOf(installationWith(service, endpoint));
  if (target?.kind !== 'service') throw new Error('there is no service');
  return probe(serviceProbe, target, {
    installation: 'production',
    tier: 'minute',
    intervalSeconds: 60,
    now: () => new Date(),
    ...(budget && { budget }),
  });
}
const said = (report: Report, signal: string) => {
  const reading = report.readings.find((r) => r.signal === signal);
  return reading?.value ?? reading?.unknown?.reason;
};

describe('a service inside a cluster', () => {
  it('is read by way of the API server, with the token of EKS and one request', async () => {
    api.text(`${PROXY}/metrics`, METRICS);
    const report = await look();
    expect(report.errors).toEqual([]);
    expect(said(report, 'service.up')).toBe(1);
    expect(said(report, 'service.answer_ms')).toBeGreaterThan(0);
    expect([said(report, 'service.requests'), said(report, 'service.requests.failed')]).toEqual([100, 10]);
    expect(api.requests.map((r) => r.pathname)).toEqual([`${PROXY}/metrics`]);
  });

  it('is asked for what the manifest grants to the group of its probe, which is granted nothing else', async () => {
    api.on(`${PROXY}/metrics`, () => {});
    api.text('/livez', 'ok');
    await look();
    const installation = installationWith(AUTH);
    const { services, kubernetes } = installation;
    const granted = kubernetes
      .flatMap((cluster) => kubernetesGrantsFor(installation, cluster))
      .filter(({ metadata }) => metadata?.name?.startsWith('prefect-vitals-service.'))
      .flatMap((grant) => ('rules' in grant ? [{ in: grant.metadata?.namespace, rules: grant.rules }] : []));
    const [proxied, livez] = api.asked;
    expect(granted).toEqual([
      { in: undefined, rules: [{ nonResourceURLs: [livez?.resource], verbs: [livez?.verb] }] },
      {
        in: proxied?.namespace,
        rules: [
          {
            apiGroups: [proxied?.group],
            resources: [proxied?.resource],
            verbs: [proxied?.verb],
            resourceNames: [proxied?.name],
          },
        ],
      },
    ]);
    expect(proxiedThrough(services, 'another')).toEqual([]);
  });

  it('may keep its metrics somewhere else, as the open-source server does', async () => {
    api.text(`${PROXY}/api/metrics`, METRICS);
    const report = await look({ ...AUTH, via: { ...AUTH.via, path: '/api/metrics' } });
    expect(said(report, 'service.requests')).toBe(100);
  });

  it.each([
    [401, 'auth'],
    [403, 'permission'],
    [404, 'missing'],
    [429, 'saturated'],
    [302, 'protocol'],
    [502, 0],
    [503, 0],
    [504, 0],
  ] as const)('says by %i of the API server whether it is up: %s', async (status, up) => {
    api.refuse(`${PROXY}/metrics`, status, 'Whatever');
    const report = await look();
    expect(said(report, 'service.up')).toBe(up);
    expect(JSON.stringify(report)).not.toContain('secret-');
  });

  it('that takes a request and says nothing is down when its API server lives', async () => {
    api.on(`${PROXY}/metrics`, () => {});
    api.text('/livez', 'ok');
    const report = await look();
    expect([said(report, 'service.up'), said(report, 'service.requests')]).toEqual([0, 'timeout']);
  });

  it('is not known, and not down, when the API server itself says nothing or is not there', async () => {
    api.on(`${PROXY}/metrics`, () => {});
    api.on('/livez', () => {});
    expect(said(await look(), 'service.up')).toBe('failed');
    const nowhere = await look(AUTH, `https://127.0.0.1:${await freePort()}`);
    expect(said(nowhere, 'service.up')).toBe('failed');
    expect(nowhere.errors[0]?.detail).toContain('API server');
  });

  it('has its connection ended when its metrics come drop by drop', async () => {
    const ended = Promise.withResolvers<void>();
    api.on(`${PROXY}/metrics`, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const drip = setInterval(() => response.write(METRICS), 20);
      response.on('close', () => {
        clearInterval(drip);
        ended.resolve();
      });
    });
    const report = await look(AUTH, undefined, { openMs: 6_000, collectorMs: 300, totalMs: 10_000 });
    expect([said(report, 'service.up'), said(report, 'service.requests')]).toEqual([1, 'timeout']);
    await ended.promise;
  });
});
