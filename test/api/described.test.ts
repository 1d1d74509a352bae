import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it, vi } from 'vitest';
import { openapi } from '../../lib/api/openapi.ts';
import { ROUTES, type RouteName } from '../../lib/api/routes.ts';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { momentOf } from '../../lib/store/history.ts';
import { brokenSnapshot, secondsAfter, snapshotOf } from './fixtures.ts';
import { apiOf, type Changes, SIGNED_IN } from './gateway.ts';

interface Response {
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>
  >;
  readonly components: object;
}
const DOCUMENT = openapi('token') as unknown as Document;
const checker = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true });
checker.addVocabulary(['components', 'response']);
const compiled = new Map<string, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const text = JSON.stringify(schema);
  const validate =
    compiled.get(text) ?? checker.compile({ components: DOCUMENT.components, ...(schema as object) });
  compiled.set(text, validate);
  return validate;
}

interface Asked {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly changes?: Changes;
}

/** Asks a route and holds the answer against what the document says of it. @returns the status. */
async function described(route: RouteName, { path, headers = SIGNED_IN, changes = {} }: Asked) {
  const ask = apiOf(changes);
  for (const method of ['GET', 'HEAD'] as const) {
    const answer = await ask(path, { method, headers });
    const of = `${method} ${path}`;
    const { responses } = DOCUMENT.paths[ROUTES[route]]?.[method.toLowerCase()] ?? { responses: {} };
    // What nobody could foresee is told of as `default`; everything else by its own status.
    const status = answer.statusCode === 500 ? 'default' : String(answer.statusCode);
    expect(responses, of).toHaveProperty([status]);
    const response = responses[status];
    for (const name of Object.keys(response?.headers ?? {})) expect(answer.headers, of).toHaveProperty(name);

    const type = String(answer.headers?.['content-type'] ?? '').split(';')[0] ?? '';
    if (answer.statusCode === 304) {
      expect(answer.body ?? '', of).toBe('');
      expect(response?.content, of).toBeUndefined();
    } else {
      expect(Object.keys(response?.content ?? {}), of).toContain(type);
      const schema = response?.content?.[type]?.schema;
      if (schema !== undefined && method === 'GET') {
        const value = type.endsWith('json') ? JSON.parse(answer.body ?? '') : answer.body;
        const validate = validatorOf(schema);
        expect(validate(value) || validate.errors, of).toBe(true);
      }
    }
  }
  return (await ask(path, { headers })).statusCode;
}

const HTML = { accept: 'text/html' };
const CASES: Readonly<Record<RouteName, readonly (readonly [status: number, Asked])[]>> = {
  page: [[200, { path: '/' }]],
  script: [[200, { path: '/main.js' }]],
  style: [[200, { path: '/style.css' }]],
  health: [
    [200, { path: '/health' }],
    [503, { path: '/health', changes: { readSnapshot: async () => brokenSnapshot() } }],
    [503, { path: '/health', changes: { readSnapshot: async () => null } }],
  ],
  installations: [
    [200, { path: '/installations' }],
    [401, { path: '/installations', headers: {} }],
  ],
  snapshot: [
    [200, { path: '/snapshot' }],
    [200, { path: '/snapshot?detailed=true' }],
    [200, { path: '/snapshot', changes: { readSnapshot: async () => brokenSnapshot() } }],
    [200, { path: '/snapshot?detailed=true', changes: { now: () => secondsAfter(600) } }],
    [304, { path: '/snapshot', headers: { ...SIGNED_IN, 'if-none-match': '*' } }],
    [400, { path: '/snapshot?detailed=1' }],
    [401, { path: '/snapshot', headers: {} }],
    [404, { path: '/snapshot?installation=other' }],
    [503, { path: '/snapshot', changes: { readSnapshot: async () => null } }],
  ],
  history: [
    [200, { path: '/history?signal=redis.up' }],
    [
      200,
      {
        path: '/history?signal=redis.up&signal=prefect.flow_run.count',
        changes: { readMoments: async () => [momentOf(snapshotOf()), momentOf(brokenSnapshot())] },
      },
    ],
    [400, { path: '/history' }],
    [401, { path: '/history?signal=redis.up', headers: {} }],
    [404, { path: '/history?signal=redis.up&installation=other' }],
  ],
  metrics: [
    [200, { path: '/metrics' }],
    [401, { path: '/metrics', headers: {} }],
  ],
  runbook: [
    ...FINDINGS.map(({ id }) => [200, { path: `/runbooks/${id}` }] as const),
    [200, { path: '/runbooks/redis-down', headers: HTML }],
    [304, { path: '/runbooks/redis-down', headers: { 'if-none-match': '*' } }],
    [404, { path: '/runbooks/none' }],
  ],
  schema: [
    [200, { path: '/schema' }],
    [304, { path: '/schema', headers: { ...SIGNED_IN, 'if-none-match': '*' } }],
    [401, { path: '/schema', headers: {} }],
  ],
  openapi: [
    [200, { path: '/openapi.json' }],
    [304, { path: '/openapi.json', headers: { ...SIGNED_IN, 'if-none-match': '*' } }],
    [401, { path: '/openapi.json', headers: {} }],
  ],
};

describe('what OpenAPI is told of a route is what it answers', () => {
  it.each(Object.entries(CASES))('%s', async (route, cases) => {
    for (const [status, asked] of cases) {
      expect(await described(route as RouteName, asked), asked.path).toBe(status);
    }
  });

  it('with every problem that it is told of', () => {
    for (const [route, cases] of Object.entries(CASES)) {
      const told = Object.keys(DOCUMENT.paths[ROUTES[route as RouteName]]?.get?.responses ?? {});
      const shown = new Set(cases.map(([status]) => String(status)));
      // Every conditional route answers 304 in the same way.
      expect(
        told.filter((s) => s !== 'default' && s !== '304' && !shown.has(s)),
        route,
      ).toEqual([]);
    }
  });

  it('and when something fails inside, it is a problem as well', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const readSnapshot = () => Promise.reject(new Error('the table is gone'));
    expect(await described('snapshot', { path: '/snapshot', changes: { readSnapshot } })).toBe(500);
    log.mockRestore();
  });
});
