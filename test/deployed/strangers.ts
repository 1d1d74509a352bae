import { request as requestOver } from 'node:http';
import { text } from 'node:stream/consumers';
import type { HostileRequest } from '../api/hostile.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What HTTP can carry of a header; the rest no client could send. */
const sendable = (value: string): string => value.replace(/[^\x20-\x7e]/g, '?').slice(0, 2000);

/**
 * Sends a request as it is, its path too, which a browser's URL would tidy up first; `authorization` stands in for the
 * request's own.
 */
export async function send(
  address: string,
  { path, query, method, headers, body }: HostileRequest,
  authorization?: string,
): Promise<Answered> {
  const { hostname, port, pathname } = new URL(address);
  const search = new URLSearchParams(
    Object.entries(query).map(([name, v]) => [name, v.toWellFormed().slice(0, 2000)]),
  );
  const carried = Object.entries({ ...headers, ...(authorization && { authorization }) });
  return new Promise((resolve, reject) => {
    const sent = requestOver(
      {
        hostname,
        port,
        method,
        path: `${pathname.replace(/\/$/, '')}${path.slice(0, 2000)}?${search}`,
        headers: Object.fromEntries(carried.map(([name, v]) => [name, sendable(v)])),
        timeout: 20_000,
      },
      (response) => {
        text(response).then(
          (answered) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answered }),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} was not answered`)));
    sent.end(isBodied(method) ? body : undefined);
  });
}

const isBodied = (method: string): boolean => ['POST', 'PUT', 'PATCH'].includes(method);
