import { connect } from 'node:net';
import type pg from 'pg';
import * as v from 'valibot';

/** The protocol's number for "this is no session but a request to cancel another one's statement". */
const CANCEL_REQUEST_CODE = 80_877_102;
const REQUEST_BYTES = 16;
const REQUEST_TIMEOUT_MS = 1_000;

/** What the server gave the session to be cancelled by. The driver keeps it without declaring it. */
const BackendKey = v.object({ processID: v.number(), secretKey: v.number() });

/**
 * Asks the server to end whatever the session is running. A backend that works does not notice that nobody listens
 * any more; without this it would go on, beside the session opened after it, until its statement timeout. Takes no
 * connection slot and tells no password. Best effort: where the request gets lost the statement timeout remains.
 */
export function cancelOnServer(client: pg.Client): void {
  const key = v.safeParse(BackendKey, client);
  if (!key.success) return;
  const request = Buffer.alloc(REQUEST_BYTES);
  request.writeInt32BE(REQUEST_BYTES, 0);
  request.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  request.writeInt32BE(key.output.processID, 8);
  request.writeInt32BE(key.output.secretKey, 12);
  const socket = connect(client.port, client.host, () => socket.end(request));
  socket.setTimeout(REQUEST_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
}
