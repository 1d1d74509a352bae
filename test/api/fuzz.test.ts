import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openapi } from '../../lib/api/openapi.ts';
import { METHODS_REFUSED, METHODS_SERVED, PUBLIC_ROUTES, ROUTES } from '../../lib/api/routes.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import { brokenSnapshot } from './fixtures.ts';
import { apiOf, SIGNED_IN, TOKEN } from './gateway.ts';

afterEach(() => vi.restoreAllMocks());

/** Only in what the table holds: whoever sees it without the token has seen what is not for them. */
const SECRET_TARGET = 'postgres/not-for-strangers';
const stored = () => {
  const snapshot = brokenSnapshot();
  return { ...snapshot, findings: snapshot.findings.map((f) => ({ ...f, target: SECRET_TARGET })) };
};

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '__proto__',
    '../../etc/passwd',
    '%00',
    '\r\nset-cookie: a=b',
    '<script>',
    '*',
    'NaN',
    '-1',
  ),
);
const plausible = fc.oneof(
  fc.constantFrom('true', 'false', 'production', 'postgres/orion', 'RUNNING', 'postgres-down', 'redis-down'),
  fc.constantFrom(...SIGNALS.map((s) => s.id)),
  fc
    .date({ noInvalidDate: true, min: new Date('2026-11-20'), max: new Date('2026-11-22') })
    .map((d) => d.toISOString()),
);
const value = fc.oneof({ weight: 2, arbitrary: plausible }, { weight: 1, arbitrary: hostile });

interface Parameter {
  readonly name: string;
  readonly in: string;
}
const PATHS = openapi('token').paths as Readonly<
  Record<string, { get: { parameters?: readonly Parameter[] } }>
>;

/** A request to a route as the document describes it, its parameters filled in with sense and with nonsense. */
const request = fc.constantFrom(...Object.entries(PATHS)).chain(([path, { get }]) => {
  const parameters = get.parameters ?? [];
  const query = Object.fromEntries(parameters.filter((p) => p.in === 'query').map((p) => [p.name, value]));
  return fc.record({
    path: value.map((v) => path.replace(/{\w+}/, encodeURIComponent(v.toWellFormed()))),
    route: fc.constant(path),
    query: fc.record({ ...query, other: hostile }, { requiredKeys: [] }),
    method: fc.constantFrom(...METHODS_SERVED, ...METHODS_REFUSED, 'OPTIONS'),
    headers: fc.record(
      {
        accept: hostile,
        'accept-encoding': fc.oneof(hostile, fc.constant('gzip')),
        'if-none-match': hostile,
      },
      { requiredKeys: [] },
    ),
  });
});

const bodyOf = ({ body = '', isBase64Encoded = false }: Awaited<ReturnType<ReturnType<typeof apiOf>>>) =>
  isBase64Encoded ? gunzipSync(Buffer.from(body, 'base64')).toString('utf8') : body;
const isOpen = (route: string) => PUBLIC_ROUTES.some((name) => ROUTES[name] === route);
const isServed = (method: string) => METHODS_SERVED.some((m) => m === method);

describe('whatever is asked of any route', () => {
  it('is answered without a failure inside, by whoever it is asked', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const ask = apiOf({ readSnapshot: async () => stored() });
    await fc.assert(
      fc.asyncProperty(request, fc.boolean(), async ({ path, route, query, method, headers }, isSignedIn) => {
        const answer = await ask(path, {
          method,
          query: query as Record<string, string>,
          headers: { ...headers, ...(isSignedIn && SIGNED_IN) } as Record<string, string>,
        });
        const status = answer.statusCode ?? 0;
        // The stored state is in error, and that is what a load balancer is told.
        expect(route === '/health' && status === 503 ? 200 : status).toBeLessThan(500);
        expect(log).not.toHaveBeenCalled();

        const body = bodyOf(answer);
        expect(body).not.toContain(TOKEN);
        for (const header of Object.values(answer.headers ?? {})) {
          expect(String(header)).not.toMatch(/[\r\n]|set-cookie/i);
        }
        if (status >= 400 && route !== '/health') {
          expect(answer.headers?.['content-type']).toBe('application/problem+json');
        }
        if (method === 'HEAD') expect(body).toBe('');
        if (!isSignedIn && isServed(method) && !isOpen(route)) expect([401, 404]).toContain(status);
        if (!isSignedIn) expect(body).not.toContain(SECRET_TARGET);
      }),
      { numRuns: 1500 },
    );
  });
});
