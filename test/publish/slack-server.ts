import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const OK: Answer = { status: 200, text: 'ok' };

/** A server in the place of Slack's: it takes what a webhook is posted, or answers what it is told to first. */
export async function slackServer() {
  const posted: unknown[] = [];
  const next: Answer[] = [];
  let always: Answer | null = null;
  let requests = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    requests++;
    const { status, text, headers } = next.shift() ?? always ?? OK;
    if (status === 200) posted.push(JSON.parse(body));
    response.writeHead(status, headers).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/very-secret`,
    posted,
    requests: () => requests,
    /** Answers the next requests so, one after the other. */
    answerNext: (...answers: readonly Answer[]) => void next.push(...answers),
    /** Answers so until told otherwise; null for the usual way. */
    answerWith: (answer: Answer | null) => {
      always = answer;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
