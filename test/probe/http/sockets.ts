import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll } from 'vitest';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** What a server does with a connection once the first bytes of a request have come. */
export type Answering = (socket: Socket, request: string) => void;

/** A server of bare sockets, so that it may answer as no HTTP library would. Its URL; it ends with the file's tests. */
export async function serving(answer: Answering): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Whoever was refused hangs up in the middle of a write: that is what these tests are about.
    socket.on('error', () => undefined);
    socket.once('data', (request) => answer(socket, request.toString('latin1')));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A head of an answer; the body is the caller's. */
export const head = (status: string, headers: Readonly<Record<string, string | number>> = {}): string =>
  [`HTTP/1.1 ${status}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );

/** A whole answer that says how long it is, and the end of the connection. */
export const whole =
  (status: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Answering =>
  (socket) => {
    const bytes = Buffer.from(body);
    socket.write(head(status, { ...headers, 'content-length': bytes.byteLength, connection: 'close' }));
    socket.end(bytes);
  };

/** Writes the same again and again, as fast as the other side takes it. */
export function forever(socket: Socket, bytes: string | Uint8Array): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

export const JSON_TYPE = { 'content-type': 'application/json' };
