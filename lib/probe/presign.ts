import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { buildQueryString, HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { ProbeFailure } from './failure.ts';

/** A GET request that is never sent: whoever is shown its signature knows who made it. */
export interface Signable {
  readonly service: string;
  readonly region: string;
  readonly hostname: string;
  readonly port?: number;
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expiresSeconds: number;
}

type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

let ownCredentials: Credentials | undefined;

/**
 * The request with its signature in its query, `host:port/?…`, the scheme left out. Signed on this machine with the
 * credentials of the function (or of the shell): nothing goes over the network.
 *
 * @throws ProbeFailure `auth` when there are no credentials to sign with.
 */
export async function presign(
  request: Signable,
  options: { readonly credentials?: Credentials; readonly at?: Date } = {},
): Promise<string> {
  ownCredentials ??= defaultProvider();
  const { service, region, hostname, port, query, headers } = request;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const signer = new SignatureV4({
    service,
    region,
    credentials: options.credentials ?? ownCredentials,
    sha256: Sha256,
  });
  const unsigned = new HttpRequest({
    method: 'GET',
    protocol: 'https:',
    hostname,
    ...(port !== undefined && { port }),
    path: '/',
    query: { ...query },
    headers: { host, ...headers },
  });
  try {
    const signed = await signer.presign(unsigned, {
      expiresIn: request.expiresSeconds,
      signingDate: options.at ?? new Date(),
    });
    return `${host}/?${buildQueryString(signed.query ?? {})}`;
  } catch (cause) {
    throw new ProbeFailure('auth', 'there are no AWS credentials to sign with', { cause });
  }
}
