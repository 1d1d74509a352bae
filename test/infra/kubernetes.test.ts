import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/config/errors.ts';
import { permissionsOfRole } from './statements.ts';
import { BARE, plain, resourcesOf, templateOf } from './synth.ts';

const certificateAuthority = Buffer.from('-----BEGIN CERTIFICATE-----\n…').toString('base64');
const access = {
  from: 'eks',
  cluster: 'prefect',
  region: 'eu-central-1',
  endpoint: 'https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com',
  certificateAuthority,
} as const;

const withCluster = (of: object = access) => ({
  ...BARE,
  installations: [{ name: 'bare', kubernetes: [{ access: of }] }],
});
// The type of a configuration knows only what is allowed; these are checked when they are read.
const deploying = (of: object) => () => templateOf(withCluster(of) as Parameters<typeof templateOf>[0]);

describe('the probe of Kubernetes', () => {
  const template = deploying(access)();

  it('may write its log and put reports: the cluster alone says what it may read there', () => {
    expect(permissionsOfRole(template, 'ProbesProbeKubernetesRole')).toEqual([
      'dynamodb:PutItem on Table',
      'logs:CreateLogStream on ProbesProbeKubernetesLog',
      'logs:PutLogEvents on ProbesProbeKubernetesLog',
    ]);
  });

  it('has its role told, for the access entry', () => {
    expect(Object.keys(template.findOutputs('KubernetesProbeRoleArn'))).toHaveLength(1);
    expect(Object.keys(templateOf(BARE).findOutputs('KubernetesProbeRoleArn'))).toHaveLength(0);
  });

  it('is told its cluster every minute and every quarter of an hour', () => {
    const inputs = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule'))
      .map(({ Properties }) => JSON.stringify(Properties.Target))
      .filter((target) => target.includes('kubernetes/cluster'));
    expect(inputs).toHaveLength(2);
    for (const input of inputs) expect(input).toContain(access.endpoint);
  });

  it('becomes a member of its group by an access entry, and each other probe of the cluster of its own, only when asked', () => {
    const entriesOf = (input: Parameters<typeof templateOf>[0]) =>
      Object.values(resourcesOf(templateOf(input), 'AWS::EKS::AccessEntry')).map(({ Properties }) => ({
        ...Properties,
        PrincipalArn: plain(JSON.stringify(Properties.PrincipalArn).split('"')[3] ?? ''),
      }));
    const entry = (role: string) => ({
      ClusterName: 'prefect',
      KubernetesGroups: [`prefect-vitals-${role.toLowerCase()}`],
      PrincipalArn: `ProbesProbe${role}Role`,
    });
    const asked = { ...access, accessEntry: true };
    expect(entriesOf(withCluster() as Parameters<typeof templateOf>[0])).toEqual([]);
    expect(entriesOf(withCluster(asked) as Parameters<typeof templateOf>[0])).toEqual([
      entry('Kubernetes'),
      entry('Logs'),
    ]);
    const via = { kubernetes: 'cluster', namespace: 'prefect', service: 'auth', port: 4300 };
    expect(
      entriesOf({
        installations: [{ name: 'bare', kubernetes: [{ access: asked }], services: [{ name: 'auth', via }] }],
      }).toSorted((a, b) => a.PrincipalArn.localeCompare(b.PrincipalArn)),
    ).toEqual([entry('Kubernetes'), entry('Logs'), entry('Service')]);
    // One cluster that two installations share, and of which one reads the logs.
    const shared = { kubernetes: [{ access: asked, logs: false as const }] };
    expect(
      entriesOf({
        installations: [
          { name: 'a', ...shared },
          { name: 'b', ...shared },
        ],
      }),
    ).toEqual([entry('Kubernetes')]);
  });

  it('has no access entry in the emulator, nor in a region where the stack is not', () => {
    const asked = withCluster({ ...access, accessEntry: true }) as Parameters<typeof templateOf>[0];
    const local = templateOf(asked, { emulatorEndpoint: 'http://127.0.0.1:4566' });
    expect(resourcesOf(local, 'AWS::EKS::AccessEntry')).toEqual({});
    expect(() => templateOf({ ...asked, region: 'eu-west-1' })).toThrow(
      /kubernetes\.0\.access\.accessEntry.*eu-central-1/,
    );
  });

  it('cannot be deployed with a kubeconfig', () => {
    const kubeconfig = deploying({ from: 'kubeconfig', file: './kubeconfig' });
    expect(kubeconfig).toThrow(ConfigError);
    expect(kubeconfig).toThrow(/installations\.0\.kubernetes\.0\.access\.from.*"eks"/);
  });

  it.each([
    ['an endpoint without TLS', { ...access, endpoint: 'http://10.0.0.1' }, /access\.endpoint/],
    ['an authority that is none', { ...access, certificateAuthority: 'abc' }, /access\.certificateAuthority/],
  ])('cannot have %s', (_, of, path) => {
    expect(deploying(of)).toThrow(path);
  });
});
