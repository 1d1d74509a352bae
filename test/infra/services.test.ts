import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { permissionsOfRole } from './statements.ts';
import { BARE, resourcesOf, secretArn, templateOf } from './synth.ts';

const credential = { from: 'secret', arn: secretArn('metrics') } as const;
const WATCHED: ConfigInput = {
  installations: [
    {
      name: 'production',
      services: [
        { name: 'auth', metricsUrl: 'http://auth.prefect.internal:4300/metrics' },
        { name: 'orion', metricsUrl: 'https://10.0.3.4/metrics', auth: { scheme: 'bearer', credential } },
      ],
    },
  ],
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef0'],
    dynamodbEndpoint: false,
  },
};
const template = templateOf(WATCHED);
const propertiesOf = (type: string) => Object.values(resourcesOf(template, type)).map((r) => r.Properties);

describe('services in the configuration', () => {
  it('get one probe for all of them, every minute, that may read their secrets', () => {
    const names = propertiesOf('AWS::Lambda::Function').map((f) => f.FunctionName);
    expect(names).toContain('PrefectVitals-probe-service');
    const [schedule] = propertiesOf('AWS::Scheduler::Schedule').filter(
      (s) => s.Name === 'production-service-minute',
    );
    const target = schedule?.Target as { readonly Input: string } | undefined;
    const { targets } = JSON.parse(target?.Input ?? '{}') as {
      readonly targets: readonly { readonly id: string }[];
    };
    expect(targets.map((t) => t.id)).toEqual(['service/auth', 'service/orion']);
    expect(permissionsOfRole(template, 'ProbesProbeServiceRole')).toContain(
      `secretsmanager:GetSecretValue on ${secretArn('metrics')}`,
    );
  });

  it('are reached through the security group', () => {
    const [group] = propertiesOf('AWS::EC2::SecurityGroup');
    expect(group?.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }),
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 4300, ToPort: 4300 }),
      expect.objectContaining({ CidrIp: '10.0.3.4/32', FromPort: 443, ToPort: 443 }),
    ]);
  });

  it('inside a cluster are reached at its endpoint, by a role whose name is told for the access entry', () => {
    const certificateAuthority = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    const via = { kubernetes: 'prod', namespace: 'prefect', service: 'auth', port: 4300 };
    const access = {
      from: 'eks',
      cluster: 'prefect',
      region: 'eu-central-1',
      endpoint: 'https://10.0.9.9:6443',
      certificateAuthority,
    } as const;
    const inCluster = templateOf({
      ...WATCHED,
      installations: [
        { name: 'production', services: [{ name: 'auth', via }], kubernetes: [{ name: 'prod', access }] },
      ],
    });
    const [group] = Object.values(resourcesOf(inCluster, 'AWS::EC2::SecurityGroup')).map((r) => r.Properties);
    expect(group?.SecurityGroupEgress).toContainEqual(
      expect.objectContaining({ CidrIp: '10.0.9.9/32', FromPort: 6443 }),
    );
    expect(Object.keys(inCluster.findOutputs('ServiceProbeRoleArn'))).toHaveLength(1);
    expect(Object.keys(template.findOutputs('ServiceProbeRoleArn'))).toHaveLength(0);
    const inputs = Object.values(resourcesOf(inCluster, 'AWS::Scheduler::Schedule')).filter(
      (s) => s.Properties.Name === 'production-service-minute',
    );
    expect(JSON.stringify(inputs)).toContain(access.endpoint);
  });

  it('sign in with secrets when deployed, and with no variable of this machine', () => {
    const ofThisMachine = { from: 'environment', variable: 'KEY' } as const;
    const deploying = () =>
      templateOf({
        installations: [
          {
            name: 'production',
            services: [
              {
                name: 'auth',
                metricsUrl: 'http://auth:4300/metrics',
                auth: { scheme: 'bearer', credential: ofThisMachine },
              },
            ],
          },
        ],
      });
    expect(deploying).toThrow(/installations\.0\.services\.0\.auth\.credential\.from/);
  });

  it('cost nothing where there are none', () => {
    const names = Object.values(resourcesOf(templateOf(BARE), 'AWS::Lambda::Function')).map(
      (f) => f.Properties.FunctionName,
    );
    expect(names).not.toContain('PrefectVitals-probe-service');
  });
});
