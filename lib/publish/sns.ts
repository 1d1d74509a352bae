import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Message } from './message.ts';

/** Publishes a message to everybody who is subscribed to the topic. */
export async function publish(client: SNSClient, topicArn: string, message: Message): Promise<void> {
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: message.subject,
      Message: message.text,
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, text]) => [
          name,
          { DataType: 'String', StringValue: text },
        ]),
      ),
    }),
  );
}
