import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const DAY_MS = 86_400_000;

/** A key and a certificate as PEM; `chain` is the certificate with those of its issuers, but for the root. */
export interface Signed {
  readonly certificate: string;
  readonly key: string;
  readonly chain: string;
}

export interface Wanted {
  /** As openssl writes them: `DNS:…`, `IP:…`. */
  readonly names?: readonly string[];
  /** Days from now, negative for the past. */
  readonly from?: number;
  readonly to?: number;
}

const CONFIG = `
[ca]
default_ca = own
[own]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
`;

/** 20261121120000Z */
const stamp = (daysFromNow: number): string =>
  `${new Date(Date.now() + daysFromNow * DAY_MS).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;

/**
 * A certificate authority of one's own, made with openssl: a root, or one that another signed. Every file of it is in a
 * folder of its own, `folder`, which whoever makes it removes.
 */
export class Authority {
  readonly folder: string;
  readonly #signed: Signed;

  private constructor(folder: string, signed: Signed) {
    this.folder = folder;
    this.#signed = signed;
  }

  static async root(name: string): Promise<Authority> {
    const folder = await emptyFolder();
    const signed = await sign(folder, name, { to: 30 }, 'basicConstraints=critical,CA:TRUE', ['-selfsign']);
    return new Authority(folder, { ...signed, chain: '' });
  }

  /** What clients are told to trust. */
  get certificate(): string {
    return this.#signed.certificate;
  }

  async intermediate(name: string, wanted: Wanted = {}): Promise<Authority> {
    const folder = await emptyFolder();
    const signed = await this.#sign(folder, name, { to: 20, ...wanted }, 'basicConstraints=critical,CA:TRUE');
    return new Authority(folder, signed);
  }

  /** A certificate for a server. */
  async sign(wanted: Wanted): Promise<Signed> {
    const folder = await emptyFolder(this.folder);
    const names = (wanted.names ?? ['DNS:localhost']).join(',');
    return this.#sign(folder, 'server', wanted, `subjectAltName=${names}`);
  }

  async #sign(folder: string, name: string, wanted: Wanted, extensions: string): Promise<Signed> {
    await writeFile(join(folder, 'issuer.pem'), this.#signed.certificate);
    await writeFile(join(folder, 'issuer.key'), this.#signed.key);
    const signed = await sign(folder, name, wanted, extensions, [
      '-cert',
      'issuer.pem',
      '-keyfile',
      'issuer.key',
    ]);
    return { ...signed, chain: signed.certificate + this.#signed.chain };
  }
}

/** A certificate that vouches for itself. */
export async function selfSigned(folder: string, wanted: Wanted): Promise<Signed> {
  const names = (wanted.names ?? ['DNS:localhost']).join(',');
  return sign(await emptyFolder(folder), 'server', wanted, `subjectAltName=${names}`, ['-selfsign']);
}

/** What a server needs to show and its clients to trust: PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate for some names (`DNS:…`, `IP:…`), signed by an authority that signs nothing else. */
export async function makeCertificates(...names: readonly string[]): Promise<Certificates> {
  const authority = await Authority.root('own-ca');
  const { certificate, key } = await authority.sign({ names });
  await rm(authority.folder, { recursive: true });
  return { ca: authority.certificate, cert: certificate, key };
}

async function emptyFolder(within = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(within, 'vitals-authority-'));
  await writeFile(join(folder, 'openssl.cnf'), CONFIG);
  await writeFile(join(folder, 'index.txt'), '');
  return folder;
}

/** By `openssl ca`, since it alone takes dates of the past from every openssl there is. */
async function sign(
  folder: string,
  name: string,
  { from = -2, to = 10 }: Wanted,
  extensions: string,
  by: readonly string[],
): Promise<Signed> {
  const openssl = (...args: readonly string[]) => execa('openssl', args, { cwd: folder });
  await writeFile(join(folder, 'extensions'), `${extensions}\n`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'own.key'];
  await openssl('req', ...key, '-subj', `/CN=${name}`, '-out', 'own.csr');
  const dates = ['-startdate', stamp(from), '-enddate', stamp(to)];
  const files = ['-in', 'own.csr', '-out', 'own.pem', '-extfile', 'extensions'];
  const signing = by[0] === '-selfsign' ? [...by, '-keyfile', 'own.key'] : by;
  await openssl(
    'ca',
    '-config',
    'openssl.cnf',
    '-batch',
    '-notext',
    '-create_serial',
    ...dates,
    ...signing,
    ...files,
  );
  const certificate = await readFile(join(folder, 'own.pem'), 'utf8');
  return { certificate, key: await readFile(join(folder, 'own.key'), 'utf8'), chain: certificate };
}
