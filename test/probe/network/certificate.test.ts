import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateIn } from '../../../lib/catalogue/network/facts.ts';
import { Authority, type Signed, selfSigned } from '../../parts/certificates.ts';
import { serving, whole } from '../http/sockets.ts';
import { look, tlsEntrance } from './look.ts';

let root: Authority;
let middle: Authority;
let pastMiddle: Authority;

beforeAll(async () => {
  root = await Authority.root('Own Root');
  middle = await root.intermediate('Own Intermediate');
  pastMiddle = await root.intermediate('Past Intermediate', { from: -9, to: -1 });
});
afterAll(async () => {
  for (const { folder } of [root, middle, pastMiddle]) await rm(folder, { recursive: true });
});

async function shown(signed: Signed, certificates: string, ca?: string) {
  const entrance = await tlsEntrance(signed, certificates);
  const { report, said } = await look({ url: entrance.url, tls: ca === undefined ? {} : { ca } });
  return { report, said, faults: certificateIn(report.facts)?.faults, heard: entrance.heard };
}

describe('the certificate of an entrance', () => {
  it('is trusted with its whole chain, where its authority is', async () => {
    const signed = await middle.sign({ to: 10 });
    const { report, said, faults } = await shown(signed, signed.chain, root.certificate);
    expect(faults).toEqual([]);
    expect(said('network.tls.trusted')).toBe(1);
    expect(said('network.up')).toBe(1);
    expect(said('network.routed')).toBe(1);
    expect(Math.round(Number(said('network.tls.expires_in_days')))).toBe(10);
    expect(report.errors).toEqual([]);
    expect(report.facts.certificate).toMatchObject({
      names: ['localhost'],
      issuer: 'CN=Own Intermediate',
      protocol: 'TLSv1.3',
      trusted_by: 'configured',
    });
  });

  it('is good for an address it names', async () => {
    const signed = await root.sign({ names: ['IP:127.0.0.1'] });
    const { port } = await tlsEntrance(signed, signed.chain);
    const { said } = await look({ url: `https://127.0.0.1:${port}`, tls: { ca: root.certificate } });
    expect(said('network.tls.trusted')).toBe(1);
  });

  it.each([
    ['expired', { from: -9, to: -1 }, ['expired']],
    ['is not valid yet', { from: 1, to: 9 }, ['not-yet-valid']],
    ['is for another name', { names: ['DNS:app.example.com'] }, ['wrong-name']],
    [
      'expired and is for another name',
      { from: -9, to: -1, names: ['DNS:x.example.com'] },
      ['expired', 'wrong-name'],
    ],
  ])('that %s is not trusted, and its faults are named', async (_, wanted, faults) => {
    const signed = await middle.sign(wanted);
    const seen = await shown(signed, signed.chain, root.certificate);
    expect(seen.faults).toEqual(faults);
    expect(seen.said('network.tls.trusted')).toBe(0);
    expect(seen.said('network.up')).toBe(0);
    expect(seen.said('network.routed')).toBe('tls');
    expect(seen.said('network.tls.expires_in_days')).toBeTypeOf('number');
  });

  it('that lacks a link of its chain is told from one whose root nobody trusts', async () => {
    const signed = await middle.sign({});
    expect((await shown(signed, signed.certificate, root.certificate)).faults).toEqual(['incomplete-chain']);
    expect((await shown(signed, signed.chain)).faults).toEqual(['untrusted-root']);
    expect((await shown(signed, signed.chain + root.certificate)).faults).toEqual(['untrusted-root']);
  });

  it('that vouches for itself is told as such', async () => {
    const signed = await selfSigned(root.folder, {});
    expect((await shown(signed, signed.certificate)).faults).toEqual(['self-signed']);
  });

  it('whose issuer has expired is told from one that has itself', async () => {
    const signed = await pastMiddle.sign({});
    expect((await shown(signed, signed.chain, root.certificate)).faults).toEqual(['issuer-expired']);
  });

  it('is looked at without a word to a server that is not trusted', async () => {
    const signed = await selfSigned(root.folder, {});
    const { said, heard } = await shown(signed, signed.certificate);
    expect(said('network.tls.trusted')).toBe(0);
    expect(heard).toEqual([]);
  });

  it('is missing where there is no TLS', async () => {
    const plain = await serving(whole('400 Bad Request', {}, ''));
    const seen = await look({ url: plain.replace('http:', 'https:') });
    expect(certificateIn(seen.report.facts)?.faults).toEqual(['no-handshake']);
    expect(seen.said('network.tls.trusted')).toBe(0);
    expect(seen.said('network.tls.expires_in_days')).toBe('tls');
  });

  it('is missing where TLS is older than clients take', async () => {
    const signed = await root.sign({});
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    const { url } = await tlsEntrance(signed, signed.chain, old);
    const { report, said } = await look({ url, tls: { ca: root.certificate } });
    expect(certificateIn(report.facts)?.faults).toEqual(['no-handshake']);
    expect(said('network.tls.trusted')).toBe(0);
  });

  it('is nothing to look for at an entrance of http', async () => {
    const plain = await serving(whole('200 OK', { 'content-type': 'application/json' }, 'true'));
    const { report, said } = await look({ url: plain });
    expect(said('network.tls.trusted')).toBe('not-configured');
    expect(said('network.up')).toBe(1);
    expect(report.errors).toEqual([]);
  });
});
