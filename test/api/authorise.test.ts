import { describe, expect, it, vi } from 'vitest';
import { ROUTES } from '../../lib/api/routes.ts';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { brokenSnapshot, snapshotOf } from './fixtures.ts';
import { apiOf, SIGNED_IN, TOKEN } from './gateway.ts';

const PROTECTED = [
  '/snapshot',
  '/metrics',
  '/installations',
  '/history?signal=postgres.up',
  '/schema',
  '/openapi.json',
];
const PUBLIC = ['/', '/main.js', '/style.css', '/health', '/runbooks/postgres-down'];

describe('authorisation', () => {
  it.each(PROTECTED)('refuses %s without a token, and does not even read the secret', async (path) => {
    const token = vi.fn(async () => TOKEN);
    const answer = await apiOf({ token })(path);

    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Bearer',
      'content-type': 'application/problem+json',
    });
    expect(JSON.parse(answer.body ?? '')).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'This needs a bearer token.',
    });
    expect(token).not.toHaveBeenCalled();
  });

  it.each(PROTECTED)('lets the right token through to %s', async (path) => {
    expect((await apiOf()(path, { headers: SIGNED_IN })).statusCode).toBe(200);
  });

  it.each(PUBLIC)('asks nobody for a token at %s', async (path) => {
    expect((await apiOf()(path)).statusCode).toBe(200);
  });

  it.each([
    ['a token that only begins like the right one', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the right token with something behind it', `Bearer ${TOKEN}x`],
    ['the right token in the wrong case', `Bearer ${TOKEN.toLowerCase()}`],
    ['an empty token', 'Bearer '],
    ['another scheme', `Basic ${TOKEN}`],
    ['no scheme', TOKEN],
    ['a token of foreign letters', 'Bearer пароль'],
  ])('refuses %s', async (_, authorization) => {
    const answer = await apiOf()('/snapshot', { headers: { authorization } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers?.['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.body).not.toContain(TOKEN);
  });

  it('tells a wrong token from a missing one', async () => {
    const answer = await apiOf()('/snapshot', { headers: { authorization: 'Bearer wrong' } });
    expect(answer.headers?.['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('takes the scheme in any case, as HTTP has it', async () => {
    const answer = await apiOf()('/snapshot', { headers: { authorization: `bearer ${TOKEN}` } });
    expect(answer.statusCode).toBe(200);
  });

  it('protects a path however it is spelt', async () => {
    for (const path of ['/snapshot/', '/%73napshot', '/prod/snapshot']) {
      const answer = await apiOf()(path, { stage: 'prod' });
      expect(answer.statusCode, path).toBe(401);
    }
  });

  it('knows every route there is as either protected or public', () => {
    const known = [...PROTECTED, ...PUBLIC].map((path) => path.replace(/\?.*$|[\w-]+-down$/, ''));
    expect(known.toSorted()).toEqual(
      Object.values(ROUTES)
        .map((path) => path.replace(/{\w+}/, ''))
        .toSorted(),
    );
  });
});

describe('what is open to anybody', () => {
  const stranger = { accept: 'text/html' };
  const unasked = () => ({
    readSnapshot: vi.fn(async () => snapshotOf()),
    readMoments: vi.fn(async () => []),
    token: vi.fn(async () => TOKEN),
  });

  it('looks at nothing but what was deployed, apart from the word for load balancers', async () => {
    const deps = unasked();
    const ask = apiOf(deps);
    for (const path of PUBLIC.filter((p) => p !== '/health')) {
      for (const method of ['GET', 'HEAD']) {
        expect((await ask(path, { method, headers: stranger })).statusCode, path).toBe(200);
      }
    }
    for (const dep of Object.values(deps)) expect(dep).not.toHaveBeenCalled();
  });

  it('tells in no runbook whose it is: it is the same for every installation in every state', async () => {
    const asked = (changes: Parameters<typeof apiOf>[0], finding: string) =>
      apiOf(changes)(`/runbooks/${finding}`, { headers: stranger });
    for (const { id } of FINDINGS) {
      const one = await asked({ installations: ['production'] }, id);
      const other = await asked(
        { installations: ['elsewhere'], readSnapshot: async () => brokenSnapshot(), access: { by: 'iam' } },
        id,
      );
      expect(one.statusCode).toBe(200);
      expect(other).toEqual(one);
    }
  });

  it.each([
    '/runbooks/../snapshot',
    '/runbooks/..%2fsnapshot',
    '/runbooks/%2e%2e/snapshot',
    '/runbooks/..%2f..%2fmetrics',
    '/runbooks//snapshot',
    '/runbooks/snapshot',
    '/runbooks/postgres-down/../../snapshot',
    '/runbooks/postgres-down%2f..%2f..%2fsnapshot',
    '/style.css/../snapshot',
    '/health/../snapshot',
    '/runbooks/?installation=production',
    '/runbooks',
  ])('is no way to what is not: %s', async (path) => {
    for (const access of [undefined, { by: 'iam' }, { by: 'jwt' }] as const) {
      const deps = unasked();
      const answer = await apiOf({ ...deps, ...(access && { access }) })(path);
      expect(answer.statusCode).toBe(404);
      expect(deps.readSnapshot).not.toHaveBeenCalled();
    }
  });
});

describe('authorisation by the gateway', () => {
  it.each([
    ['iam', { iam: { userArn: 'arn:aws:iam::123456789012:user/reader' } }],
    ['jwt', { jwt: { claims: { sub: 'reader' }, scopes: [] } }],
  ] as const)('lets through whom %s has let through', async (by, authorizer) => {
    const ask = apiOf({ access: { by } });
    for (const path of PROTECTED) expect((await ask(path, { authorizer })).statusCode, path).toBe(200);
  });

  it.each(['iam', 'jwt'] as const)('is closed where the gateway did not ask %s', async (by) => {
    const other: Readonly<Record<string, object>> = by === 'iam' ? { jwt: {} } : { iam: {} };
    const ask = apiOf({ access: { by } });
    for (const path of PROTECTED) {
      expect((await ask(path)).statusCode, path).toBe(401);
      expect((await ask(path, { authorizer: other })).statusCode, path).toBe(401);
      expect((await ask(path, { headers: SIGNED_IN })).statusCode, path).toBe(401);
    }
  });
});
