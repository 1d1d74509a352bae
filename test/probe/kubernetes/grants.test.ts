import type { V1PolicyRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseConfig } from '../../../lib/config/define.ts';
import { kubernetesGrantsFor } from '../../../lib/config/kubernetes-grants.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { logsProbe } from '../../../lib/probe/logs/connection.ts';
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

type Grants = ReturnType<typeof kubernetesGrantsFor>;

/** Of a role of RBAC: the group it is made for, whatever installation and target follow. */
const groupOf = ({ metadata }: Grants[number]) => metadata?.name?.split('.')[0] ?? '';

/** What is granted to one group, each permission a line. */
const grantedTo = (grants: Grants, group: string) =>
  grants
    .filter((grant) => groupOf(grant) === group)
    .flatMap((grant) => ('rules' in grant ? (grant.rules ?? []).map((rule) => ({ grant, rule })) : []))
    .flatMap(({ grant, rule }) => linesOf(grant.metadata?.namespace ?? '', rule))
    .toSorted();
const askedOf = ({ asked }: KubernetesApi) => [...new Set(asked.map(lineOf))].toSorted();

const watched = () => ({ ...kubernetesTarget({ access: api.access, ...WATCHED }), findings: {} });
const BARE = { name: 'production', services: [] };
const [WITH_AUTH = BARE] = parseConfig({
  installations: [
    {
      name: 'production',
      kubernetes: [{ access: { from: 'kubeconfig', file: 'any' } }],
      services: [
        { name: 'auth', via: { kubernetes: 'cluster', namespace: 'prefect', service: 'auth', port: 4300 } },
      ],
    },
  ],
}).installations;

it('what the probe of Kubernetes asks of a cluster is what its group is granted: no more, and no less', async () => {
  serveHealthy(api);
  api.text(PROXY, 'up 1\n');
  const minute = await lookAt(api, { input: WATCHED });
  const quarterHour = await lookAt(api, { tier: 'quarter-hour', input: WATCHED });
  expect([...minute.errors, ...quarterHour.errors]).toEqual([]);
  expect(saidOf(minute, 'kubernetes.service.up')).toEqual({ 'prefect/auth': 1 });
  expect(askedOf(api)).toEqual(grantedTo(kubernetesGrantsFor(BARE, watched()), 'prefect-vitals-kubernetes'));
  expect(api.strange).toEqual([]);
});

it('what the probe of logs asks of it is what its group is granted: pods and their logs', async () => {
  serveHealthy(api);
  for (const name of ['server-1', 'server-2', 'scheduler-1'])
    api.text(`/api/v1/namespaces/prefect/pods/${name}/log`, '');
  const { access, namespaces, name } = watched();
  const target = { kind: 'logs', id: `logs/${name}`, name, access, namespaces } as const;
  const report = await probe(logsProbe(endpointOnEks), target, {
    installation: 'production',
    tier: 'minute',
    intervalSeconds: 60,
    now: () => new Date(),
  });
  expect(report.errors).toEqual([]);
  const granted = grantedTo(kubernetesGrantsFor(BARE, watched()), 'prefect-vitals-logs');
  expect(askedOf(api)).toEqual(granted);
  expect(granted).toEqual(['get /pods/log in prefect', 'list /pods in prefect']);
  expect(api.strange).toEqual([]);
});

it('no group is granted a Secret, a wildcard, or a verb that watches or changes anything', () => {
  const grants = kubernetesGrantsFor(WITH_AUTH, watched());
  const groups = [...new Set(grants.map(groupOf))];
  expect(groups).toEqual(['prefect-vitals-kubernetes', 'prefect-vitals-logs', 'prefect-vitals-service']);
  const granted = groups.flatMap((group) => grantedTo(grants, group));
  expect(granted.filter((line) => /secret|\*|create|update|patch|delete|watch/i.test(line))).toEqual([]);
});

it('a group is made only for a probe that reads the cluster', () => {
  const grants = kubernetesGrantsFor(BARE, { ...watched(), logs: false });
  expect([...new Set(grants.map(groupOf))]).toEqual(['prefect-vitals-kubernetes']);
});

/** Where an object of a manifest is: of two at one place the cluster keeps the one that came last. */
const placeOf = ({ kind, metadata }: Grants[number]) =>
  `${kind} ${metadata?.name} ${metadata?.namespace ?? ''}`.trim();

it('each role is bound where it stands, to the group it is named after', () => {
  const grants = kubernetesGrantsFor(WITH_AUTH, watched());
  const named = (group: string) => `${group}.production.cluster`;
  const both = (group: string, ...namespaces: readonly string[]) =>
    namespaces.flatMap((ns) => [`Role ${named(group)} ${ns}`, `RoleBinding ${named(group)} ${ns}`]);
  const wide = (group: string) => [`ClusterRole ${named(group)}`, `ClusterRoleBinding ${named(group)}`];
  expect(grants.map(placeOf)).toEqual([
    ...wide('prefect-vitals-kubernetes'),
    ...both('prefect-vitals-kubernetes', 'prefect', 'flows', 'istio-system'),
    ...both('prefect-vitals-logs', 'prefect'),
    ...wide('prefect-vitals-service'),
    ...both('prefect-vitals-service', 'prefect'),
  ]);
  for (const grant of grants) {
    if (!('roleRef' in grant)) continue;
    expect(grant.subjects).toEqual([
      { kind: 'Group', name: groupOf(grant), apiGroup: 'rbac.authorization.k8s.io' },
    ]);
    expect(grant.roleRef.name).toBe(grant.metadata?.name);
    expect(grants.map(placeOf)).toContain(placeOf({ ...grant, kind: grant.roleRef.kind }));
  }
});

it('the roles of installations and targets that share a namespace stand side by side, for the same groups', () => {
  const production = kubernetesGrantsFor(WITH_AUTH, watched());
  const staging = kubernetesGrantsFor({ ...WITH_AUTH, name: 'staging' }, watched());
  const second = kubernetesGrantsFor(BARE, { ...watched(), name: 'second' });
  const all = [...production, ...staging, ...second];
  const roles = all.filter((grant) => grant.kind === 'Role' && grant.metadata?.namespace === 'prefect');
  expect(roles.filter((role) => groupOf(role) === 'prefect-vitals-kubernetes')).toHaveLength(3);
  expect(new Set(all.map(placeOf)).size).toBe(all.length);
  expect(new Set(staging.map(groupOf))).toEqual(new Set(production.map(groupOf)));
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
