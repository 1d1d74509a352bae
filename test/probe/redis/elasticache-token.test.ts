import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProbeFailure } from '../../../lib/probe/failure.ts';
import { elastiCacheToken } from '../../../lib/probe/redis/elasticache-token.ts';

/** The example credentials of AWS's own documentation. */
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const NOW = new Date('2026-11-21T08:00:00.000Z');
const CACHE = { region: 'eu-central-1', cacheName: 'prefect', serverless: false, user: 'prefect-vitals' };

const token = (change: Partial<typeof CACHE> = {}, credentials: object = {}) =>
  elastiCacheToken({ ...CACHE, ...change }, { credentials: { ...CREDENTIALS, ...credentials }, at: NOW });
const queryOf = (text: string) => Object.fromEntries(new URL(`http://${text}`).searchParams);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 as its specification words it, step by step, for a query that is signed but not yet complete. */
function signatureOf(text: string): string {
  const query = new URL(`http://${text}`).search.slice(1);
  const canonicalQuery = query
    .split('&')
    .filter((pair) => !pair.startsWith('X-Amz-Signature='))
    .sort()
    .join('&');
  const canonicalRequest = ['GET', '/', canonicalQuery, 'host:prefect', '', 'host', sha256('')].join('\n');
  const scope = '20261121/eu-central-1/elasticache/aws4_request';
  const toSign = ['AWS4-HMAC-SHA256', '20261121T080000Z', scope, sha256(canonicalRequest)].join('\n');
  const day = hmac(`AWS4${CREDENTIALS.secretAccessKey}`, '20261121');
  const key = hmac(hmac(hmac(day, 'eu-central-1'), 'elasticache'), 'aws4_request');
  return hmac(key, toSign).toString('hex');
}

describe('a token for ElastiCache', () => {
  it('is an address of the cache without its scheme, that asks to connect as the user', async () => {
    const text = await token();
    expect(text.startsWith('prefect/?')).toBe(true);
    expect(queryOf(text)).toEqual({
      Action: 'connect',
      User: 'prefect-vitals',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261121/eu-central-1/elasticache/aws4_request',
      'X-Amz-Date': '20261121T080000Z',
      'X-Amz-Expires': '900',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      'X-Amz-SignedHeaders': 'host',
    });
  });

  it('carries the signature that the specification asks for', async () => {
    const text = await token();
    expect(queryOf(text)['X-Amz-Signature']).toBe(signatureOf(text));
  });

  it('says so when the cache is serverless, and signs that too', async () => {
    const text = await token({ serverless: true });
    expect(queryOf(text).ResourceType).toBe('ServerlessCache');
    expect(queryOf(text)['X-Amz-Signature']).toBe(signatureOf(text));
  });

  it('carries the session of temporary credentials, which a function has, and signs it', async () => {
    const text = await token({}, { sessionToken: 'a/session+token==' });
    expect(queryOf(text)['X-Amz-Security-Token']).toBe('a/session+token==');
    expect(queryOf(text)['X-Amz-Signature']).toBe(signatureOf(text));
  });

  it('never holds the secret key', async () => {
    expect(await token()).not.toContain(CREDENTIALS.secretAccessKey);
  });

  it('cannot be had without credentials, which is a failure to log in', async () => {
    const none = () => Promise.reject(new Error('no credentials'));
    const failed = elastiCacheToken(CACHE, { credentials: none, at: NOW });
    await expect(failed).rejects.toThrow(ProbeFailure);
    await expect(failed).rejects.toMatchObject({ reason: 'auth' });
  });
});
