import { SNSClient } from '@aws-sdk/client-sns';
import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { IncidentChange } from '../lib/model/incident.ts';
import { messageOf } from '../lib/publish/message.ts';
import { publish } from '../lib/publish/sns.ts';
import { variable } from '../lib/run/environment.ts';
import { runNotify } from '../lib/run/notify.ts';
import { openTable } from '../lib/store/table.ts';

const sns = new SNSClient();
const topicArn = variable('TOPIC_ARN');
const pageUrl = variable('PAGE_URL');
const deps = {
  table: openTable(variable('TABLE_NAME')),
  send: (change: IncidentChange) => publish(sns, topicArn, messageOf(change, pageUrl)),
  now: () => new Date(),
};

export const handler = middy<DynamoDBStreamEvent, void>().handler((event) => runNotify(event, deps));
