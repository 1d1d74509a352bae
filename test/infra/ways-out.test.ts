import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import reference from '../../docs/examples/oss-on-eks.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { PRODUCTION, resourcesOf, stackOf } from './synth.ts';

const network = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  dynamodbEndpoint: false,
};
const saidOf = (input: ConfigInput) => {
  const annotations = Annotations.fromStack(stackOf(input));
  const texts = (found: readonly { readonly entry: { readonly data?: unknown } }[]) =>
    found.map((m) => String(m.entry.data));
  return {
    warnings: texts(annotations.findWarning('*', Match.anyValue())),
    infos: texts(annotations.findInfo('*', Match.anyValue())),
  };
};

describe('targets that sign in by IAM', () => {
  it('need no NAT and no paid endpoint, and synthesis says so', () => {
    const { warnings, infos } = saidOf(reference);
    expect(warnings).toEqual([]);
    expect(infos.join()).toMatch(/no NAT and no paid endpoint/);
    expect(infos.join()).not.toContain('any address');
    const template = Template.fromStack(stackOf(reference));
    expect(resourcesOf(template, 'AWS::EC2::VPCEndpoint')).toEqual({});
    expect(resourcesOf(template, 'AWS::EC2::NatGateway')).toEqual({});
  });
});

describe('targets that sign in with a secret', () => {
  const closed: ConfigInput = { ...PRODUCTION, network };

  it('are warned of by name, with both ways to go on', () => {
    const { warnings } = saidOf(closed);
    expect(warnings).toHaveLength(1);
    for (const said of [
      'production: postgres/orion',
      'production: redis/streams',
      'production: prefect/server',
    ])
      expect(warnings[0]).toContain(said);
    expect(warnings[0]).toMatch(/network\.secretsEndpoint.*rds-iam/);
  });

  it('are none of the network where the probes are in no VPC', () => {
    expect(saidOf(PRODUCTION)).toEqual({ warnings: [], infos: [] });
  });

  it('get the endpoint where the configuration asks for it, which lets in the probes alone', () => {
    const input: ConfigInput = { ...closed, network: { ...network, secretsEndpoint: true } };
    expect(saidOf(input).warnings).toEqual([]);
    const template = Template.fromStack(stackOf(input));
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.eu-central-1.secretsmanager',
      SubnetIds: network.subnetIds,
      PrivateDnsEnabled: true,
    });
    const rules = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'));
    expect(rules.map((r) => [r.Properties.FromPort, r.Properties.ToPort])).toEqual([[443, 443]]);
    expect(JSON.stringify(rules[0]?.Properties.SourceSecurityGroupId)).toContain('NetworkProbes');
    const out = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupEgress'));
    expect(JSON.stringify(out.map((r) => r.Properties.DestinationSecurityGroupId))).toContain('Secrets');
  });

  it('get it for security groups that were given, too', () => {
    const given = { ...network, secretsEndpoint: true, securityGroupIds: ['sg-0123456789abcdef0'] };
    const template = Template.fromStack(stackOf({ ...closed, network: given }));
    const rules = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'));
    expect(rules.map((r) => r.Properties.SourceSecurityGroupId)).toEqual(['sg-0123456789abcdef0']);
  });
});

describe('what the group of the probes leaves wide', () => {
  const wide = (more: object) =>
    saidOf({ ...PRODUCTION, network: { ...network, ...more } }).infos.filter((t) =>
      t.includes('any address'),
    );

  it('is told, with what would bind each rule', () => {
    const [told] = wide({});
    expect(told).toContain('network.targetSecurityGroups');
    expect(told).toContain('port 443 for DynamoDB (network.dynamodbPrefixListId)');
    expect(told).toContain('port 443 for Secrets Manager (network.secretsEndpoint)');
    expect(wide({ secretsEndpoint: true })[0]).not.toContain('Secrets Manager');
  });

  it('is nothing of ours where the groups are given', () => {
    expect(wide({ securityGroupIds: ['sg-0123456789abcdef0'] })).toEqual([]);
  });
});

describe('a login by RDS IAM', () => {
  it('that names no database is warned of: it holds for every one', () => {
    const password = { from: 'rds-iam', region: 'eu-central-1' } as const;
    const postgres = [
      { name: 'orion', host: 'db.example.com', database: 'prefect', user: 'vitals', password },
    ];
    const { warnings } = saidOf({ ...PRODUCTION, installations: [{ name: 'production', postgres }] });
    expect(warnings).toEqual([expect.stringMatching(/user of vitals.*password\.resourceId/)]);
  });
});
