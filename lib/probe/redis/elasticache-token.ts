import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { buildQueryString, HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import { ProbeFailure } from '../failure.ts';

/** ElastiCache takes a token for a quarter of an hour; once connected the session outlives it. */
const VALID_SECONDS = 900;

interface Identity {
  readonly region: string;
  /** The id of a replication group, or the name of a serverless cache. */
  readonly cacheName: string;
  readonly serverless: boolean;
  readonly user: string;
}

interface Signing {
  readonly credentials: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  readonly now: Date;
}

/** Remembers temporary credentials until they are about to expire. */
const ownCredentials = defaultProvider();

/**
 * The password ElastiCache expects of an IAM user: an address of its own service, signed, without its scheme. It is
 * worked out here; no request is made.
 *
 * @throws ProbeFailure `auth` when this process has no AWS credentials.
 */
export async function elastiCacheToken(
  { region, cacheName, serverless, user }: Identity,
  { credentials, now }: Signing = { credentials: ownCredentials, now: new Date() },
): Promise<string> {
  const signer = new SignatureV4({ service: 'elasticache', region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method: 'GET',
    protocol: 'http:',
    hostname: cacheName,
    path: '/',
    query: { Action: 'connect', User: user, ...(serverless && { ResourceType: 'ServerlessCache' }) },
    headers: { host: cacheName },
  });
  try {
    const signed = await signer.presign(request, { expiresIn: VALID_SECONDS, signingDate: now });
    return `${cacheName}/?${buildQueryString(signed.query ?? {})}`;
  } catch (cause) {
    throw new ProbeFailure('auth', 'there are no AWS credentials to sign a token with', { cause });
  }
}
