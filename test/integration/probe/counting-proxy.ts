import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a probe and a real server, hands everything through and writes down what was asked. */
export interface CountingProxy {
  readonly apiUrl: string;
  /** Method and path of every request since it was last emptied, in order. */
  readonly asked: string[];
  /** While set, every request is answered with this status and a second's rest, and goes no further. */
  answerWith: number | null;
  close(): Promise<void>;
}

export async function countingProxy(apiUrl: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(apiUrl);
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (proxy.answerWith !== null) {
      outgoing.writeHead(proxy.answerWith, { 'retry-after': '1' }).end();
      return;
    }
    const { method, url, headers } = incoming;
    const onwards = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CountingProxy = {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    asked,
    answerWith: null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return proxy;
}
