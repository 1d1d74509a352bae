import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { ServiceAtAddressTarget } from '../../../lib/config/targets.ts';

const servers = new Set<Server>();

afterEach(async () => {
  await Promise.all(
    [...servers].map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
  servers.clear();
});

/** Serves until the test is over. */
export async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

export const servingText = (text: string, contentType = 'text/plain; version=0.0.4'): Promise<string> =>
  serving((_, response) => {
    response.writeHead(200, { 'content-type': contentType });
    response.end(text);
  });

export const serviceAt = (
  metricsUrl: string,
  change: Partial<ServiceAtAddressTarget> = {},
): ServiceAtAddressTarget => ({
  kind: 'service',
  id: 'service/auth',
  name: 'auth',
  metricsUrl,
  auth: { scheme: 'none' },
  tls: {},
  ...change,
});
