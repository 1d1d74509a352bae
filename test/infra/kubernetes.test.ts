import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/config/errors.ts';
import { permissionsOfRole } from './statements.ts';
import { BARE, resourcesOf, templateOf } from './synth.ts';

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
