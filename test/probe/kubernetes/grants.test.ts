import type { V1PolicyRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { kubernetesGrantsFor } from '../../../lib/config/kubernetes-grants.ts';
import { clusterAt } from '../../../lib/probe/kubernetes/access/cluster.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { type Asked, KubernetesApi } from '../../parts/kubernetes-api.ts';
import { AWS_KEYS, EVERYTHING, kubernetesTarget, lookAt, saidOf, serveHealthy } from './watching.ts';

let api: KubernetesApi;

beforeAll(async () => {
  for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
  api = await KubernetesApi.start();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

const AUTH = { namespace: 'prefect', name: 'auth', port: 4300 };
const PROXY = '/api/v1/namespaces/prefect/services/auth%3A4300/proxy/metrics';
const WATCHED = { ...EVERYTHING, proxiedServices: [AUTH] };

/** What one rule permits, each permission a line. */
function linesOf(namespace: string, rule: V1PolicyRule): readonly string[] {
  const { apiGroups = [''], resources = [], nonResourceURLs = [], resourceNames = [''], verbs } = rule;
  return verbs.flatMap((verb) => [
    ...nonResourceURLs.map((url) => `${verb} ${url}`),
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.map((name) =>
          `${verb} ${group}/${resource} in ${namespace || 'the cluster'} ${name}`.trim(),
        ),
      ),
    ),
  ]);
}

/** The names of pods are not known beforehand, those of services are: only these can be granted by name. */
function lineOf({ verb, group, resource, namespace, name }: Asked): string {
  if (resource.startsWith('/')) return `${verb} ${resource}`;
  const named = resource === 'services/proxy' ? name : '';
  return `${verb} ${group}/${resource} in ${namespace || 'the cluster'} ${named}`.trim();
}

it('what the collectors ask of a cluster is what the manifest grants: no more, and no less', async () => {
  serveHealthy(api);
  api.text(PROXY, 'up 1\n');
  api.text('/api/v1/namespaces/prefect/pods/server-1/log', '');
  const minute = await lookAt(api, { input: WATCHED });
  const quarterHour = await lookAt(api, { tier: 'quarter-hour', input: WATCHED });
  expect([...minute.errors, ...quarterHour.errors]).toEqual([]);
  expect(saidOf(minute, 'kubernetes.service.up')).toEqual({ 'prefect/auth': 1 });

  const target = kubernetesTarget({ access: api.access, ...WATCHED });
  const cluster = clusterAt(await endpointOnEks(target));
  const log = { namespace: 'prefect', pod: 'server-1', container: 'main', sinceSeconds: 60, limitBytes: 100 };
  await (await cluster.podLog(log, new AbortController().signal)).toArray();
  cluster.destroy();

  const grants = kubernetesGrantsFor({ ...target, findings: {} });
  const granted = grants.flatMap((grant) =>
    'rules' in grant
      ? (grant.rules ?? []).flatMap((rule) => linesOf(grant.metadata?.namespace ?? '', rule))
      : [],
  );
  expect([...new Set(api.asked.map(lineOf))].sort()).toEqual([...granted].sort());
  expect(granted.filter((line) => /secret|\*|create|update|patch|delete|watch/i.test(line))).toEqual([]);
  expect(api.strange).toEqual([]);
});

it('the roles go to the group of the access entry, and each is bound where it stands', () => {
  const grants = kubernetesGrantsFor({
    ...kubernetesTarget({ access: api.access, ...WATCHED }),
    findings: {},
  });
  const placeOf = ({ kind, metadata }: (typeof grants)[number]) =>
    `${kind} ${metadata?.namespace ?? ''}`.trim();
  expect(grants.map(placeOf)).toEqual([
    'ClusterRole',
    'ClusterRoleBinding',
    ...['prefect', 'flows', 'istio-system'].flatMap((ns) => [`Role ${ns}`, `RoleBinding ${ns}`]),
  ]);
  for (const grant of grants) {
    if (!('roleRef' in grant)) continue;
    expect(grant.subjects).toEqual([
      { kind: 'Group', name: 'prefect-vitals', apiGroup: 'rbac.authorization.k8s.io' },
    ]);
    expect(grants.map(placeOf)).toContain(placeOf({ ...grant, kind: grant.roleRef.kind }));
  }
});

it('a service behind which nothing answers is down, one that may not be asked is not known', async () => {
  serveHealthy(api);
  api.refuse(PROXY, 503, 'ServiceUnavailable');
  expect(saidOf(await lookAt(api, { input: WATCHED }), 'kubernetes.service.up')).toEqual({
    'prefect/auth': 0,
  });
  api.refuse(PROXY, 403, 'Forbidden');
  const report = await lookAt(api, { input: WATCHED });
  expect(saidOf(report, 'kubernetes.service.up')).toEqual({ 'prefect/auth': 'permission' });
});
