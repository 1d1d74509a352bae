import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer, type Server } from 'node:tls';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { certificateIn } from '../../../lib/catalogue/network/facts.ts';
import type { NetworkTarget } from '../../../lib/config/targets.ts';
import { stateFolder } from '../../../local/parts/places.ts';
import { clientEnvironment } from '../../../local/parts/prefect.ts';
import { pythonEnvironment } from '../../../local/parts/python.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';
import { Authority, type Signed, selfSigned } from '../../parts/certificates.ts';
import { said, visit } from '../probe/visit.ts';

const { prefect } = inject('sample');
const { hostname: host, port } = new URL(prefect.apiUrl);

let root: Authority;
let middle: Authority;
const balancers: Server[] = [];

/** Ends TLS in front of the real server, as a load balancer does. Its address. */
async function balancer({ key }: Signed, shown: string): Promise<string> {
  const server = createServer({ key, cert: shown }, (client) => {
    pipeline(client, connect({ host, port: Number(port) }), client, () => undefined);
  });
  // Clients that do not trust the certificate hang up: that is what these tests are about.
  server.on('tlsClientError', () => undefined);
  balancers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

const targetOf = (url: string, change: Partial<NetworkTarget> = {}): NetworkTarget => ({
  kind: 'network',
  id: 'network/api',
  name: 'api',
  url,
  serves: 'api',
  tls: {},
  ...change,
});

beforeAll(async () => {
  root = await Authority.root('Own Root');
  middle = await root.intermediate('Own Intermediate');
});
afterAll(async () => {
  for (const server of balancers) server.close();
  for (const { folder } of [root, middle]) await rm(folder, { recursive: true });
});

/** What Prefect's own client makes of each address, one after the other. */
async function clientsVerdicts(cases: readonly string[]): Promise<readonly string[]> {
  const python = await pythonEnvironment(new Supervisor(stateFolder('test', 'logs')), () => {});
  const script = join(import.meta.dirname, 'client.py');
  const { stdout } = await execa(python.program('python'), [script, ...cases], {
    env: clientEnvironment(middle.folder, prefect.apiUrl),
  });
  return stdout.trim().split('\n');
}

describe('the way in to a real Prefect', () => {
  it('leads to the API, straight and through TLS', async () => {
    const signed = await middle.sign({});
    const straight = await visit(targetOf(prefect.apiUrl));
    expect(straight.errors).toEqual([]);
    expect(said(straight, 'network.routed')).toBe(1);
    const through = await visit(
      targetOf(await balancer(signed, signed.chain), { tls: { ca: root.certificate } }),
    );
    expect(through.errors).toEqual([]);
    for (const signal of ['network.up', 'network.routed', 'network.tls.trusted']) {
      expect(said(through, signal)).toBe(1);
    }
    expect(through.facts.answer).toMatchObject({ path: '/api/health', status: 200, content: 'json' });
  });

  it('leads to the wrong place where the UI should be', async () => {
    const report = await visit(targetOf(prefect.apiUrl, { serves: 'ui' }));
    expect(said(report, 'network.routed')).toBe(0);
  });

  it("is trusted exactly where Prefect's own client trusts it", async () => {
    const [good, past, other, own] = await Promise.all([
      middle.sign({}),
      middle.sign({ from: -9, to: -1 }),
      middle.sign({ names: ['DNS:app.example.com'] }),
      selfSigned(root.folder, {}),
    ]);
    const ca = root.certificate;
    const cases = [
      { url: await balancer(good, good.chain), ca, faults: [] },
      { url: await balancer(past, past.chain), ca, faults: ['expired'] },
      { url: await balancer(other, other.chain), ca, faults: ['wrong-name'] },
      { url: await balancer(good, good.certificate), ca, faults: ['incomplete-chain'] },
      { url: await balancer(good, good.chain), ca: undefined, faults: ['untrusted-root'] },
      { url: await balancer(own, own.certificate), ca: undefined, faults: ['self-signed'] },
    ];
    const ours = [];
    for (const { url, ca } of cases) {
      const { facts } = await visit(targetOf(url, { tls: ca === undefined ? {} : { ca } }));
      ours.push(certificateIn(facts)?.faults);
    }
    expect(ours).toEqual(cases.map((c) => c.faults));

    const authority = join(root.folder, 'trusted.pem');
    await writeFile(authority, ca);
    const theirs = await clientsVerdicts(
      cases.map((c) => (c.ca === undefined ? `${c.url}/api` : `${c.url}/api|${authority}`)),
    );
    expect(theirs).toEqual(cases.map((c) => (c.faults.length === 0 ? 'trusted' : 'refused')));
  });
});
