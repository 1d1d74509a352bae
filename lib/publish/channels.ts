import type { SNSClient } from '@aws-sdk/client-sns';
import type { Alerts } from '../config/alerts.ts';
import { forget, textOf } from '../probe/secret.ts';
import { slackMessageOf } from './block-kit.ts';
import { type Channel, Refused } from './channel.ts';
import { messageOf } from './message.ts';
import { postToSlack, webhookAddress } from './slack-webhook.ts';
import { publish } from './sns.ts';

/** What the channels need of the stack. */
export interface ChannelsProps {
  readonly sns: SNSClient;
  readonly topicArn: string;
  /** Of the health page, with a slash at its end. */
  readonly pageUrl: string;
  readonly slack: Alerts['slack'];
}

/** While Slack is away, e-mail may come this much later; after that Slack is given up, and the alarm on errors says so. */
const SLACK_PATIENCE_SECONDS = 5 * 60;

/** A refused webhook may have been replaced: the next message reads its secret again. */
function slackChannel(webhook: Parameters<typeof textOf>[0], pageUrl: string): Channel {
  return {
    name: 'slack',
    patienceSeconds: SLACK_PATIENCE_SECONDS,
    send: async (change) => {
      try {
        await postToSlack(webhookAddress(await textOf(webhook)), slackMessageOf(change, pageUrl));
      } catch (error) {
        if (error instanceof Refused) forget(webhook);
        throw error;
      }
    },
  };
}

/** Every way by which people are told: the topic, and Slack's webhook where there is one. */
export function channelsOf({ sns, topicArn, pageUrl, slack }: ChannelsProps): readonly Channel[] {
  const chatbot = slack !== undefined && 'chatbot' in slack;
  const topic: Channel = {
    name: 'topic',
    patienceSeconds: null,
    send: (change) => publish(sns, topicArn, messageOf(change, { pageUrl, chatbot })),
  };
  return slack !== undefined && 'webhook' in slack ? [topic, slackChannel(slack.webhook, pageUrl)] : [topic];
}
