import { describe, expect, it } from 'vitest';
import { permissionsOfRole } from './statements.ts';
import { PRODUCTION, resourcesOf, templateOf } from './synth.ts';

const own = templateOf({ ...PRODUCTION, encryption: 'own-key' });
const propertiesOf = (type: string) => Object.values(resourcesOf(own, type)).map((r) => r.Properties);
const [keyId] = Object.keys(resourcesOf(own, 'AWS::KMS::Key'));
const arnOfKey = { 'Fn::GetAtt': [keyId, 'Arn'] };

describe('a key of its own', () => {
  it('is made only where the configuration asks for it, turns yearly and goes with the stack', () => {
    expect(resourcesOf(templateOf(PRODUCTION), 'AWS::KMS::Key')).toEqual({});
    own.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete', Properties: { EnableKeyRotation: true } });
  });

  it('encrypts the table, the topic, every queue, every log and the token', () => {
    expect(JSON.stringify(propertiesOf('AWS::DynamoDB::GlobalTable'))).toContain(String(keyId));
    expect(propertiesOf('AWS::SNS::Topic')).toEqual([expect.objectContaining({ KmsMasterKeyId: arnOfKey })]);
    for (const queue of propertiesOf('AWS::SQS::Queue')) expect(queue.KmsMasterKeyId).toEqual(arnOfKey);
    for (const log of propertiesOf('AWS::Logs::LogGroup')) expect(log.KmsKeyId).toEqual(arnOfKey);
    expect(propertiesOf('AWS::SecretsManager::Secret')).toEqual([
      expect.objectContaining({ KmsKeyId: arnOfKey }),
    ]);
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

  it('admits the alarms of this stack, whose messages would else be lost in silence', () => {
    const [key] = propertiesOf('AWS::KMS::Key');
    const policy = key?.KeyPolicy as { readonly Statement: readonly object[] } | undefined;
    expect(policy?.Statement).toContainEqual(
      expect.objectContaining({
        Sid: 'AlarmsOfThisStack',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:PrefectVitals-*' },
        },
      }),
    );
  });
});
