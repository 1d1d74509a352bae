import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What a route answers: a body for 200, or a status alone. */
export type Answering = (asked: { readonly path: string; readonly body: unknown }) => unknown;

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * Speaks for an API that cannot be had here, Customer-Managed Prefect's: answers as it is told to and writes down what
 * it was asked, with which credential. A number is a status.
 */
export async function recordingApi(answer: Answering) {
  const asked: { readonly route: string; readonly authorization: string | undefined }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const path = incoming.url ?? '';
    asked.push({ route: `${incoming.method} ${path}`, authorization: incoming.headers.authorization });
    const answered = answer({ path, body: await bodyOf(incoming) });
    const status = typeof answered === 'number' && answered >= 400 ? answered : 200;
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, asked };
}
