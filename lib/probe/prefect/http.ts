import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { performance } from 'node:perf_hooks';
import { ProbeFailure } from '../failure.ts';

/** An answer larger than this is not one we asked for. */
const BODY_BYTES_MAX = 256 * 1024;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly elapsedMs: number;
}

export interface Question {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ca?: string;
  readonly timeoutMs: number;
  readonly abort: AbortSignal;
}

/**
 * One request over a connection of its own. Redirects are not followed, compression is not offered, the body is
 * bounded and `timeoutMs` covers everything from the look-up of the name to the last byte.
 *
 * Node's own client, because fetch can neither be given a CA for one request nor be stopped at a size.
 *
 * @throws ProbeFailure `timeout` or `protocol`; other errors are Node's, with their codes.
 */
export function ask(question: Question): Promise<Answer> {
  const { url, method, headers, body, ca, timeoutMs, abort } = question;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const open = url.startsWith('https:') ? overHttps : overHttp;
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const outgoing = open(url, {
      method,
      agent: false,
      signal: AbortSignal.any([deadline, abort]),
      ...(ca !== undefined && { ca }),
      headers: {
        accept: 'application/json',
        'user-agent': 'prefect-vitals',
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
        ...headers,
      },
    });
    const fail = (cause: Error) => {
      const late = deadline.aborted || abort.aborted;
      if (late) reject(new ProbeFailure('timeout', `no whole answer within ${timeoutMs} ms`, { cause }));
      else if ('code' in cause && typeof cause.code === 'string' && cause.code.startsWith('HPE_')) {
        reject(new ProbeFailure('protocol', 'what answers does not speak HTTP', { cause }));
      } else reject(cause);
    };
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('error', fail);
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        chunks.push(chunk);
        if (bytes > BODY_BYTES_MAX) {
          outgoing.destroy();
          reject(new ProbeFailure('protocol', `the answer is larger than ${BODY_BYTES_MAX} bytes`));
        }
      });
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          contentType: incoming.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
          elapsedMs: performance.now() - began,
        }),
      );
    });
    outgoing.end(text);
  });
}
