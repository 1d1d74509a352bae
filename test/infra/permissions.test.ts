import { describe, expect, it } from 'vitest';
import { permissionsOf, permissionsOfRole } from './statements.ts';
import { PRODUCTION, resourcesOf, secretArn, templateOf } from './synth.ts';

const NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0'],
  dynamodbEndpoint: false,
};
const template = templateOf(PRODUCTION);
const inVpc = templateOf({ ...PRODUCTION, network: NETWORK });

const streamReader = (deadLetters: string) => [
  'dynamodb:DescribeStream on Table/StreamArn',
  'dynamodb:GetRecords on Table/StreamArn',
  'dynamodb:GetShardIterator on Table/StreamArn',
  'dynamodb:ListStreams on Table/StreamArn',
  `sqs:GetQueueAttributes on ${deadLetters}`,
  `sqs:GetQueueUrl on ${deadLetters}`,
  `sqs:SendMessage on ${deadLetters}`,
];
const logWriter = (log: string) => [`logs:CreateLogStream on ${log}`, `logs:PutLogEvents on ${log}`];

describe('the role of each function', () => {
  it.each([
    ['PostgreSQL', 'orion'],
    ['Redis', 'streams'],
    ['Prefect', 'api-key'],
  ])('lets the probe of %s write its log, put reports and read its own secret', (kind, secret) => {
    expect(permissionsOfRole(template, `ProbesProbe${kind}Role`)).toEqual([
      'dynamodb:PutItem on Table',
      ...logWriter(`ProbesProbe${kind}Log`),
      `secretsmanager:GetSecretValue on ${secretArn(secret)}`,
    ]);
  });

  it('lets the probe log in by RDS IAM to the one server and as the one role it is told', () => {
    const password = { from: 'rds-iam', region: 'eu-central-1', resourceId: 'db-ABCDEFGH' } as const;
    const postgres = [
      { name: 'orion', host: 'db.example.com', database: 'prefect', user: 'vitals', password },
    ];
    const byIam = templateOf({ ...PRODUCTION, installations: [{ name: 'iam', postgres }] });
    const logins = permissionsOfRole(byIam, 'ProbesProbePostgreSQLRole').filter((p) =>
      p.startsWith('rds-db'),
    );
    expect(logins).toHaveLength(1);
    expect(logins[0]).toMatch(/^rds-db:connect on .*rds-db:eu-central-1:.*:dbuser:db-ABCDEFGH\/vitals$/);
  });

  it('lets assess ask CloudWatch only where a target names what stands behind it', () => {
    const rds = { instance: 'prefect-orion' };
    const postgres = [{ name: 'orion', host: 'db.example.com', database: 'prefect', user: 'vitals', rds }];
    const redis = [{ name: 'r', host: 'r.example.com', elasticache: { cacheClusterId: 'prefect-001' } }];
    for (const named of [{ postgres }, { redis }]) {
      const asking = templateOf({ ...PRODUCTION, installations: [{ name: 'asking', ...named }] });
      expect(permissionsOfRole(asking, 'AssessFunctionRole')).toContain('cloudwatch:GetMetricData on *');
    }
    expect(permissionsOfRole(template, 'AssessFunctionRole')).not.toContain('cloudwatch:GetMetricData on *');
  });

  it('lets assess read and write the table, read its stream and put metrics of its namespace', () => {
    expect(permissionsOfRole(template, 'AssessFunctionRole')).toEqual(
      [
        'cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"PrefectVitals"}}',
        'dynamodb:GetItem on Table',
        'dynamodb:PutItem on Table',
        'dynamodb:Query on Table',
        ...logWriter('AssessFunctionLog'),
        ...streamReader('AssessDeadLetters'),
      ].sort(),
    );
  });

  it('lets notify read and set its marks, read the stream and publish to the one topic', () => {
    expect(permissionsOfRole(template, 'NotifyFunctionRole')).toEqual(
      [
        'dynamodb:GetItem on Table',
        'dynamodb:PutItem on Table',
        'kms:Decrypt on Key',
        'kms:GenerateDataKey on Key',
        'sns:Publish on Alerts',
        ...logWriter('NotifyFunctionLog'),
        ...streamReader('NotifyDeadLetters'),
      ].sort(),
    );
  });

  it("lets notify read the secret of Slack's webhook, and no other", () => {
    const arn = secretArn('slack');
    const slack = { webhook: { from: 'secret', arn } } as const;
    const withSlack = templateOf({ ...PRODUCTION, alerts: { slack } });
    const secrets = permissionsOfRole(withSlack, 'NotifyFunctionRole').filter((p) => p.startsWith('secrets'));
    expect(secrets).toEqual([`secretsmanager:GetSecretValue on ${arn}`]);
    const [notify] = Object.values(resourcesOf(withSlack, 'AWS::Lambda::Function')).filter((f) =>
      JSON.stringify(f.Properties.Environment).includes('TOPIC_ARN'),
    );
    expect(notify?.Properties).toMatchObject({
      Environment: { Variables: { SLACK: JSON.stringify(slack) } },
    });
  });

  it('lets the api read the table and its own token, and write nothing but its log', () => {
    expect(permissionsOfRole(template, 'ApiFunctionRole')).toEqual([
      'dynamodb:GetItem on Table',
      'dynamodb:Query on Table',
      ...logWriter('ApiFunctionLog'),
      'secretsmanager:GetSecretValue on ApiToken',
    ]);
  });

  it('gives a probe without secrets no access to secrets', () => {
    const [installation] = PRODUCTION.installations;
    const noPassword = { name: 'orion', host: 'db', database: 'prefect', user: 'vitals' };
    const without = templateOf({
      ...PRODUCTION,
      installations: [{ ...installation, name: 'production', postgres: [noPassword] }],
    });
    expect(permissionsOfRole(without, 'ProbesProbePostgreSQLRole')).toEqual([
      'dynamodb:PutItem on Table',
      ...logWriter('ProbesProbePostgreSQLLog'),
    ]);
  });

  it('carries no managed policy, whose permissions would be wider than these', () => {
    for (const { Properties } of Object.values(resourcesOf(inVpc, 'AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });
});

describe('the role of the schedules', () => {
  it('may invoke exactly the functions that are scheduled, and leave what failed in their queue', () => {
    const functions = [
      'AssessFunction',
      'ProbesProbePostgreSQL',
      'ProbesProbePrefect',
      'ProbesProbeRedis',
    ].map((name) => `lambda:InvokeFunction on ${name}`);
    expect(permissionsOfRole(template, 'SchedulesRole')).toEqual([
      ...functions,
      'sqs:SendMessage on SchedulesDeadLetters',
    ]);
  });

  it("may be taken by schedules of this stack's own group only", () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': '123456789012',
                'aws:SourceArn': {
                  'Fn::GetAtt': [
                    Object.keys(resourcesOf(template, 'AWS::Scheduler::ScheduleGroup'))[0],
                    'Arn',
                  ],
                },
              },
            },
          },
        ],
      },
    });
  });
});

describe('a resource of *', () => {
  const wildcards = (t: typeof template) =>
    permissionsOf(t)
      .filter((p) => p.resource === '*')
      .map((p) => `${p.role}: ${p.says}`);

  it('stands for metrics alone, which know no resources: the namespace binds them', () => {
    expect(wildcards(template)).toEqual([
      'AssessFunctionRole: cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"PrefectVitals"}}',
    ]);
  });

  it('stands in a VPC also for the network interfaces Lambda makes, which the code itself is denied', () => {
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    const expected = ['postgres', 'redis', 'prefect'].flatMap((kind) => {
      const role = { postgres: 'ProbesProbePostgreSQLRole', redis: 'ProbesProbeRedisRole' }[kind];
      const arn = `arn:aws:lambda:eu-central-1:123456789012:function:PrefectVitals-probe-${kind}`;
      const byItsCode = JSON.stringify({ ArnEquals: { 'lambda:SourceFunctionArn': arn } });
      return actions.flatMap((action) => [
        `${role ?? 'ProbesProbePrefectRole'}: ${action} on *`,
        `${role ?? 'ProbesProbePrefectRole'}: never ${action} on * if ${byItsCode}`,
      ]);
    });
    expect([...wildcards(inVpc)].sort()).toEqual([...expected, ...wildcards(template)].sort());
  });
});
