import { connect } from 'node:net';
import getPort from 'get-port';

export const LOOPBACK = '127.0.0.1';

/** A port nobody listens on now, and that this process will not hand out again. */
export const freePort = (): Promise<number> => getPort({ host: LOOPBACK, reserve: true });

/** Whether something accepts connections there. @throws the connection's error, such as ECONNREFUSED */
export async function listens(port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host: LOOPBACK, port }, () => resolve(true)).once('error', reject);
  return promise.finally(() => socket.destroy());
}
