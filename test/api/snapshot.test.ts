import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { SnapshotSchema } from '../../lib/model/snapshot.ts';
import { brokenSnapshot, secondsAfter, snapshotOf } from './fixtures.ts';
import { apiOf, SIGNED_IN } from './gateway.ts';

const signedIn = (more: Readonly<Record<string, string>> = {}) => ({ headers: { ...SIGNED_IN, ...more } });
const parsed = (body: string | undefined) => v.parse(SnapshotSchema, JSON.parse(body ?? ''));

describe('GET /snapshot', () => {
  it('serves the snapshot with its evidence, without readings and facts', async () => {
    const answer = await apiOf({ readSnapshot: async () => brokenSnapshot() })('/snapshot', signedIn());
    const snapshot = parsed(answer.body);

    expect(answer.headers?.['content-type']).toBe('application/json');
    expect(snapshot.findings[0]?.evidence[0]?.text).toContain('/ready');
    expect(snapshot.monitor.targets.map((t) => t.target)).toEqual([
      'postgres/orion',
      'redis/streams',
      'prefect/server',
    ]);
    expect(snapshot.monitor.targets.flatMap((t) => Object.keys(t))).not.toContain('readings');
    expect(snapshot.monitor.targets.flatMap((t) => Object.keys(t))).not.toContain('facts');
  });

  it('serves all of it when details are asked for', async () => {
    const answer = await apiOf()('/snapshot', { ...signedIn(), query: { detailed: 'true' } });
    expect(parsed(answer.body)).toEqual(snapshotOf());
  });

  it.each(['yes', '', 'TRUE', 'true,true'])('says what `detailed` may be, and not %s', async (detailed) => {
    const answer = await apiOf()('/snapshot', { ...signedIn(), query: { detailed } });
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body ?? '').detail).toContain('`detailed` may be true or false');
  });

  it('asks the store for no more than is wanted', async () => {
    const readSnapshot = vi.fn(async () => snapshotOf());
    const ask = apiOf({ readSnapshot });
    await ask('/snapshot', signedIn());
    await ask('/snapshot?detailed=true', signedIn());
    await ask('/health');
    await ask('/metrics', signedIn());
    expect(readSnapshot.mock.calls.map(([, detail]: readonly unknown[]) => detail)).toEqual([
      'brief',
      'whole',
      'brief',
      'whole',
    ]);
  });

  it('serves the installation asked for, the first one by default, and no other', async () => {
    const ask = apiOf({
      installations: ['production', 'staging'],
      readSnapshot: async (installation) => snapshotOf({ installation }),
    });
    const named = async (query?: Record<string, string>) =>
      parsed((await ask('/snapshot', { ...signedIn(), ...(query && { query }) })).body).installation;

    expect(await named()).toBe('production');
    expect(await named({ installation: 'staging' })).toBe('staging');
    for (const [installation, status, told] of [
      ['__proto__', 404, '/installations names those that are'],
      ['', 404, '/installations names those that are'],
      ['Production', 404, '/installations names those that are'],
      ['production,staging', 400, '`installation` may be given once'],
    ] as const) {
      const answer = await ask('/snapshot', { ...signedIn(), query: { installation } });
      expect(answer.statusCode, installation).toBe(status);
      expect(JSON.parse(answer.body ?? '').detail).toContain(told);
    }
  });

  it('says so before the first assessment', async () => {
    const answer = await apiOf({ readSnapshot: async () => null })('/snapshot', signedIn());
    expect(answer.statusCode).toBe(503);
    expect(answer.headers?.['retry-after']).toBe('15');
  });

  it('answers 304 to whoever holds the very same, and 200 as soon as it differs', async () => {
    let stored = snapshotOf();
    const ask = apiOf({ readSnapshot: async () => stored });
    const etag = String((await ask('/snapshot', signedIn())).headers?.etag);
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);

    const same = await ask('/snapshot', signedIn({ 'if-none-match': `"other", ${etag}` }));
    expect(same).toMatchObject({ statusCode: 304, headers: { etag, 'cache-control': 'no-store' } });
    expect(same.body ?? '').toBe('');

    stored = snapshotOf({ status: 'warning' });
    const changed = await ask('/snapshot', signedIn({ 'if-none-match': etag }));
    expect(changed.statusCode).toBe(200);
    expect(changed.headers?.etag).not.toBe(etag);
  });

  it('is a new answer once it has become stale', async () => {
    let now = secondsAfter(30);
    const ask = apiOf({ now: () => now });
    const etag = String((await ask('/snapshot', signedIn())).headers?.etag);

    now = secondsAfter(180);
    const answer = await ask('/snapshot', signedIn({ 'if-none-match': etag }));
    expect(answer.statusCode).toBe(200);
    expect(parsed(answer.body)).toMatchObject({
      status: 'unknown',
      monitor: { stale: true, status: 'error' },
    });
  });

  it('is compressed for whoever accepts gzip, and reads the same', async () => {
    const plain = await apiOf()('/snapshot', signedIn());
    const packed = await apiOf()('/snapshot', signedIn({ 'accept-encoding': 'br;q=1.0, gzip;q=0.8' }));

    expect(packed).toMatchObject({
      isBase64Encoded: true,
      headers: { 'content-encoding': 'gzip', vary: 'accept-encoding', etag: plain.headers?.etag },
    });
    expect(gunzipSync(Buffer.from(packed.body ?? '', 'base64')).toString('utf8')).toBe(plain.body);
    expect(plain.isBase64Encoded ?? false).toBe(false);
  });

  it.each(['gzip', 'x-gzip', 'GZIP;q=1', 'gzip;q=0.001', 'gzip; q=1.000', 'br, gzip ;q=.5 '])(
    'is compressed for `%s`',
    async (coding) => {
      const answer = await apiOf()('/snapshot', signedIn({ 'accept-encoding': coding }));
      expect(answer.headers).toHaveProperty('content-encoding', 'gzip');
    },
  );

  it.each(['gzip;q=0', 'gzip;q=0.0', 'gzip;q=0.000', 'gzip;q=0.0000001', 'identity', 'br', 'notgzip'])(
    'is not compressed for `%s`',
    async (coding) => {
      const answer = await apiOf()('/snapshot', signedIn({ 'accept-encoding': coding }));
      expect(answer.headers).not.toHaveProperty('content-encoding');
    },
  );
});
