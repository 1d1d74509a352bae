import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** A status with headers of its own. */
export class Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, headers: Readonly<Record<string, string>>) {
    this.status = status;
    this.headers = headers;
  }
}

/** What a route answers: a body for 200, or a status alone. */
export type Answering = (asked: { readonly path: string; readonly body: unknown }) => unknown;

const isStatus = (answered: unknown): answered is number =>
  typeof answered === 'number' && answered >= 400 && answered < 600;

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * Speaks for an API that cannot be had here, Customer-Managed Prefect's: answers as it is told to and writes down what
 * it was asked, with which credential. A number from 400 to 599 is a status.
 */
export async function recordingApi(answer: Answering) {
  const asked: { readonly route: string; readonly authorization: string | undefined }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const path = incoming.url ?? '';
    asked.push({ route: `${incoming.method} ${path}`, authorization: incoming.headers.authorization });
    const answered = answer({ path, body: await bodyOf(incoming) });
    const { status, headers } =
      answered instanceof Refusal ? answered : { status: isStatus(answered) ? answered : 200, headers: {} };
    outgoing
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, asked };
}
