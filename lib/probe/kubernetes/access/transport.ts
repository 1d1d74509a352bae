import { type IncomingMessage, request as overHttp, Agent as PlainAgent } from 'node:http';
import { Agent, request as overHttps } from 'node:https';
import { performance } from 'node:perf_hooks';
import { ProbeFailure } from '../../failure.ts';
import type { Endpoint } from './endpoint.ts';

/** Enough for two thousand pods in one answer: from its cache an API server does not page. */
export const BODY_BYTES_MAX = 32 * 1024 * 1024;
const TIMEOUT_MS = 3_500;
/** Requests at the same time: a namespace's pods must not wait for all logs, nor the API server for us. */
const SOCKETS_MAX = 4;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly elapsedMs: number;
}

export interface Limits {
  readonly bytesMax?: number;
  readonly timeoutMs?: number;
}

/**
 * GET requests to one API server over kept connections. Nothing else can be sent; redirects are not followed,
 * compression is not offered, and an answer is bounded in time and size.
 */
export class Transport {
  readonly #endpoint: Endpoint;
  readonly #agent: PlainAgent;
  readonly #ended = new AbortController();

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    const pool = { keepAlive: true, maxSockets: SOCKETS_MAX };
    this.#agent = endpoint.server.startsWith('https:')
      ? new Agent({ ...endpoint.tls, ...pool })
      : new PlainAgent(pool);
  }

  /** Ends every request under way; later ones fail. */
  destroy(): void {
    this.#ended.abort();
    this.#agent.destroy();
  }

  /** The answer as soon as its head is there; `abort` ends it, body and all. `path` begins with a slash. */
  open(path: string, abort: AbortSignal, headers: Readonly<Record<string, string>> = {}) {
    const { server, headers: own } = this.#endpoint;
    const send = server.startsWith('https:') ? overHttps : overHttp;
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = send(`${server}${path}`, {
        method: 'GET',
        agent: this.#agent,
        signal: AbortSignal.any([abort, this.#ended.signal]),
        headers: { 'user-agent': 'prefect-vitals', ...headers, ...own },
      });
      outgoing.on('error', (cause) => reject(this.#failureOf(cause, abort)));
      outgoing.on('response', resolve);
      outgoing.end();
    });
  }

  /** A whole answer, whatever its status. @throws ProbeFailure `timeout` or `protocol`; other errors are Node's. */
  async ask(path: string, headers: Readonly<Record<string, string>> = {}, limits: Limits = {}) {
    const { bytesMax = BODY_BYTES_MAX, timeoutMs = TIMEOUT_MS } = limits;
    const began = performance.now();
    const deadline = AbortSignal.timeout(timeoutMs);
    const incoming = await this.open(path, deadline, headers);
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        bytes += chunk.byteLength;
        if (bytes > bytesMax)
          throw new ProbeFailure('protocol', `an answer is larger than ${bytesMax} bytes`);
        chunks.push(chunk);
      }
    } catch (cause) {
      throw this.#failureOf(cause, deadline);
    }
    const answer: Answer = {
      status: incoming.statusCode ?? 0,
      headers: textsOf(incoming),
      text: Buffer.concat(chunks).toString('utf8'),
      elapsedMs: performance.now() - began,
    };
    return answer;
  }

  #failureOf(cause: unknown, abort: AbortSignal): unknown {
    if (cause instanceof ProbeFailure) return cause;
    if (abort.aborted || this.#ended.signal.aborted) {
      return new ProbeFailure('timeout', 'the API server gave no whole answer in time', { cause });
    }
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    return code.startsWith('HPE_')
      ? new ProbeFailure('protocol', 'what answers does not speak HTTP', { cause })
      : cause;
  }
}

const textsOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
