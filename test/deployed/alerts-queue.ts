import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import type { Deployed } from '../../local/deploy.ts';
import type { Cloud } from '../../local/parts/ministack.ts';
import { clientOptions } from '../../local/remote.ts';

const Envelope = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Subject: v.string(),
    Message: v.string(),
    MessageAttributes: v.record(v.string(), v.object({ Value: v.string() })),
  }),
);
export type Alert = v.InferOutput<typeof Envelope>;

/** A queue subscribed to the stack's topic, as anybody's would be; `all` is what arrived so far, in order. */
export async function subscribeQueue(cloud: Cloud, { topicArn }: Pick<Deployed, 'topicArn'>) {
  const sqs = new SQSClient(clientOptions(cloud));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `alerts-${Date.now()}` }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await new SNSClient(clientOptions(cloud)).send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
  );
  const all: Alert[] = [];
  return {
    all,
    async receive(): Promise<readonly Alert[]> {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { Body, ReceiptHandle } of Messages ?? []) {
        all.push(v.parse(Envelope, Body));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return all;
    },
  };
}
