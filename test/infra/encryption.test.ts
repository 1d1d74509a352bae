import { describe, expect, it } from 'vitest';
import { permissionsOfRole } from './statements.ts';
import { PRODUCTION, resourcesOf, templateOf } from './synth.ts';

const plain = templateOf(PRODUCTION);
const own = templateOf({ ...PRODUCTION, encryption: 'own-key' });
const propertiesOf = (type: string, of = own) =>
  Object.values(resourcesOf(of, type)).map((r) => r.Properties);
const arnOfKey = (of = own) => ({ 'Fn::GetAtt': [Object.keys(resourcesOf(of, 'AWS::KMS::Key'))[0], 'Arn'] });

interface Statement {
  readonly Sid?: string;
}
const keyStatements = (of: typeof own) => {
  const [key] = propertiesOf('AWS::KMS::Key', of);
  const policy = key?.KeyPolicy as { readonly Statement: readonly Statement[] } | undefined;
  return policy?.Statement ?? [];
};

describe('the key of the stack', () => {
  it.each([
    ['by default', plain],
    ['where it encrypts everything', own],
  ])('encrypts the topic %s, turns yearly and goes with the stack', (_, template) => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Delete',
      Properties: { EnableKeyRotation: true },
    });
    expect(propertiesOf('AWS::SNS::Topic', template)).toEqual([
      expect.objectContaining({ KmsMasterKeyId: arnOfKey(template) }),
    ]);
  });

  it.each([
    ['by default', plain],
    ['where it encrypts everything', own],
  ])('admits the alarms of this stack %s, whose messages would else be lost in silence', (_, template) => {
    expect(keyStatements(template)).toContainEqual({
      Sid: 'AlarmsOfThisStack',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:PrefectVitals-*' },
      },
    });
    const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(5);
    for (const { Properties } of alarms) {
      expect(JSON.stringify(Properties.AlarmName)).toMatch(/^"PrefectVitals-/);
    }
  });

  it('serves notify and nobody else by default', () => {
    const users = Object.values(resourcesOf(plain, 'AWS::IAM::Policy'))
      .filter(({ Properties }) => JSON.stringify(Properties).includes('kms:'))
      .map(({ Properties }) => JSON.stringify(Properties.Roles));
    expect(users).toEqual([expect.stringContaining('NotifyFunctionRole')]);
    expect(permissionsOfRole(plain, 'NotifyFunctionRole')).toEqual(
      expect.arrayContaining(['kms:Decrypt on Key', 'kms:GenerateDataKey on Key']),
    );
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup']) {
      expect(JSON.stringify(propertiesOf(type, plain))).not.toContain(JSON.stringify(arnOfKey(plain)));
    }
    expect(keyStatements(plain).map(({ Sid }) => Sid)).not.toContain('LogsOfThisStack');
  });
});

describe('where it encrypts everything', () => {
  it('has the table, every queue, every log and the token', () => {
    const arn = arnOfKey();
    expect(JSON.stringify(propertiesOf('AWS::DynamoDB::GlobalTable'))).toContain(JSON.stringify(arn));
    for (const queue of propertiesOf('AWS::SQS::Queue')) expect(queue.KmsMasterKeyId).toEqual(arn);
    for (const log of propertiesOf('AWS::Logs::LogGroup')) expect(log.KmsKeyId).toEqual(arn);
    expect(propertiesOf('AWS::SecretsManager::Secret')).toEqual([expect.objectContaining({ KmsKeyId: arn })]);
  });

  it.each([
    'AssessFunctionRole',
    'NotifyFunctionRole',
    'ApiFunctionRole',
    'ProbesProbeRedisRole',
    'SchedulesRole',
  ])('may be used by %s', (role) => {
    const permissions = permissionsOfRole(own, role);
    expect(permissions).toContain('kms:Decrypt on Key');
    expect(permissions.some((p) => p.startsWith('kms:GenerateDataKey'))).toBe(true);
  });
});
