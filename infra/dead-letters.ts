import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { keyOf } from './encryption.ts';

/** Where an event waits for a person after nobody could handle it, as long as a queue may keep it. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    const key = keyOf(scope);
    super(scope, id, {
      ...(key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where dead letters go: nothing reads it but a person.',
    });
  }
}
