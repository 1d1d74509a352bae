import { Match } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BARE, PRODUCTION, resourcesOf, stackOf, templateOf } from './synth.ts';

const template = templateOf(PRODUCTION);
const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map((f) => f.Properties);
const functionNamed = (name: string) =>
  functions.find(({ FunctionName }) => FunctionName === `PrefectVitals-${name}`);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the stack', () => {
  it('is named, tagged and placed as the configuration says', () => {
    const stack = stackOf({ ...PRODUCTION, stackName: 'VitalsEu' });
    expect(stack.stackName).toBe('VitalsEu');
    expect([stack.account, stack.region]).toEqual(['123456789012', 'eu-central-1']);
    expect(stack.tags.tagValues()).toEqual({ Application: 'PrefectVitals' });
    expect(stack.terminationProtection).toBe(false);
  });

  it("goes where the CLI's profile points when the configuration says nothing", () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '210987654321');
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-west-2');
    const stack = stackOf(BARE);
    expect([stack.account, stack.region]).toEqual(['210987654321', 'us-west-2']);
  });

  it('tells where its parts are', () => {
    expect(Object.keys(template.toJSON().Outputs).sort()).toEqual([
      'ApiUrl',
      'TableName',
      'TokenSecretArn',
      'TopicArn',
    ]);
  });
});

describe('the table', () => {
  it('has the keys, the expiry and the stream that the store and its readers count on', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      BillingMode: 'PAY_PER_REQUEST',
      Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: Match.absent() })],
    });
  });

  it('goes with the stack, and nothing stays behind that a second deployment would stumble over', () => {
    for (const [id, { DeletionPolicy }] of Object.entries(template.toJSON().Resources as object)) {
      expect([id, DeletionPolicy]).not.toEqual([id, 'Retain']);
    }
    template.hasResource('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
  });
});

describe('functions', () => {
  it('run on Node 24 and ARM, log as JSON, and end before the next run begins', () => {
    expect(
      functions.map(({ FunctionName, Timeout, MemorySize }) => [FunctionName, Timeout, MemorySize]),
    ).toEqual(
      expect.arrayContaining([
        ['PrefectVitals-probe-postgres', 50, 256],
        ['PrefectVitals-probe-redis', 50, 256],
        ['PrefectVitals-probe-prefect', 50, 256],
        ['PrefectVitals-assess', 50, 512],
        ['PrefectVitals-notify', 30, 256],
        ['PrefectVitals-api', 10, 256],
      ]),
    );
    expect(functions).toHaveLength(6);
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
      });
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('keep their logs as long as the configuration says', () => {
    const short = templateOf({ ...PRODUCTION, logRetentionDays: 7 });
    const groups = Object.values(resourcesOf(short, 'AWS::Logs::LogGroup')).map((g) => g.Properties);
    expect(groups.map((g) => g.LogGroupName).sort()).toEqual([
      '/aws/lambda/PrefectVitals-api',
      '/aws/lambda/PrefectVitals-assess',
      '/aws/lambda/PrefectVitals-notify',
      '/aws/lambda/PrefectVitals-probe-postgres',
      '/aws/lambda/PrefectVitals-probe-prefect',
      '/aws/lambda/PrefectVitals-probe-redis',
      '/aws/vendedlogs/apis/PrefectVitals',
    ]);
    for (const group of groups) expect(group.RetentionInDays).toBe(7);
  });

  it('are told the names of the parts they use, and nothing else', () => {
    const namesFor = (name: string) => {
      const environment = functionNamed(name)?.Environment as { readonly Variables: object } | undefined;
      return Object.keys(environment?.Variables ?? {}).sort();
    };
    expect(namesFor('probe-postgres')).toEqual(['TABLE_NAME']);
    expect(namesFor('probe-redis')).toEqual(['TABLE_NAME']);
    expect(namesFor('probe-prefect')).toEqual(['TABLE_NAME']);
    expect(namesFor('assess')).toEqual(['NAMESPACE', 'TABLE_NAME']);
    expect(namesFor('notify')).toEqual(['PAGE_URL', 'TABLE_NAME', 'TOPIC_ARN']);
    expect(namesFor('api')).toEqual(['TABLE_NAME', 'TOKEN_SECRET_ARN']);
    expect(functionNamed('assess')?.Environment).toMatchObject({ Variables: { NAMESPACE: 'PrefectVitals' } });
  });
});
