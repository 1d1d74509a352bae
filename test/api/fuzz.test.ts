import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Access } from '../../lib/api/authorise.ts';
import { momentOf } from '../../lib/store/history.ts';
import { historyKey } from '../../lib/store/keys.ts';
import { brokenSnapshot, snapshotOf } from './fixtures.ts';
import { apiOf, type Changes, SIGNED_IN, TOKEN } from './gateway.ts';
import { INNER, isOpen, isServed, requests } from './hostile.ts';

afterEach(() => vi.restoreAllMocks());

/** Only in what the table and the configuration hold: whoever sees it uninvited has seen what is not for them. */
const SECRET = 'not-for-strangers';
const stored = (installation: string) => {
  const snapshot = brokenSnapshot();
  const findings = snapshot.findings.map((f) => ({ ...f, target: `postgres/${SECRET}` }));
  // In error a load balancer would be told 503, and that is no failure inside.
  return snapshotOf({ ...snapshot, status: 'degraded', installation, findings });
};
const DEPS: Changes = {
  installations: [SECRET, 'production'],
  readSnapshot: async (installation) => stored(installation),
  readMoments: async (installation, { from, to }) => {
    // DynamoDB refuses a range that ends before it begins.
    if (historyKey(from.toISOString()) > historyKey(to.toISOString())) throw new Error('no such range');
    return [momentOf(stored(installation))];
  },
};
const ACCESS: Readonly<Record<Access['by'], { readonly access?: Access; readonly invited: object }>> = {
  token: { invited: { headers: SIGNED_IN } },
  iam: { access: { by: 'iam' }, invited: { authorizer: { iam: { userArn: 'arn:aws:iam::1:user/r' } } } },
  jwt: { access: { by: 'jwt' }, invited: { authorizer: { jwt: { claims: {}, scopes: [] } } } },
};

const bodyOf = ({ body = '', isBase64Encoded = false }: Awaited<ReturnType<ReturnType<typeof apiOf>>>) =>
  isBase64Encoded ? gunzipSync(Buffer.from(body, 'base64')).toString('utf8') : body;

describe('whatever is asked of any route', () => {
  it.each(Object.entries(ACCESS))(
    'is answered without a failure inside, and strangers learn nothing, where %s decides',
    async (_, { access, invited }) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      const ask = apiOf({ ...DEPS, ...(access && { access }) });
      let served = 0;
      await fc.assert(
        fc.asyncProperty(requests(SECRET), fc.boolean(), async (request, isInvited) => {
          const { route, path, method, headers, ...rest } = request;
          const { headers: own = {}, ...more } = isInvited ? (invited as { headers?: object }) : {};
          const answer = await ask(path, { ...rest, method, ...more, headers: { ...headers, ...own } });
          const status = answer.statusCode ?? 0;
          const body = bodyOf(answer);
          expect(status).toBeLessThan(500);
          expect(log).not.toHaveBeenCalled();

          expect(body).not.toContain(TOKEN);
          if (status >= 400) expect(body).not.toMatch(INNER);
          for (const header of Object.values(answer.headers ?? {})) {
            expect(String(header)).not.toMatch(/[\r\n]|set-cookie/i);
          }
          for (const header of Object.keys(answer.headers ?? {})) {
            expect(header).not.toMatch(/^access-control|^set-cookie|^location/i);
          }
          if (status >= 400 && method !== 'HEAD') {
            expect(answer.headers?.['content-type']).toBe('application/problem+json');
            expect(JSON.parse(body)).toMatchObject({ status, detail: expect.any(String) });
          }
          if (method === 'HEAD') expect(body).toBe('');
          if (!isServed(method)) expect([204, 404, 405]).toContain(status);
          if (isInvited && status === 200 && route !== null && !isOpen(route)) served++;
          if (isInvited) return;
          expect(body).not.toContain(SECRET);
          if (isServed(method) && route !== null && !isOpen(route)) expect(status).toBe(401);
        }),
        { numRuns: 1500 },
      );
      // Else the nonsense would never have come past the first question.
      expect(served).toBeGreaterThan(20);
    },
  );

  it('tells nobody why it failed', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const failing = async () => {
      throw new TypeError(`table ${SECRET} in arn:aws:dynamodb is gone`);
    };
    const ask = apiOf({ ...DEPS, readSnapshot: failing, readMoments: failing });
    await fc.assert(
      fc.asyncProperty(requests(SECRET), async ({ path, headers, ...rest }) => {
        const answer = await ask(path, { ...rest, headers: { ...headers, ...SIGNED_IN } });
        if (answer.statusCode !== 500) return;
        expect(bodyOf(answer)).not.toMatch(INNER);
        expect(bodyOf(answer)).not.toContain(SECRET);
      }),
      { numRuns: 300 },
    );
  });
});
