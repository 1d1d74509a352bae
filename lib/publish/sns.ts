import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Message } from './message.ts';

/** Publishes a message once, to everybody who is subscribed to the topic, to each in the form of its protocol. */
export async function publish(client: SNSClient, topicArn: string, message: Message): Promise<void> {
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: message.subject,
      MessageStructure: 'json',
      Message: JSON.stringify(message.bodies),
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, text]) => [
          name,
          { DataType: 'String', StringValue: text },
        ]),
      ),
    }),
  );
}
