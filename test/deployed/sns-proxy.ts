import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a call: handed on; refused; kept without an answer; handed on and kept without an answer. */
type Mode = 'pass' | 'refuse' | 'hold' | 'swallow';

/** Stands between notify and the emulator's SNS, and lets calls through as it is told. */
export async function snsProxy(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  let mode: Mode = 'pass';
  let calls = 0;
  const server = createServer((incoming, outgoing) => {
    const chosen = mode;
    if (chosen === 'refuse') {
      calls++;
      outgoing.writeHead(503).end();
      return;
    }
    if (chosen === 'hold') {
      calls++;
      incoming.resume();
      return;
    }
    const { method, url, headers } = incoming;
    const onwards = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
      answer.on('end', () => calls++);
      if (chosen === 'swallow') {
        answer.resume();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on('error', () => outgoing.destroy());
    incoming.pipe(onwards);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How many calls are done with. */
    calls: () => calls,
    become: (next: Mode) => {
      mode = next;
      calls = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
