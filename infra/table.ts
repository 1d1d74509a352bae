import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { keyOf } from './encryption.ts';

/**
 * The one table, and with its stream the outbox. It goes with the stack and has no backups: it holds the live state,
 * a day of history and a month of past incidents, and all but the past is observed anew within minutes.
 */
export class VitalsTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    const key = keyOf(scope);
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
      dynamoStream: StreamViewType.NEW_IMAGE,
      billing: Billing.onDemand(),
      encryption:
        key === undefined ? TableEncryptionV2.dynamoOwnedKey() : TableEncryptionV2.customerManagedKey(key),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
