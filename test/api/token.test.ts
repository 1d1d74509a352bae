import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenError, tokenFromSecret } from '../../lib/api/token.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:vitals-token-a1b2c3';

/** What Secrets Manager's JSON protocol answers, as long as a test wants it so. */
let answer: { status: number; body: object };
let asked: unknown[];
let now: number;
let client: SecretsManagerClient;
let close: () => Promise<void>;

beforeEach(async () => {
  answer = { status: 200, body: { ARN, SecretString: 'first-token' } };
  asked = [];
  now = Date.parse('2026-11-21T08:00:00Z');
  const server = createServer(async (request, response) => {
    asked.push(await json(request));
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  close = async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => close());

describe('the token from its secret', () => {
  it('is read once for many requests, at the same time and after', async () => {
    const token = tokenFromSecret(client, ARN, () => now);
    expect(await Promise.all([token(), token(), token()])).toEqual([
      'first-token',
      'first-token',
      'first-token',
    ]);
    now += 5 * 60 * 1000 - 1;
    expect(await token()).toBe('first-token');
    expect(asked).toEqual([{ SecretId: ARN }]);
  });

  it('is read again after five minutes, so that a replaced one is taken up', async () => {
    const token = tokenFromSecret(client, ARN, () => now);
    await token();
    answer = { status: 200, body: { ARN, SecretString: 'second-token' } };
    now += 5 * 60 * 1000;
    expect(await token()).toBe('second-token');
  });

  it('is asked for again after a failure', async () => {
    const token = tokenFromSecret(client, ARN, () => now);
    answer = { status: 400, body: { __type: 'ResourceNotFoundException', Message: 'no such secret' } };
    await expect(token()).rejects.toThrow('no such secret');

    answer = { status: 200, body: { ARN, SecretString: 'first-token' } };
    expect(await token()).toBe('first-token');
  });

  it.each([{ SecretString: '' }, { SecretBinary: 'AAEC' }])('is never empty: %o', async (body) => {
    answer = { status: 200, body };
    await expect(tokenFromSecret(client, ARN, () => now)()).rejects.toThrow(TokenError);
  });
});
