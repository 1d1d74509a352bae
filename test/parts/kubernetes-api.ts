import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificates } from './certificates.ts';

/** What is asked for, as RBAC sees it: a verb on a resource, or on a path that is none. */
export interface Asked {
  readonly verb: 'get' | 'list';
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

type Answering = (request: URL, response: ServerResponse) => void | Promise<void>;
interface KubernetesObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly items: readonly object[];
}

const CLUSTER = 'prefect-cluster';
const REGION = 'eu-central-1';
const RESOURCE =
  /^\/(?:api|apis\/([a-z0-9.]+))\/v1(?:beta1)?(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+)(?:\/.*)?)?)?$/;

function askedFor({ pathname }: URL): Asked {
  const match = RESOURCE.exec(pathname);
  if (match === null) return { verb: 'get', group: '', resource: pathname, namespace: '', name: '' };
  const [, group = '', namespace = '', kind = '', name = '', part] = match;
  const resource = part === undefined ? kind : `${kind}/${part}`;
  return { verb: name === '' ? 'list' : 'get', group, resource, namespace, name: decodeURIComponent(name) };
}

/** Why a token is not one that EKS would let in; null when it is. */
export function faultOf(authorization: string | undefined, now: number): string | null {
  const token = /^Bearer k8s-aws-v1\.([A-Za-z0-9_-]+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return 'no token of EKS';
  const url = new URL(Buffer.from(token, 'base64url').toString('utf8'));
  const query = url.searchParams;
  if (url.protocol !== 'https:' || url.host !== `sts.${REGION}.amazonaws.com` || url.pathname !== '/')
    return 'not of the STS of this region';
  if (query.get('Action') !== 'GetCallerIdentity') return 'asks STS for something else';
  if (!query.get('X-Amz-SignedHeaders')?.split(';').includes('x-k8s-aws-id')) return 'for any cluster';
  if (!/^[0-9a-f]{64}$/.test(query.get('X-Amz-Signature') ?? '')) return 'not signed';
  const stamp = (query.get('X-Amz-Date') ?? '').replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const age = (now - Date.parse(stamp)) / 1000;
  if (!(age > -60 && age < Number(query.get('X-Amz-Expires')))) return 'too old';
  return Number(query.get('X-Amz-Expires')) === 60 ? null : 'valid for too long';
}

/**
 * An API server of Kubernetes as far as a probe can tell: TLS by an authority of its own, a token of EKS on every
 * request, lists in pages, and a failure for every path nobody told it of. It keeps what it was asked.
 */
export class KubernetesApi {
  readonly asked: Asked[] = [];
  readonly requests: URL[] = [];
  /** Paths that nobody told of; a test with one has failed. */
  readonly strange: string[] = [];
  readonly #answers = new Map<string, Answering>();
  readonly #certificateAuthority: string;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(tls: { readonly cert: string; readonly key: string; readonly ca: string }) {
    this.#certificateAuthority = Buffer.from(tls.ca).toString('base64');
    this.#server = createServer({ cert: tls.cert, key: tls.key }, (request, response) => {
      void this.#answer(request, response);
    });
  }

  static async start(): Promise<KubernetesApi> {
    const api = new KubernetesApi(await makeCertificates('IP:127.0.0.1'));
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  /** What a configuration names to be let in. */
  get access() {
    const { port } = this.#server.address() as AddressInfo;
    return {
      from: 'eks',
      cluster: CLUSTER,
      region: REGION,
      endpoint: `https://127.0.0.1:${port}`,
      certificateAuthority: this.#certificateAuthority,
    } as const;
  }

  /** Forgets what it was asked and what it was told to answer. */
  reset(): void {
    this.asked.length = 0;
    this.requests.length = 0;
    this.strange.length = 0;
    this.#answers.clear();
  }

  on(path: string, answer: Answering): void {
    this.#answers.set(path, answer);
  }

  /** Has something else answer where it likes, and else what answered before. */
  instead(
    path: string,
    answer: (request: URL, response: ServerResponse, usual: Answering) => void | Promise<void>,
  ): void {
    const usual = this.#answers.get(path) ?? (() => {});
    this.on(path, (request, response) => answer(request, response, usual));
  }

  text(path: string, text: string, status = 200): void {
    this.on(
      path,
      (_, response) => void response.writeHead(status, { 'content-type': 'text/plain' }).end(text),
    );
  }

  json(path: string, body: unknown, status = 200): void {
    this.on(path, (_, response) => reply(response, status, body));
  }

  /** A refusal as Kubernetes words it, for one answer and for all of a path. */
  status(response: ServerResponse, code: number, reason: string): void {
    reply(response, code, statusOf(code, reason));
  }

  refuse(path: string, code: number, reason: string): void {
    this.json(path, statusOf(code, reason), code);
  }

  /** A list, as long as `limit` of the request allows at a time. From the cache, pages are not made unless told. */
  list(path: string, { kind, apiVersion, items }: KubernetesObject, pagesFromCache = true): void {
    this.on(path, (request, response) => {
      const query = request.searchParams;
      const from = Number(query.get('continue') ?? 0);
      // The real one allows no version beside a `continue`.
      if (from > 0 && query.has('resourceVersion')) return reply(response, 400, statusOf(400, 'BadRequest'));
      const limit = pagesFromCache || from > 0 ? Number(query.get('limit') ?? items.length) : items.length;
      const next = from + limit < items.length ? { continue: String(from + limit) } : {};
      reply(response, 200, {
        kind,
        apiVersion,
        metadata: { resourceVersion: '4711', ...next },
        items: items.slice(from, from + limit),
      });
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://cluster');
    this.requests.push(url);
    this.asked.push(askedFor(url));
    if (request.method !== 'GET') return reply(response, 405, statusOf(405, 'MethodNotAllowed'));
    if (faultOf(request.headers.authorization, Date.now()) !== null)
      return reply(response, 401, statusOf(401, 'Unauthorized'));
    const answer = this.#answers.get(url.pathname);
    if (answer !== undefined) return answer(url, response);
    this.strange.push(url.pathname);
    reply(response, 404, statusOf(404, 'NotFound'));
  }
}

const statusOf = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `refused: secret-${createHash('sha1').update(reason).digest('hex')}`,
  reason,
  code,
});

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
