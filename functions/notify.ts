import { SNSClient } from '@aws-sdk/client-sns';
import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { Slack } from '../lib/config/alerts.ts';
import { channelsOf } from '../lib/publish/channels.ts';
import { variable } from '../lib/run/environment.ts';
import { runNotify } from '../lib/run/notify.ts';
import { openTable } from '../lib/store/table.ts';

const deps = {
  table: openTable(variable('TABLE_NAME')),
  channels: channelsOf({
    sns: new SNSClient(),
    topicArn: variable('TOPIC_ARN'),
    pageUrl: variable('PAGE_URL'),
    slack:
      v.parse(v.pipe(v.string(), v.parseJson(), v.nullable(Slack)), process.env.SLACK ?? 'null') ?? undefined,
  }),
  now: () => new Date(),
};

export const handler = middy<DynamoDBStreamEvent, void>().handler((event) => runNotify(event, deps));
