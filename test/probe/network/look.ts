import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import * as v from 'valibot';
import { afterAll } from 'vitest';
import type { NetworkTarget } from '../../../lib/config/targets.ts';
import { ReportSchema } from '../../../lib/model/report.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { networkProbe } from '../../../lib/probe/network/connection.ts';
import type { Signed } from '../../parts/certificates.ts';
import { JSON_TYPE, whole } from '../http/sockets.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Looks through an entrance as a schedule would, and checks the report as the table would. */
export async function look(change: Partial<NetworkTarget> & { readonly url: string }) {
  const target: NetworkTarget = {
    kind: 'network',
    id: 'network/api',
    name: 'api',
    serves: 'api',
    tls: {},
    ...change,
  };
  const visit = { installation: 'test', tier: 'minute', intervalSeconds: 60, now: () => new Date() } as const;
  const report = v.parse(ReportSchema, await probe(networkProbe, target, visit));
  const said = (signal: string) => {
    const reading = report.readings.find((r) => r.signal === signal);
    return reading?.value ?? reading?.unknown?.reason;
  };
  return { report, said };
}

/** A load balancer that ends TLS and is the healthy API itself. What it heard of every client is in `heard`. */
export async function tlsEntrance({ key }: Signed, shown: string, options: object = {}) {
  const heard: string[] = [];
  const server = createServer({ key, cert: shown, ...options }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard.push(bytes.toString('latin1'));
      whole('200 OK', JSON_TYPE, 'true')(socket, '');
    });
  });
  // A client that does not trust the certificate hangs up: that is what these tests are about.
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}`, port, heard };
}
