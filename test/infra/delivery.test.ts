import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { PRODUCTION, plain, resourcesOf, templateOf } from './synth.ts';

const template = templateOf(PRODUCTION);

describe("readers of the table's stream", () => {
  const sources = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).map(
    (s) => s.Properties,
  );
  const sourceOf = (name: string) =>
    sources.find(({ FunctionName }) => plain((FunctionName as { Ref: string }).Ref) === `${name}Function`);
  const writtenUnder = (prefix: string) => ({
    Filters: [
      {
        Pattern: JSON.stringify({
          eventName: ['INSERT', 'MODIFY'],
          dynamodb: { Keys: { sk: { S: [{ prefix }] } } },
        }),
      },
    ],
  });
  const queue = (name: string) => ({
    OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(`^${name}DeadLetters`), 'Arn'] } },
  });

  it('are two, as many as a shard of a DynamoDB stream serves well', () => {
    expect(sources).toHaveLength(2);
  });

  it('hand assess the reports, twenty seconds of them at once, and set a bad one aside', () => {
    expect(sourceOf('Assess')).toMatchObject({
      FilterCriteria: writtenUnder('REPORT#'),
      MaximumBatchingWindowInSeconds: 20,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 2,
      MaximumRecordAgeInSeconds: 300,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: queue('Assess'),
    });
  });

  it('hand notify the incidents, and keep trying for an hour', () => {
    const notify = sourceOf('Notify');
    expect(notify).toMatchObject({
      FilterCriteria: writtenUnder('INCIDENT#'),
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 3600,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: queue('Notify'),
    });
    expect(notify).not.toHaveProperty('MaximumRetryAttempts');
  });
});

describe('dead-letter queues', () => {
  it('are three, encrypted, over TLS only, and keep what failed for 14 days', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    expect(Object.keys(queues).map(plain).sort()).toEqual([
      'AssessDeadLetters',
      'NotifyDeadLetters',
      'SchedulesDeadLetters',
    ]);
    for (const { Properties } of Object.values(queues)) {
      expect(Properties).toMatchObject({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * 24 * 3600,
      });
    }
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ],
      },
    });
  });
});

describe('the alerts topic', () => {
  it('takes messages over TLS only, and from the alarms of this stack', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sns:Publish',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': '123456789012' },
              ArnLike: {
                'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:PrefectVitals-*',
              },
            },
          }),
        ],
      },
    });
  });

  it('sends an e-mail to everybody named, once', () => {
    const emails = ['a@example.com', 'b@example.com', 'a@example.com'];
    const subscriptions = Object.values(
      resourcesOf(templateOf({ ...PRODUCTION, alerts: { emails } }), 'AWS::SNS::Subscription'),
    ).map(({ Properties }) => `${Properties.Protocol} ${Properties.Endpoint}`);
    expect(subscriptions.sort()).toEqual(['email a@example.com', 'email b@example.com']);
  });
});
