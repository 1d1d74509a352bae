import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../lib/probe/failure.ts';
import { ask } from '../../../lib/probe/http/ask.ts';
import { HOSTILE } from './hostile.ts';
import { JSON_TYPE, serving, whole } from './sockets.ts';

const asking = (url: string, timeoutMs = 30_000) =>
  ask({ url, method: 'GET', headers: {}, timeoutMs, abort: new AbortController().signal });

describe('an answer over HTTP', () => {
  it('is handed over as it came', async () => {
    const url = await serving(whole('203 Odd', { ...JSON_TYPE, location: '/there' }, '"größer"'));
    expect(await asking(url)).toMatchObject({
      status: 203,
      contentType: 'application/json',
      location: '/there',
      text: '"größer"',
      clockSkewSeconds: null,
      retryAfterMs: null,
    });
  });

  it('may be as large as the limit, and not a byte larger', async () => {
    const limit = 256 * 1024;
    const [full, over] = [
      await serving(whole('200 OK', JSON_TYPE, 'x'.repeat(limit))),
      await serving(whole('200 OK', JSON_TYPE, 'x'.repeat(limit + 1))),
    ];
    expect((await asking(full)).text).toHaveLength(limit);
    await expect(asking(over)).rejects.toMatchObject({ reason: 'protocol' });
  });

  it('is asked for uncompressed', async () => {
    const url = await serving((socket, request) =>
      whole('200 OK', JSON_TYPE, JSON.stringify(request))(socket, request),
    );
    expect((await asking(url)).text).toContain('accept-encoding: identity');
  });

  it.each(HOSTILE)('of a server that %s is refused, by name', async (_, answer, reason, detail) => {
    const url = await serving(answer);
    const timeoutMs = reason === 'timeout' ? 400 : undefined;
    const refused = await asking(url, timeoutMs).then(() => undefined, failureOf);
    expect(refused?.reason).toBe(reason);
    expect(refused?.detail).toMatch(detail);
  });

  it('to a redirect is the redirect itself: nobody goes there', async () => {
    let visits = 0;
    const elsewhere = await serving((socket, request) => {
      visits++;
      whole('200 OK', JSON_TYPE, 'true')(socket, request);
    });
    const url = await serving(whole('302 Found', { location: elsewhere }, ''));
    expect(await asking(url)).toMatchObject({ status: 302, location: elsewhere });
    expect(visits).toBe(0);
  });

  it('stops coming when the caller gives up', async () => {
    const [asked, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const url = await serving((socket) => {
      socket.on('close', () => closed.resolve());
      asked.resolve();
    });
    const giveUp = new AbortController();
    const answer = ask({ url, method: 'GET', headers: {}, timeoutMs: 60_000, abort: giveUp.signal });
    const refused = expect(answer).rejects.toMatchObject({ reason: 'timeout' });
    await asked.promise;
    giveUp.abort();
    await Promise.all([refused, closed.promise]);
  });
});
