import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Thrown when another process works in the same folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';

  constructor(folder: string, options: ErrorOptions) {
    super(`this is running already: another process works in ${folder}. Stop that one first.`, options);
  }
}

/**
 * Keeps a folder to this process until it ends. What is claimed is a socket's name, which Linux gives free however the
 * process ends; a file would have to be believed or not.
 *
 * @throws AlreadyRunning
 */
export async function claim(folder: string): Promise<void> {
  const name = createHash('sha256').update(folder).digest('hex');
  const socket = createServer().unref();
  try {
    await once(socket.listen({ path: `\0prefect-vitals-${name}` }), 'listening');
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    throw taken ? new AlreadyRunning(folder, { cause }) : cause;
  }
}
