import { connect } from 'node:net';

const ANSWER_TIMEOUT_MS = 1_000;
const PING = 'PING\r\n';

/**
 * Whether a Redis answers PING without TLS, be it only that it wants a password. A plain server may wait in silence
 * for the rest of a TLS handshake, just as one that hangs would: this tells a wrong setting from a server in trouble.
 */
export function answersInPlainText(host: string, port: number, abort: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_TIMEOUT_MS, signal: abort });
    const settle = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => socket.write(PING));
    socket.once('data', (reply) => settle(/^[+-]/.test(reply.toString('latin1'))));
    for (const event of ['error', 'timeout', 'close'] as const) socket.once(event, () => settle(false));
  });
}
