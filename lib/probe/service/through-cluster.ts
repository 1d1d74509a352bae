import { performance } from 'node:perf_hooks';
import { failureOf, ProbeFailure } from '../failure.ts';
import type { EndpointOf } from '../kubernetes/access/endpoint.ts';
import { proxyPath } from '../kubernetes/access/proxy.ts';
import { Transport } from '../kubernetes/access/transport.ts';
import { ACCEPT, type OpenScrape, scrapeDirectly } from './scrape.ts';

/** Together less than the frame gives for opening: there must be time to ask who is to blame. */
const PATIENCE = { headMs: 4_000, livezMs: 1_000 } as const;
const LIVEZ = '/livez';
type Patience = Readonly<Record<keyof typeof PATIENCE, number>>;

/** These may come from either: what the API server refuses and what the service does look the same. */
const REFUSALS: Readonly<Record<number, ConstructorParameters<typeof ProbeFailure>>> = {
  401: ['auth', 'the API server, or the service behind it, does not accept who asks (401)'],
  403: ['permission', 'the API server forbids services/proxy of this Service (403)'],
  404: ['missing', 'the cluster has no such Service, or it has no metrics at this path (404)'],
  429: ['saturated', 'the API server has no room for this request (429)'],
};

/** A cluster that cannot be reached says nothing of the services in it: they are not down for that. */
async function blame(transport: Transport, error: unknown, timeoutMs: number): Promise<ProbeFailure> {
  const failure = failureOf(error);
  const unreachable = new ProbeFailure('failed', 'the API server on the way to the service does not answer', {
    cause: error,
  });
  if (failure.reason === 'refused') return unreachable;
  if (failure.reason !== 'timeout') return failure;
  try {
    await transport.ask(LIVEZ, {}, { timeoutMs });
    return new ProbeFailure('timeout', 'the service behind the API server gave no answer in time', {
      cause: error,
    });
  } catch {
    return unreachable;
  }
}

/**
 * Asks a Service inside a cluster by way of its API server, and every other service directly. Needs nothing of the
 * client of Kubernetes: one path, and the token.
 *
 * @param endpointOf how to find the way into a cluster from where the probe runs
 * @param patience how long the head of an answer may take, and then the API server's word that it lives
 */
export const scrapeThroughClusters =
  (endpointOf: EndpointOf, patience: Patience = PATIENCE): OpenScrape =>
  async (target, abort) => {
    if (!('via' in target)) return scrapeDirectly(target, abort);
    const { access, namespace, service: name, port, path } = target.via;
    const transport = new Transport(await endpointOf({ access }));
    const discard = () => transport.destroy();
    abort.addEventListener('abort', discard, { once: true });
    const head = new AbortController();
    const deadline = setTimeout(() => head.abort(), patience.headMs);
    const began = performance.now();
    try {
      const incoming = await transport.open(proxyPath({ namespace, name, port }, path), head.signal, {
        accept: ACCEPT,
      });
      // Until it is read, nobody else would hear that the connection broke.
      incoming.on('error', () => {});
      const status = incoming.statusCode ?? 0;
      const refusal = REFUSALS[status];
      if (refusal !== undefined) throw new ProbeFailure(...refusal);
      return {
        status,
        contentType: incoming.headers['content-type'] ?? '',
        contentEncoding: incoming.headers['content-encoding'],
        elapsedMs: performance.now() - began,
        body: incoming,
        discard,
      };
    } catch (error) {
      const failure =
        error instanceof ProbeFailure && error.reason !== 'timeout'
          ? error
          : await blame(transport, error, patience.livezMs);
      discard();
      throw failure;
    } finally {
      clearTimeout(deadline);
    }
  };
