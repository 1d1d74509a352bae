import { presign } from '../presign.ts';

/** ElastiCache takes a token for a quarter of an hour; once connected the session outlives it. */
const VALID_SECONDS = 900;

interface Identity {
  readonly region: string;
  /** The id of a replication group, or the name of a serverless cache. */
  readonly cacheName: string;
  readonly serverless: boolean;
  readonly user: string;
}

/**
 * The password ElastiCache expects of an IAM user: an address of its own service, signed, without its scheme. It is
 * worked out here; no request is made.
 *
 * @throws ProbeFailure `auth` when this process has no AWS credentials.
 */
export const elastiCacheToken = (
  { region, cacheName, serverless, user }: Identity,
  signing: Parameters<typeof presign>[1] = {},
): Promise<string> =>
  presign(
    {
      service: 'elasticache',
      region,
      hostname: cacheName,
      query: { Action: 'connect', User: user, ...(serverless && { ResourceType: 'ServerlessCache' }) },
      expiresSeconds: VALID_SECONDS,
    },
    signing,
  );
