import { STATUS_CODES } from 'node:http';
import { STATUSES } from '../model/status.ts';
import { VERSION } from '../version.ts';
import type { Access } from './authorise.ts';
import { ROUTE_NOTES, type RouteNote } from './openapi-parts.ts';
import { METHODS_SERVED, PUBLIC_ROUTES, ROUTES, type RouteName } from './routes.ts';
import { historySchema, type JsonSchema, snapshotSchema } from './schemas.ts';

const string = { type: 'string' };
const strings = { type: 'array', items: string };
const object = (properties: JsonSchema, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const SMALL_SCHEMAS: JsonSchema = {
  Health: object({ status: { enum: STATUSES } }),
  Installations: object({ installations: strings }),
  Problem: object({ type: string, title: string, status: { type: 'integer' }, detail: string }),
  Runbook: object({
    id: string,
    title: string,
    component: string,
    kinds: strings,
    needs: strings,
    thresholds: { type: 'object' },
    pending_seconds: { type: 'number' },
    recovery_seconds: { type: 'number' },
    meaning: string,
    impact: string,
    remedy: { type: 'array', items: object({ text: string, command: string }, ['text']) },
    causes: strings,
    source: strings,
  }),
};

/** In OpenAPI, what a schema defines for itself stands beside it among the components. */
function hoisted(name: string, schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $defs, $schema: _, ...rest }: JsonSchema = JSON.parse(text);
  return { ...(typeof $defs === 'object' ? $defs : {}), [name]: rest };
}

const PROBLEM = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

const ETAG = { description: 'For `If-None-Match` the next time.', schema: string };

function responsesOf({ content, isConditional, alsoContentAt, problems }: RouteNote): JsonSchema {
  const answer = (status: number, more: JsonSchema = {}) =>
    [String(status), { description: STATUS_CODES[status], ...more }] as const;
  const named = isConditional ? { headers: { etag: ETAG } } : {};
  return Object.fromEntries([
    answer(200, { content, ...named }),
    ...(isConditional ? [answer(304, named)] : []),
    ...(alsoContentAt === undefined ? [] : [answer(alsoContentAt, { content })]),
    ...problems.map((status) => answer(status, { content: PROBLEM })),
    ['default', { description: 'Whatever else goes wrong', content: PROBLEM }],
  ]);
}

function operationOf(name: RouteName, method: string): JsonSchema {
  const { summary, parameters, ...note } = ROUTE_NOTES[name];
  return {
    operationId: method === 'GET' ? name : `${name}${method}`,
    summary,
    ...(parameters && { parameters }),
    ...(PUBLIC_ROUTES.includes(name) && { security: [] }),
    responses: responsesOf({ summary, ...note }),
  };
}

/** How a request proves who it is from; OpenAPI knows SigV4 only as a header that somebody else's scheme fills. */
const SECURITY_SCHEMES: Readonly<Record<Access['by'], JsonSchema>> = {
  token: { type: 'http', scheme: 'bearer', description: 'The token of the stack, from its secret.' },
  jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  iam: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    description: 'AWS Signature Version 4 of the service execute-api.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
};

/** The API as OpenAPI 3.1 has it. The address is relative: whatever serves the document serves the rest. */
export const openapi = (by: Access['by']): JsonSchema => ({
  openapi: '3.1.0',
  info: {
    title: 'Prefect Vitals',
    version: VERSION,
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '.' }],
  security: [{ [by]: [] }],
  paths: Object.fromEntries(
    (Object.keys(ROUTES) as RouteName[]).map((name) => [
      ROUTES[name],
      Object.fromEntries(METHODS_SERVED.map((method) => [method.toLowerCase(), operationOf(name, method)])),
    ]),
  ),
  components: {
    securitySchemes: { [by]: SECURITY_SCHEMES[by] },
    schemas: {
      ...SMALL_SCHEMAS,
      ...hoisted('Snapshot', snapshotSchema()),
      ...hoisted('History', historySchema()),
    },
  },
});
