import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Api, type ApiDeps, createApi } from '../../lib/api/router.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { type Detail, type StoredSnapshot, snapshotItem, storedIn } from '../../lib/store/snapshot-item.ts';
import { secondsAfter, snapshotOf } from './fixtures.ts';

export const TOKEN = 'k7Wq2vNf0pXy5sBt8uRz1cLm4dGh6jAe';
export const SIGNED_IN = { authorization: `Bearer ${TOKEN}` } as const;

export const CONTEXT = { awsRequestId: '8b5a1c3e' } as Context;

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly stage?: string;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  /** What the gateway's own authoriser found out about the caller. */
  readonly authorizer?: Readonly<Record<string, object>>;
}

/** A request as API Gateway's HTTP API hands it over in payload format 2.0. */
export function eventOf(
  path: string,
  { method = 'GET', headers, query, stage, body, isBase64Encoded = false, authorizer }: Asked = {},
): APIGatewayProxyEventV2 {
  const [rawPath = '', search] = path.split('?');
  const asked = { ...Object.fromEntries(new URLSearchParams(search)), ...query };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: new URLSearchParams(asked).toString(),
    headers: {
      host: 'abc123.execute-api.eu-central-1.amazonaws.com',
      'user-agent': 'curl/8.5.0',
      ...headers,
    },
    ...(Object.keys(asked).length > 0 && { queryStringParameters: asked }),
    requestContext: {
      accountId: '123456789012',
      ...(authorizer && { authorizer }),
      apiId: 'abc123',
      domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'abc123',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: stage ?? '$default',
      time: '21/Nov/2026:08:00:00 +0000',
      timeEpoch: 1_795_248_000_000,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}

type Asker = ApiDeps['readSnapshot'];

export type Changes = Partial<Omit<ApiDeps, 'readSnapshot'>> & {
  readonly token?: () => Promise<string>;
  readonly readSnapshot?: (...asked: Parameters<Asker>) => Promise<Snapshot | null>;
};

/** What the store would hand out of this snapshot. Like the store, the very same of the very same. */
function storing(read: NonNullable<Changes['readSnapshot']>): Asker {
  const kept = new WeakMap<Snapshot, Readonly<Record<Detail, StoredSnapshot>>>();
  return async (installation, detail) => {
    const snapshot = await read(installation, detail);
    if (snapshot === null) return null;
    const whole = storedIn(snapshotItem(snapshot));
    const both = kept.get(snapshot) ?? { whole, brief: { brief: whole.brief, details: null } };
    kept.set(snapshot, both);
    return both[detail];
  };
}

/** An API over one healthy installation, thirty seconds after its snapshot was made. */
export const depsOf = ({
  token = async () => TOKEN,
  readSnapshot = async () => snapshotOf(),
  ...changes
}: Changes = {}): ApiDeps => ({
  readSnapshot: storing(readSnapshot),
  readMoments: async () => [],
  access: { by: 'token', token },
  installations: ['production'],
  page: { html: '<!doctype html><title>page</title>', script: 'export {};', style: 'body{}' },
  now: () => secondsAfter(30),
  ...changes,
});

export type Ask = (path: string, asked?: Asked) => Promise<APIGatewayProxyStructuredResultV2>;

/** Asks an API made of these parts, as API Gateway would. */
export function apiOf(changes: Changes = {}): Ask {
  const api = createApi(depsOf(changes));
  return (path, asked) => api(eventOf(path, asked), CONTEXT);
}

/** A parameter that is given several times is handed over once, its values with commas between. */
const joined = (parameters: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));

async function forward(api: Api, basePath: string, request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (!pathname.startsWith(`${basePath}/`)) {
    response.writeHead(404).end();
    return;
  }
  const answer = await api(
    eventOf(pathname.slice(basePath.length), {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, v]) => [name, String(v)])),
      query: joined(searchParams),
    }),
    CONTEXT,
  );
  response.writeHead(answer.statusCode ?? 200, answer.headers as Record<string, string>);
  response.end(Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'));
}

/** Serves an API on loopback under a path of its own, as the local emulator does. The address ends in a slash. */
export async function serveApi(deps: ApiDeps, basePath = '/_aws/execute-api/abc123/$default') {
  const api = createApi(deps);
  const server = createServer((request, response) => {
    forward(api, basePath, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${basePath}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
