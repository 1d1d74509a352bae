import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ChangeKind, IncidentChange } from '../../lib/model/incident.ts';
import { channelsOf } from '../../lib/publish/channels.ts';
import { runNotify } from '../../lib/run/notify.ts';
import type { Table } from '../../lib/store/table.ts';
import { exampleAlert } from '../../local/example-alert.ts';
import { clientOptions } from '../../local/remote.ts';
import { slackServer } from '../publish/slack-server.ts';
import { subscribeQueue } from './alerts-queue.ts';
import { snsProxy } from './sns-proxy.ts';
import { createTable } from './store-table.ts';

const cloud = inject('cloud');
const WEBHOOK = { from: 'environment', variable: 'DELIVERY_TEST_WEBHOOK' } as const;
const PAGE = 'https://vitals.example.com/';

let table: Table;
let topicArn: string;
let proxy: Awaited<ReturnType<typeof snsProxy>>;
let slack: Awaited<ReturnType<typeof slackServer>>;
let queue: Awaited<ReturnType<typeof subscribeQueue>>;

beforeAll(async () => {
  table = await createTable(cloud, 'delivery');
  const sns = new SNSClient(clientOptions(cloud));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `delivery-${Date.now()}` }));
  if (TopicArn === undefined) throw new Error('the emulator gave the topic no ARN');
  topicArn = TopicArn;
  proxy = await snsProxy(cloud.endpoint);
  queue = await subscribeQueue(cloud, { topicArn });
});
beforeEach(async () => {
  proxy.become('pass');
  slack = await slackServer();
  process.env[WEBHOOK.variable] = slack.url;
  return () => slack.close();
});
afterAll(() => proxy.close());

/** Each test keeps to an installation of its own. */
const change = (installation: string, kind: ChangeKind, incident = 'one'): IncidentChange => {
  const made = exampleAlert(installation, kind);
  return { ...made, incident: { ...made.incident, id: incident } };
};
const eventOf = (...changes: readonly IncidentChange[]): DynamoDBStreamEvent => ({
  Records: changes.map((c) => ({ dynamodb: { NewImage: { change: { S: JSON.stringify(c) } } } })),
});

/** Runs notify some minutes after the last of the changes. */
function notify(changes: readonly IncidentChange[], minutesLater = 0): Promise<void> {
  const sns = new SNSClient({ ...clientOptions(cloud), endpoint: proxy.url, maxAttempts: 1 });
  const at = Math.max(...changes.map((c) => Date.parse(c.at))) + minutesLater * 60_000;
  return runNotify(eventOf(...changes), {
    table,
    channels: channelsOf({ sns, topicArn, pageUrl: PAGE, slack: { webhook: WEBHOOK } }),
    now: () => new Date(at),
  });
}

const inQueue = async (installation: string) =>
  (await queue.receive())
    .filter((a) => a.MessageAttributes.installation?.Value === installation)
    .map((a) => `${a.MessageAttributes.incident?.Value} ${a.MessageAttributes.kind?.Value}`);
const inSlack = () => slack.posted.map((p) => JSON.stringify(p).match(/"text":"(\w+) /)?.[1]);

describe('delivery', () => {
  it('tells the topic and Slack, each in its own form', async () => {
    await notify([change('both', 'opened')]);
    await expect.poll(() => inQueue('both')).toEqual(['one opened']);
    const alert = queue.all.find((a) => a.MessageAttributes.installation?.Value === 'both');
    expect(JSON.parse(alert?.Message ?? '')).toMatchObject({
      source: 'prefect-vitals',
      kind: 'opened',
      root_cause: { finding: 'redis-memory-high' },
    });
    expect(inSlack()).toEqual(['PROBLEM']);
  });

  it('loses nothing while SNS is away, and then tells the topic alone', async () => {
    const changes = [change('sns-away', 'opened'), change('sns-away', 'escalated')];
    proxy.become('refuse');
    await expect(notify(changes)).rejects.toThrow(/topic was not told message 1 of one/);
    expect(inSlack()).toEqual(['PROBLEM', 'WORSE']);
    proxy.become('pass');
    await notify(changes);
    await expect.poll(() => inQueue('sns-away')).toEqual(['one opened', 'one escalated']);
    expect(slack.posted).toHaveLength(2);
  });

  it('loses nothing while Slack is away, and then tells Slack alone, in order', async () => {
    const escalated = change('slack-away', 'escalated');
    const changes = [{ ...change('slack-away', 'opened'), at: escalated.at }, escalated];
    slack.answerWith({ status: 500, text: '' });
    await expect(notify(changes)).rejects.toThrow(/slack was not told message 1 of one: Slack answers 500/);
    slack.answerWith(null);
    await notify(changes);
    expect(inSlack()).toEqual(['PROBLEM', 'WORSE']);
    await expect.poll(() => inQueue('slack-away')).toEqual(['one opened', 'one escalated']);
    await notify(changes);
    expect(await inQueue('slack-away')).toHaveLength(2);
  });

  it('does not let a webhook that is gone hold up anything, and says so once', async () => {
    const changes = [change('gone', 'opened', 'one'), change('gone', 'opened', 'two')];
    slack.answerWith({ status: 404, text: 'no_service' });
    await expect(notify(changes)).rejects.toThrow(/slack was not told message 1 of two: .*404: no_service/);
    await notify(changes);
    await expect.poll(() => inQueue('gone')).toEqual(['one opened', 'two opened']);
    expect(slack.requests()).toBe(2);
  });

  it('gives Slack up after five minutes, so that mail waits no longer', async () => {
    slack.answerWith({ status: 503, text: '' });
    await expect(notify([change('patience', 'opened')], 4)).rejects.toThrow('Slack answers 503');
    await expect(notify([change('patience', 'opened')], 6)).rejects.toThrow('given up after 300 s');
    await notify([change('patience', 'opened')], 7);
  });

  it('tells nothing twice when the stream repeats itself, and nothing that is out of date', async () => {
    const [opened, escalated] = [change('replay', 'opened'), change('replay', 'escalated')];
    await notify([opened, escalated]);
    await notify([opened, escalated, opened]);
    await notify([opened]);
    await notify([change('replay', 'recovered', 'two'), change('replay', 'opened', 'two')]);
    const told = ['one opened', 'one escalated', 'two recovered'];
    await expect.poll(() => inQueue('replay')).toEqual(told);
    expect(inSlack()).toEqual(['PROBLEM', 'WORSE', 'RECOVERED']);
  });
});

describe('notify killed', () => {
  const child = fileURLToPath(new URL('notify-once.ts', import.meta.url));
  const start = (of: IncidentChange) =>
    spawn(process.execPath, [child, JSON.stringify(eventOf(of))], {
      stdio: 'ignore',
      env: {
        ...process.env,
        ...cloud.environment,
        AWS_ENDPOINT_URL: cloud.endpoint,
        AWS_ENDPOINT_URL_SNS: proxy.url,
        TABLE_NAME: table.name,
        TOPIC_ARN: topicArn,
        PAGE_URL: PAGE,
      },
    });
  async function killedDuring(mode: 'hold' | 'swallow', of: IncidentChange): Promise<void> {
    proxy.become(mode);
    const running = start(of);
    const exited = once(running, 'exit');
    await expect.poll(() => proxy.calls(), { timeout: 30_000 }).toBe(1);
    running.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    proxy.become('pass');
  }
  async function run(of: IncidentChange): Promise<void> {
    expect(await once(start(of), 'exit')).toEqual([0, null]);
  }

  it('between reading and publishing loses nothing', async () => {
    const opened = change('killed-before', 'opened');
    await killedDuring('hold', opened);
    expect(await inQueue('killed-before')).toEqual([]);
    await run(opened);
    await run(opened);
    await expect.poll(() => inQueue('killed-before')).toEqual(['one opened']);
  });

  it('between publishing and marking tells once more rather than never', async () => {
    const opened = change('killed-after', 'opened');
    await killedDuring('swallow', opened);
    await run(opened);
    await run(opened);
    await expect.poll(() => inQueue('killed-after')).toEqual(['one opened', 'one opened']);
  });
});
