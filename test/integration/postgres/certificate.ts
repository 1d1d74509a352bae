import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificate {
  /** Signs itself, so that it is its own authority: PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for an address, made by openssl, good for a day. */
export async function certificateFor(address: string): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-certificate-'));
  const [certificate, key] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '1'];
  const name = ['-subj', '/CN=vitals-test', '-addext', `subjectAltName=IP:${address}`];
  await execa('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', certificate]);
  const made = { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  await rm(directory, { recursive: true });
  return made;
}
