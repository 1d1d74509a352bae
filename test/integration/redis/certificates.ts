import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A private authority, and a key with a certificate it signed, as PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority of one's own and has it sign a certificate for some names (`DNS:…`, `IP:…`), with openssl. */
export async function makeCertificates(folder: string, names: string): Promise<Certificates> {
  const openssl = (...args: readonly string[]) => execa('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    '/CN=own-ca',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  await openssl('req', ...newKey, '-subj', '/CN=redis', '-keyout', 'redis.key', '-out', 'redis.csr');
  await writeFile(join(folder, 'names'), `subjectAltName=${names}\n`);
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'redis.csr', ...by, '-out', 'redis.pem');
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  return { ca: await read('ca.pem'), cert: await read('redis.pem'), key: await read('redis.key') };
}
