import { afterEach, describe, expect, it, vi } from 'vitest';
import { findingNamed } from '../../lib/catalogue/findings/index.ts';
import { apiOf, SIGNED_IN, TOKEN } from './gateway.ts';

afterEach(() => vi.restoreAllMocks());

describe('the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html><title>page</title>'],
    ['/main.js', 'text/javascript; charset=utf-8', 'export {};'],
    ['/style.css', 'text/css; charset=utf-8', 'body{}'],
  ])('is served at %s', async (path, type, body) => {
    const answer = await apiOf()(path);
    expect(answer).toMatchObject({ statusCode: 200, body, headers: { 'content-type': type } });
  });
});

describe('every answer', () => {
  it.each(['/', '/health', '/snapshot', '/nowhere'])(
    'keeps browsers from doing harm with %s',
    async (path) => {
      const { headers } = await apiOf()(path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(String(headers?.['content-security-policy']).split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]);
    },
  );

  it.each(['/', '/health', '/snapshot', '/metrics', '/runbooks/redis-down', '/openapi.json', '/nowhere'])(
    'to HEAD %s is that to GET without a body, compressed or not',
    async (path) => {
      for (const coding of ['identity', 'gzip']) {
        const asked = { headers: { ...SIGNED_IN, 'accept-encoding': coding } };
        const get = await apiOf()(path, asked);
        const head = await apiOf()(path, { ...asked, method: 'HEAD' });
        expect(head).toEqual({ ...get, body: '', isBase64Encoded: false });
      }
    },
  );

  it.each(['/', '/main.js', '/snapshot', '/runbooks/redis-down', '/schema', '/openapi.json'])(
    'to whoever holds %s already says what a whole one would depend on',
    async (path) => {
      const first = await apiOf()(path, { headers: SIGNED_IN });
      const { etag, vary } = first.headers ?? {};
      const again = await apiOf()(path, { headers: { ...SIGNED_IN, 'if-none-match': String(etag) } });
      expect(again).toMatchObject({ statusCode: 304, headers: { etag, vary } });
      expect(again.headers).not.toHaveProperty('content-type');
      expect(again.body ?? '').toBe('');
    },
  );
});

describe('paths and methods', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s and names what is allowed', async (method) => {
    for (const path of ['/snapshot', '/runbooks/postgres-down']) {
      const answer = await apiOf()(path, { method, headers: SIGNED_IN });
      expect(answer.statusCode).toBe(405);
      expect(answer.headers?.allow).toBe('GET, HEAD, OPTIONS');
    }
  });

  it('tells to OPTIONS what is served, and lets no other origin in', async () => {
    for (const path of ['/', '/snapshot', '/runbooks/postgres-down']) {
      const answer = await apiOf()(path, {
        method: 'OPTIONS',
        headers: { origin: 'https://elsewhere.example' },
      });
      expect(answer).toMatchObject({ statusCode: 204, headers: { allow: 'GET, HEAD, OPTIONS' } });
      expect(Object.keys(answer.headers ?? {}).filter((name) => /^access-control/i.test(name))).toEqual([]);
    }
  });

  it.each(['/nowhere', '/snapshot/x', '/%', '/__proto__', '/constructor', '/Snapshot'])(
    'finds nothing at %s',
    async (path) => {
      const answer = await apiOf()(path, { headers: SIGNED_IN });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers?.['content-type']).toBe('application/problem+json');
      expect(JSON.parse(answer.body ?? '')).toMatchObject({ title: 'Not Found', status: 404 });
    },
  );

  it.each([
    ['/prod', 'prod'],
    ['/prod/', 'prod'],
    ['/prod/health', 'prod'],
    ['/%68ealth', '$default'],
  ])('finds %s on the stage %s', async (path, stage) => {
    expect((await apiOf()(path, { stage })).statusCode).toBe(200);
  });
});

describe('GET /runbooks/{finding}', () => {
  it('tells what a finding means and what to do', async () => {
    const { body } = await apiOf()('/runbooks/postgres-connections-high', { headers: SIGNED_IN });
    const definition = findingNamed('postgres-connections-high');
    expect(JSON.parse(body ?? '')).toEqual({
      id: 'postgres-connections-high',
      title: definition?.title,
      component: 'database',
      kinds: ['postgres'],
      needs: definition?.needs,
      thresholds: definition?.thresholds,
      pending_seconds: definition?.pendingSeconds,
      recovery_seconds: definition?.recoverySeconds,
      meaning: definition?.meaning,
      impact: definition?.impact,
      remedy: definition?.remedy,
      causes: definition?.causes,
      source: definition?.source,
    });
  });

  it.each(['nothing', 'a%2Fb', '..%2f'])('has none called %s', async (finding) => {
    const answer = await apiOf()(`/runbooks/${finding}`, { headers: SIGNED_IN });
    expect(answer.statusCode).toBe(404);
  });
});

describe('GET /installations', () => {
  it('names what is watched, the default first', async () => {
    const ask = apiOf({ installations: ['staging', 'production'] });
    const { body } = await ask('/installations', { headers: SIGNED_IN });
    expect(JSON.parse(body ?? '')).toEqual({ installations: ['staging', 'production'] });
  });
});

describe('GET /metrics', () => {
  it('serves the exposition text of what is known', async () => {
    const answer = await apiOf()('/metrics', { headers: SIGNED_IN });
    expect(answer.headers?.['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('prefect_vitals_snapshot_age_seconds{installation="production"} 30\n');
  });

  it('has nothing to say of an installation that was never assessed', async () => {
    const answer = await apiOf({ readSnapshot: async () => null })('/metrics', { headers: SIGNED_IN });
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
  });
});

describe('a failure inside', () => {
  it('is logged as one line without secrets, and its cause is not shown', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const ask = apiOf({
      readSnapshot: async () => {
        throw new Error('table vitals-7 is gone', { cause: new TypeError('socket hang up') });
      },
    });
    const answer = await ask('/snapshot', { headers: SIGNED_IN, query: { detailed: 'true' } });

    expect(answer.statusCode).toBe(500);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
    expect(answer.body).not.toMatch(/vitals-7|socket/);
    expect(log).toHaveBeenCalledTimes(1);
    const line = String(log.mock.calls[0]?.[0]);
    expect(line).not.toContain(TOKEN);
    expect(JSON.parse(line)).toEqual({
      level: 'error',
      message: 'the request could not be served',
      request_id: 'JKJaXmPLvHcESHA=',
      path: '/snapshot',
      error: 'Error: table vitals-7 is gone',
      cause: 'TypeError: socket hang up',
    });
  });

  it('of the secret is no 401: the token may be right', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const ask = apiOf({ token: () => Promise.reject(new Error('secret is gone')) });
    expect((await ask('/snapshot', { headers: SIGNED_IN })).statusCode).toBe(500);
  });

  it('that is no error is answered all the same', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const ask = apiOf({ readSnapshot: () => Promise.reject('out of order') });
    expect((await ask('/health')).statusCode).toBe(500);
  });
});
