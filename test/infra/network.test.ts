import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/config/errors.ts';
import { ACCOUNT, assemblyOf, BARE, PRODUCTION, REGION, resourcesOf, stackOf, templateOf } from './synth.ts';

const VPC = 'vpc-0123456789abcdef0';
const [PRIVATE_A, PRIVATE_B, PUBLIC_A] = [
  'subnet-00000000000000aaa',
  'subnet-00000000000000bbb',
  'subnet-00000000000000ccc',
];
const BY_ID = { vpcId: VPC, subnetIds: [PRIVATE_A, PRIVATE_B], dynamodbEndpoint: false };

/** What the CLI finds when it looks the VPC up, as it keeps it in cdk.context.json. */
const LOOKED_UP = {
  [`vpc-provider:account=${ACCOUNT}:filter.vpc-id=${VPC}:region=${REGION}:returnAsymmetricSubnets=true`]: {
    vpcId: VPC,
    vpcCidrBlock: '10.0.0.0/16',
    ownerAccountId: ACCOUNT,
    availabilityZones: [],
    subnetGroups: [
      {
        name: 'Private',
        type: 'Private',
        subnets: [
          { subnetId: PRIVATE_A, cidr: '10.0.0.0/20', availabilityZone: `${REGION}a`, routeTableId: 'rtb-a' },
          {
            subnetId: PRIVATE_B,
            cidr: '10.0.16.0/20',
            availabilityZone: `${REGION}b`,
            routeTableId: 'rtb-b',
          },
        ],
      },
      {
        name: 'Public',
        type: 'Public',
        subnets: [
          { subnetId: PUBLIC_A, cidr: '10.0.32.0/20', availabilityZone: `${REGION}a`, routeTableId: 'rtb-p' },
        ],
      },
    ],
  },
};

const placementsOf = (template: ReturnType<typeof templateOf>) =>
  Object.fromEntries(
    Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) => [
      Properties.FunctionName,
      Properties.VpcConfig,
    ]),
  );

describe('a VPC whose subnets are named and that needs no endpoint', () => {
  const template = templateOf({ ...BARE, network: BY_ID });

  it('is synthesised for any account, with nothing to look up, by the rules of CloudFormation', () => {
    const assembly = assemblyOf({ ...BARE, network: BY_ID }, { validated: true });
    expect(assembly.manifest.missing).toBeUndefined();
    expect(assembly.getStackByName('PrefectVitals').environment.name).toBe(
      'aws://unknown-account/unknown-region',
    );
  }, 60_000);

  it('holds the probes, and no other function', () => {
    const groupId = { 'Fn::GetAtt': [expect.stringContaining('NetworkProbes'), 'GroupId'] };
    const inVpc = { SubnetIds: [PRIVATE_A, PRIVATE_B], SecurityGroupIds: [groupId] };
    expect(placementsOf(template)).toEqual({
      'PrefectVitals-probe-postgres': inVpc,
      'PrefectVitals-probe-redis': inVpc,
      'PrefectVitals-probe-prefect': inVpc,
      'PrefectVitals-assess': undefined,
      'PrefectVitals-notify': undefined,
      'PrefectVitals-api': undefined,
    });
  });

  it('lets the probes out to the ports of the targets and to AWS, and nobody in', () => {
    const [group] = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
    expect(group?.Properties).toEqual({
      VpcId: VPC,
      GroupDescription: expect.any(String),
      SecurityGroupEgress: [
        expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
        expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 }),
        expect.objectContaining({ CidrIp: '10.0.7.9/32', IpProtocol: 'tcp', FromPort: 6380, ToPort: 6380 }),
        expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 8443, ToPort: 8443 }),
      ],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.hasOutput('ProbeSecurityGroupId', {});
  });

  it('gets no endpoint', () => {
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });
});

describe('security groups that are given', () => {
  const template = templateOf({ ...BARE, network: { ...BY_ID, securityGroupIds: ['sg-0123456789abcdef0'] } });

  it('are used as they are, and none is made', () => {
    expect(placementsOf(template)['PrefectVitals-probe-redis']).toEqual({
      SubnetIds: [PRIVATE_A, PRIVATE_B],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(template.toJSON().Outputs).not.toHaveProperty('ProbeSecurityGroupId');
  });
});

describe('a VPC that is looked up', () => {
  const withNetwork = (network: object, context: object = LOOKED_UP) =>
    templateOf({ ...PRODUCTION, network: { vpcId: VPC, ...network } }, { context });

  it('gives its private subnets to the probes', () => {
    expect(placementsOf(withNetwork({}))['PrefectVitals-probe-postgres']).toMatchObject({
      SubnetIds: [PRIVATE_A, PRIVATE_B],
    });
  });

  it.each([
    ['its private subnets', {}, ['rtb-a', 'rtb-b']],
    ['the subnets that are named', { subnetIds: [PUBLIC_A] }, ['rtb-p']],
  ])('gets the gateway endpoint of DynamoDB in the route tables of %s', (_, network, RouteTableIds) => {
    withNetwork(network).hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcId: VPC,
      VpcEndpointType: 'Gateway',
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.dynamodb']] },
      RouteTableIds,
      PolicyDocument: Match.absent(),
    });
  });

  it('refuses a subnet of another VPC, by its path', () => {
    expect(() => withNetwork({ subnetIds: [PRIVATE_A, 'subnet-0dead'] })).toThrow(
      /network\.subnetIds\.1: found "subnet-0dead"; allowed: a subnet of vpc-0123456789abcdef0/,
    );
  });

  it('refuses a VPC without private subnets when none are named', () => {
    const publicOnly = Object.fromEntries(
      Object.entries(LOOKED_UP).map(([key, vpc]) => [
        key,
        { ...vpc, subnetGroups: vpc.subnetGroups.filter((g) => g.type === 'Public') },
      ]),
    );
    expect(() => withNetwork({}, publicOnly)).toThrow(/network\.vpcId: .* without private subnets/);
  });

  it('is left to the CLI to find when nothing is known of it yet', () => {
    const network = { vpcId: VPC, subnetIds: [PRIVATE_A] };
    const { missing } = assemblyOf({ ...PRODUCTION, network }).manifest;
    expect(missing?.map(({ provider, props }) => ({ provider, ...props }))).toMatchObject([
      { provider: 'vpc-provider', account: ACCOUNT, region: REGION, filter: { 'vpc-id': VPC } },
    ]);
  });

  it('refuses to be looked up in no account, and says how to do without', () => {
    const refused = () => stackOf({ ...BARE, network: { vpcId: VPC } });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(/account: found nothing; allowed: .*network\.subnetIds.*dynamodbEndpoint: false/);
    expect(() => stackOf({ ...BARE, account: ACCOUNT, network: { vpcId: VPC } })).toThrow(/region: found/);
  });
});

describe('targets named by address or by URL', () => {
  it('are let out to by their own port, and by their own address where there is one', () => {
    const template = templateOf({
      installations: [
        {
          name: 'i',
          postgres: [{ name: 'six', host: 'fd00::7', database: 'prefect', user: 'vitals' }],
          prefect: [
            { name: 'plain', apiUrl: 'http://prefect.internal/api' },
            { name: 'tls', apiUrl: 'https://prefect.example.com/api' },
            { name: 'literal', apiUrl: 'http://[fd00::8]:4200/api' },
          ],
        },
      ],
      network: BY_ID,
    });
    const [group] = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
    const rules = group?.Properties.SecurityGroupEgress as Record<string, unknown>[];
    expect(rules.map((r) => `${r.CidrIp ?? r.CidrIpv6}:${r.FromPort}`)).toEqual([
      '0.0.0.0/0:443',
      'fd00::7/128:5432',
      '0.0.0.0/0:80',
      'fd00::8/128:4200',
    ]);
  });
});

describe('targets whose security groups are named', () => {
  const POSTGRES = 'sg-00000000000000d1';
  const named = (network: object) => ({
    installations: [
      {
        name: 'i',
        postgres: [{ name: 'orion', host: 'DB.internal', database: 'prefect', user: 'vitals' }],
        prefect: [{ apiUrl: 'http://prefect.internal/api' }],
      },
    ],
    network: { ...BY_ID, ...network },
  });
  const rulesOf = (network: object) => {
    const template = templateOf(named(network));
    const [group] = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
    const inline = (group?.Properties.SecurityGroupEgress ?? []) as Record<string, unknown>[];
    const apart = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupEgress')).map(
      (r) => r.Properties,
    );
    return [...inline, ...apart]
      .map((r) => `${r.CidrIp ?? r.DestinationSecurityGroupId ?? r.DestinationPrefixListId}:${r.FromPort}`)
      .sort();
  };

  it('are let out to by these and by no address, whatever the case of a name', () => {
    const targetSecurityGroups = { 'db.INTERNAL': POSTGRES };
    expect(rulesOf({ targetSecurityGroups })).toEqual(['0.0.0.0/0:443', '0.0.0.0/0:80', `${POSTGRES}:5432`]);
  });

  it('leave nothing wide when DynamoDB has its prefix list', () => {
    const whole = {
      targetSecurityGroups: { 'db.internal': POSTGRES, 'prefect.internal': 'sg-00000000000000d2' },
      dynamodbPrefixListId: 'pl-00000000000000d3',
    };
    expect(rulesOf(whole)).toEqual(['pl-00000000000000d3:443', `${POSTGRES}:5432`, 'sg-00000000000000d2:80']);
  });

  it('are targets: another host is refused by its name', () => {
    expect(() => rulesOf({ targetSecurityGroups: { 'db.external': POSTGRES } })).toThrow(
      /targetSecurityGroups\.db\.external: found "db\.external"; allowed: the host of a target: db\.internal, prefect\.internal/,
    );
  });
});
