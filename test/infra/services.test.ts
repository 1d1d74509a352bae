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

  it('cost nothing where there are none', () => {
    const names = Object.values(resourcesOf(templateOf(BARE), 'AWS::Lambda::Function')).map(
      (f) => f.Properties.FunctionName,
    );
    expect(names).not.toContain('PrefectVitals-probe-service');
  });
});
