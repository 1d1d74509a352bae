import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { performance } from 'node:perf_hooks';
import { ProbeFailure } from '../failure.ts';
import { Body } from './body.ts';
import { clockSkewSeconds } from './clock.ts';
import { retryAfterMs } from './retry-after.ts';

/** An answer larger than this is not one we asked for. */
const BODY_BYTES_MAX = 256 * 1024;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Where a redirect points, as it was written; empty without one. */
  readonly location: string;
  readonly text: string;
  readonly elapsedMs: number;
  /** By how much the clock of what answered is ahead of ours; null when it did not say. */
  readonly clockSkewSeconds: number | null;
  /** For how long it asks not to be asked again; null when it does not. */
  readonly retryAfterMs: number | null;
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

/** Refused by its name alone: not a byte is unpacked, so none of a bomb's goes off. */
function assertPlain({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  throw new ProbeFailure('protocol', 'the answer is compressed, which was not offered');
}

/** What Node says of an answer that is no HTTP, or that ends too early. */
function failureOf(cause: Error): Error {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ProbeFailure('protocol', 'the headers are too large', { cause });
  if (code.startsWith('HPE_')) {
    return new ProbeFailure('protocol', 'what answers does not speak HTTP', { cause });
  }
  return cause;
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
  const [began, askedAt] = [performance.now(), Date.now()];
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const received = new Body(BODY_BYTES_MAX);
    let incoming: IncomingMessage | undefined;
    const outgoing = open(url, {
      method,
      agent: false,
      signal: AbortSignal.any([deadline, abort]),
      ...(ca !== undefined && { ca }),
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'prefect-vitals',
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
        ...headers,
      },
    });
    const late = () =>
      incoming === undefined
        ? `no answer within ${timeoutMs} ms`
        : `the answer was not whole within ${timeoutMs} ms: ${received.bytes} bytes of it came`;
    const fail = (cause: Error) => {
      const isLate = deadline.aborted || abort.aborted;
      reject(isLate ? new ProbeFailure('timeout', late(), { cause }) : failureOf(cause));
    };
    /** What breaks a rule of ours ends the connection, so that nothing more of it comes in. */
    const orRefuse = (step: () => void) => {
      try {
        step();
      } catch (error) {
        reject(error);
        outgoing.destroy();
      }
    };
    outgoing.on('error', fail);
    outgoing.on('response', (answering) => {
      incoming = answering;
      const answeredAt = Date.now();
      const skew = clockSkewSeconds(answering.headers, askedAt, answeredAt);
      const retryAfter = retryAfterMs(answering.headers, answeredAt);
      answering.on('error', (cause) => {
        if (deadline.aborted || abort.aborted) fail(cause);
        else reject(new ProbeFailure('protocol', 'the answer breaks off', { cause }));
      });
      answering.on('data', (chunk: Buffer) => orRefuse(() => received.add(chunk)));
      answering.on('end', () =>
        orRefuse(() =>
          resolve({
            status: answering.statusCode ?? 0,
            contentType: answering.headers['content-type'] ?? '',
            location: answering.headers.location ?? '',
            text: received.text(),
            elapsedMs: performance.now() - began,
            clockSkewSeconds: skew,
            retryAfterMs: retryAfter,
          }),
        ),
      );
      orRefuse(() => assertPlain(answering));
    });
    outgoing.end(text);
  });
}
