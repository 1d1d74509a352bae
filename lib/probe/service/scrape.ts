import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { performance } from 'node:perf_hooks';
import type { ServiceAtAddressTarget, ServiceTarget } from '../../config/targets.ts';
import { ProbeFailure } from '../failure.ts';
import { authorizationOf } from '../http-authorization.ts';

/** An exposition under way: its head has come, its body has not been read. */
export interface Scrape {
  readonly status: number;
  readonly contentType: string;
  /** Undefined where the body stands as it is. */
  readonly contentEncoding: string | undefined;
  /** To the head of the answer, which a service sends once it has gathered its metrics. */
  readonly elapsedMs: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it at once, read or not. Must not throw. */
  discard(): void;
}

/** How a service's metrics are reached: directly, or through something that stands between. */
export type OpenScrape = (target: ServiceTarget, abort: AbortSignal) => Promise<Scrape>;

export const ACCEPT = 'text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5';

/**
 * Asks for the metrics over a connection of its own. Redirects are not followed and compression is not offered.
 *
 * @throws ProbeFailure `auth` or `protocol`; other errors are Node's, with their codes.
 */
export const scrapeDirectly = async (
  { metricsUrl, auth, tls }: ServiceAtAddressTarget,
  abort: AbortSignal,
): Promise<Scrape> => {
  const authorization = await authorizationOf(auth);
  const open = metricsUrl.startsWith('https:') ? overHttps : overHttp;
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = open(metricsUrl, {
      method: 'GET',
      agent: false,
      ...(tls.ca !== undefined && { ca: tls.ca }),
      headers: {
        accept: ACCEPT,
        'user-agent': 'prefect-vitals',
        ...(authorization !== undefined && { authorization }),
      },
    });
    const giveUp = () => outgoing.destroy();
    if (abort.aborted) giveUp();
    abort.addEventListener('abort', giveUp, { once: true });
    outgoing.on('error', (cause) => {
      const isNoHttp = 'code' in cause && typeof cause.code === 'string' && cause.code.startsWith('HPE_');
      reject(isNoHttp ? new ProbeFailure('protocol', 'what answers does not speak HTTP', { cause }) : cause);
    });
    outgoing.on('response', (incoming) => {
      // Until it is read, nobody else would hear that the connection broke.
      incoming.on('error', () => {});
      resolve({
        status: incoming.statusCode ?? 0,
        contentType: incoming.headers['content-type'] ?? '',
        contentEncoding: incoming.headers['content-encoding'],
        elapsedMs: performance.now() - began,
        body: incoming,
        discard: giveUp,
      });
    });
    outgoing.end();
  });
};
