import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackMessageOf } from '../../lib/publish/block-kit.ts';
import { Refused } from '../../lib/publish/channel.ts';
import { postToSlack, SlackUnavailable, webhookAddress } from '../../lib/publish/slack-webhook.ts';
import { change, PAGE } from './alerts.ts';
import { slackServer } from './slack-server.ts';

const message = slackMessageOf(change('opened'), PAGE);
const post = () => postToSlack(webhookAddress(slack.url), message);
const failure = async () =>
  post().then(
    () => null,
    (error: Error) => error,
  );

let slack: Awaited<ReturnType<typeof slackServer>>;
beforeEach(async () => {
  slack = await slackServer();
});
afterEach(() => slack.close());

describe("posting to Slack's webhook", () => {
  it('posts the message as it is', async () => {
    await post();
    expect(slack.posted).toEqual([JSON.parse(JSON.stringify(message))]);
  });

  it('tries again at once when Slack asks for a little time or is broken', async () => {
    slack.answerNext(
      { status: 429, text: 'rate_limited', headers: { 'retry-after': '0' } },
      { status: 503, text: '' },
    );
    await post();
    expect(slack.posted).toHaveLength(1);
    expect(slack.requests()).toBe(3);
  });

  it('waits as long as Slack asks for', async () => {
    slack.answerNext({ status: 429, text: 'rate_limited', headers: { 'retry-after': '3' } });
    const waits: { readonly milliseconds: number; readonly requests: number }[] = [];
    await postToSlack(webhookAddress(slack.url), message, async (milliseconds) => {
      waits.push({ milliseconds, requests: slack.requests() });
    });
    expect(waits).toEqual([{ milliseconds: 3000, requests: 1 }]);
    expect(slack.requests()).toBe(2);
  });

  it('does not stay for a long wait: it leaves that to whoever comes again', async () => {
    slack.answerNext({ status: 429, text: 'rate_limited', headers: { 'retry-after': '60' } });
    expect(await failure()).toMatchObject({ name: SlackUnavailable.name, retryAfterMs: 60_000 });
    expect(slack.requests()).toBe(1);
  });

  it.each([
    [400, 'invalid_blocks'],
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [302, ''],
  ])('takes %s %s for an answer and does not ask again', async (status, text) => {
    slack.answerWith({ status, text, headers: { location: 'http://127.0.0.1:9/elsewhere' } });
    expect(await failure()).toBeInstanceOf(Refused);
    expect(slack.requests()).toBe(1);
  });

  it('never tells the address, which is the secret', async () => {
    const failures: (Error | null)[] = [];
    for (const status of [404, 500]) {
      slack.answerWith({ status, text: `<html>${slack.url}</html>` });
      failures.push(await failure());
    }
    await slack.close();
    failures.push(await failure());
    slack = await slackServer();
    for (const error of failures) {
      expect(error).toBeInstanceOf(Error);
      expect(`${error?.stack} ${JSON.stringify(error)} ${String(error?.cause)}`).not.toContain('very-secret');
    }
  });

  it('goes over https only, unless it stays on this machine', () => {
    for (const text of ['http://hooks.slack.com/very-secret', 'file:///very-secret', 'very-secret', '']) {
      expect(() => webhookAddress(text)).toThrow(/^the webhook's secret holds no https address$/);
    }
    expect(webhookAddress(' https://hooks.slack.com/services/T/B/x\n').href).toBe(
      'https://hooks.slack.com/services/T/B/x',
    );
  });
});
