import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { openapi } from '../../lib/api/openapi.ts';
import { METHODS_SERVED, PUBLIC_ROUTES, ROUTES } from '../../lib/api/routes.ts';
import { brokenSnapshot, secondsAfter, snapshotOf } from './fixtures.ts';
import { apiOf, SIGNED_IN } from './gateway.ts';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const served = async (path: string, changes: Parameters<typeof apiOf>[0] = {}) => {
  const answer = await apiOf(changes)(path, { headers: SIGNED_IN });
  return { ...answer, json: JSON.parse(answer.body ?? '') };
};
const document = async (): Promise<Document> => (await served('/openapi.json')).json;
const ajv = () => new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true });

describe('GET /schema', () => {
  it('describes every snapshot that is served', async () => {
    const answer = await served('/schema');
    expect(answer.headers?.['content-type']).toBe('application/schema+json');
    expect(answer.json.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const validate = ajv().compile(answer.json);
    for (const stored of [snapshotOf(), brokenSnapshot()]) {
      for (const now of [secondsAfter(30), secondsAfter(600)]) {
        for (const path of ['/snapshot', '/snapshot?detailed=true']) {
          const { json } = await served(path, { readSnapshot: async () => stored, now: () => now });
          expect(validate(json) || validate.errors).toBe(true);
        }
      }
    }
  });

  it('describes nothing else', async () => {
    const validate = ajv().compile((await served('/schema')).json);
    expect(validate({ ...snapshotOf(), more: 1 })).toBe(false);
    expect(validate({ ...snapshotOf(), status: 'fine' })).toBe(false);
    const { status: _, ...without } = snapshotOf();
    expect(validate(without)).toBe(false);
  });

  it('is not sent again to whoever holds it', async () => {
    const etag = String((await served('/schema')).headers?.etag);
    const again = await apiOf()('/schema', { headers: { ...SIGNED_IN, 'if-none-match': etag } });
    expect(again.statusCode).toBe(304);
  });
});

describe('GET /openapi.json', () => {
  it.each(['token', 'iam', 'jwt'] as const)(
    'is an OpenAPI document by the specification, where %s decides',
    async (by) => {
      const validator = new Validator();
      expect(await validator.validate({ ...openapi(by) })).toEqual({ valid: true });
      expect(validator.version).toBe('3.1');
      expect((await validator.validate({ ...openapi(by), paths: [] })).valid).toBe(false);
    },
  );

  it('has every route with every method, and no other', async () => {
    const { openapi: version, paths } = await document();
    expect(version).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(Object.values(ROUTES));
    for (const operations of Object.values(paths)) {
      expect(Object.keys(operations)).toEqual(METHODS_SERVED.map((m) => m.toLowerCase()));
    }
  });

  it('is sound: every name is given once, every reference leads somewhere, every path parameter is told', async () => {
    const whole = await document();
    const operations = Object.entries(whole.paths).flatMap(([path, item]) =>
      Object.values(item).map((operation) => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const told = (operation.parameters ?? [])
        .filter((p) => p.in === 'path' && p.required)
        .map((p) => p.name);
      expect(told).toEqual([...path.matchAll(/{(\w+)}/g)].map(([, name]) => name));
      for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('');
    }
    const references = [...JSON.stringify(whole).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of new Set(references)) {
      expect(Object.keys(whole.components.schemas)).toContain(
        reference?.replace('#/components/schemas/', ''),
      );
    }
  });

  it('says of the same routes as the API that they are open to anyone', async () => {
    const { paths } = await document();
    const open = Object.entries(paths).filter(([, item]) => item.get?.security?.length === 0);
    expect(open.map(([path]) => path).toSorted()).toEqual(
      PUBLIC_ROUTES.map((name) => ROUTES[name]).toSorted(),
    );
  });

  it.each([
    ['token', { type: 'http', scheme: 'bearer' }],
    ['jwt', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }],
    ['iam', { type: 'apiKey', in: 'header', name: 'Authorization' }],
  ] as const)('says how to prove who one is where %s decides', async (by, scheme) => {
    const { security, components } = openapi(by);
    expect(security).toEqual([{ [by]: [] }]);
    expect(components).toMatchObject({ securitySchemes: { [by]: scheme } });
  });
});
